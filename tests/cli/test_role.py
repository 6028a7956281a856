"""`emprise db role`: logins on a server, a project that QGIS opens, and what the embedded database says of it."""

import shlex
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from geo.cluster import Running
from geo.land.vocabulary import Market, ReadyClass
from geo.store.access import desktop_roles
from geo.store.access.desktop import EDITED, columns_of
from geo.store.access.keys import Admitted, create_key
from tests.cli.conftest import Command
from tests.cli.forked import Forked
from tests.cli.test_server import surroundings
from tests.conftest import REPO, copied
from tests.test_docs import commands

LOGIN = "foncier_cc_exemple"
On = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def server(cluster: Running, template: str) -> Iterator[URL]:
    """A server with one organisation."""
    with copied(cluster, template, "roles") as address:
        engine = create_engine(address, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("set local role emprise_gate"))
            made = text("insert into core.organisation (name, kind) values ('CC Exemple', 'territory') returning id")
            create_key(connection, "QGIS", Admitted("planner", connection.scalar(made)))
        yield address
        with desktop_roles.administering(address) as connection:
            desktop_roles.drop(connection, LOGIN)
        engine.dispose()


@pytest.fixture
def on_server(server: URL, forked: Forked) -> On:
    def run(*arguments: str | Path, code: int = 0, lang: str = "C.UTF-8") -> "subprocess.CompletedProcess[str]":
        there = surroundings(server, admin=True) | {"LANG": lang}
        ended = forked.run([*map(str, arguments)], there, timeout=120)
        assert ended.returncode == code, ended.stdout + ended.stderr
        return ended

    return run


def test_the_embedded_database_says_what_to_do(emprise: Command) -> None:
    for arguments in (("create", LOGIN, "--organisation", "X"), ("list",), ("drop", LOGIN)):
        said = " ".join(emprise("db", "role", *arguments, code=1).stderr.split())
        assert "TCP" in said
        assert "DATABASE_ADMIN_URL" in said
        assert "docs/how-to/qgis.md" in said


def test_a_login_is_made_listed_and_ended(on_server: On, tmp_path: Path) -> None:
    project = tmp_path / "terrains.qgz"
    said = on_server("db", "role", "create", LOGIN, "--organisation", "CC Exemple", "--project", project).stdout
    password = said.splitlines()[1]
    assert len(password) >= 32
    assert on_server("db", "role", "list").stdout.split("  ")[:2] == [LOGIN, "CC Exemple"]
    assert "déjà" in on_server("db", "role", "create", LOGIN, "--organisation", "CC Exemple", code=1).stderr
    check_project(project, password)
    assert "fin" in on_server("db", "role", "drop", LOGIN).stdout
    assert on_server("db", "role", "list").stdout == ""
    assert LOGIN in on_server("db", "role", "drop", LOGIN, code=1).stderr


def check_project(path: Path, password: str) -> None:
    """The file is one that QGIS opens: a zip with one valid document, its layers where they should be."""
    with zipfile.ZipFile(path) as folder:
        assert folder.testzip() is None
        assert folder.namelist() == ["terrains.qgs"]
        document = folder.read("terrains.qgs")
    assert password.encode() not in document
    root = fromstring(document)
    assert root.findtext("projectCrs/spatialrefsys/authid") == "EPSG:2154"
    sources = {layer.findtext("id"): str(layer.findtext("datasource")) for layer in root.iter("maplayer")}
    assert {node.get("id"): node.get("source") for node in root.iter("layer-tree-layer")} == sources
    tables = [source.partition("table=")[2].partition(" ")[0] for source in sources.values()]
    assert tables == [
        f'"desktop"."{name}"' for name in ("parcels", "sites", "zones", "constraints", "communes", "cadastre")
    ]
    assert all(f"user='{LOGIN}'" in source and "srid=2154" in source for source in sources.values())
    parcels, *others = root.iter("maplayer")
    assert [layer.get("readOnly") for layer in others] == ["1"] * len(others)
    for layer in (parcels, *others):
        check_words(layer)
    check_style(parcels)
    check_style(fromstring(path.with_suffix(".qml").read_bytes()))


def check_words(layer: Element) -> None:
    """Every column has a title in words, whatever it is called in the base."""
    table = str(layer.findtext("datasource")).partition('"desktop"."')[2].partition('"')[0]
    aliases = {str(one.get("field")): str(one.get("name")) for one in layer.iter("alias")}
    assert list(aliases) == [field.get("name") for field in layer.iter("field") if field.get("editable") is None]
    assert set(aliases) == set(columns_of(table))
    assert all(title and title[0].isupper() and "_" not in title for title in aliases.values()), aliases


def values(root: Element, name: str) -> dict[str | None, str | None]:
    """The values of a field's list, and how they are read."""
    field = next(field for field in root.iter("field") if field.get("name") == name)
    widget = field.find("editWidget")
    assert widget is not None
    assert widget.get("type") == "ValueMap"
    return {one.get("value"): one.get("name") for one in widget.iter("Option") if one.get("type") == "QString"}


def check_style(root: Element) -> None:
    assert [one.get("value") for one in root.iter("category")] == [name.value for name in ReadyClass]
    assert len(list(root.iter("symbol"))) == len(ReadyClass)
    words = values(root, "market")
    assert words.keys() == {name.value for name in Market}
    assert words["for_sale"] == "en vente"
    for name in ("stade_amngt", "stade_comm", "etat_occup", "usage", "maitrise_fonc", "pollution"):
        official = values(root, name)
        assert len(official) > 4
        assert all(value == said for value, said in official.items()), "official values stay as published"
    editable = {one.get("name") for one in root.iterfind("editable/field") if one.get("editable") == "1"}
    assert editable == EDITED | {"reason"}
    aliases = {one.get("field"): one.get("name") for one in root.iter("alias")}
    assert aliases["surface_m2"] == "Surface mesurée (m²)"
    assert aliases["stade_amngt"] == "Stade d'aménagement"
    assert aliases["stale"] == "À recalculer"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("Foncier", "--organisation", "CC Exemple"), 2, "minuscules"),
        (("emprise_x", "--organisation", "CC Exemple"), 2, "foncier_cc_exemple"),
        (('x"; drop role y', "--organisation", "CC Exemple"), 2, "minuscules"),
        ((LOGIN, "--organisation", "Personne"), 1, "Personne"),
        ((LOGIN, "--organisation", "CC Exemple", "--project", "x.qgs"), 2, ".qgz"),
        ((LOGIN,), 2, "--organisation"),
    ],
)
def test_what_cannot_be_is_told(on_server: On, arguments: tuple[str, ...], code: int, said: str) -> None:
    assert said in on_server("db", "role", "create", *arguments, code=code).stderr
    assert on_server("db", "role", "list").stdout == ""


def test_the_page_on_qgis(on_server: On, tmp_path: Path) -> None:
    """Its commands, as they stand; that the project opens is tried above."""
    lines = commands((REPO / "docs" / "how-to" / "qgis.md").read_text(encoding="utf-8"))
    assert len(lines) == 4
    for line in lines:
        program, *arguments = shlex.split(line.replace("terrains.qgz", str(tmp_path / "terrains.qgz")))
        assert program == "emprise"
        said = on_server(*arguments).stdout
        assert said.startswith("emp_") == (arguments[0] == "key")
    assert (tmp_path / "terrains.qml").stat().st_size > 1_000

"""The command maps a planner's layer: proposes, is confirmed, keeps; the page docs/mapping.md stays true."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from shapely.geometry import LineString, mapping

from geo.land.vocabulary import Effect, Market
from tests.cli.conftest import Command
from tests.conftest import REPO

PAGE = (REPO / "docs" / "mapping.md").read_text(encoding="utf-8")


def block(kind: str, number: int = 0) -> str:
    return str(re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[number])


def lots(folder: Path, name: str = "lots.csv", replace: tuple[str, str] = ("", "")) -> Path:
    path = folder / name
    path.write_text(block("csv").replace(*replace), encoding="utf-8")
    return path


def mapping_file(folder: Path, number: int = 0) -> Path:
    path = folder / "mapping.toml"
    path.write_text(block("toml", number), encoding="utf-8")
    return path


def report(emprise: Command, *arguments: str | Path, code: int = 0) -> dict[str, object]:
    (document,) = json.loads(emprise("load", *arguments, "--json", "--no-derive", code=code).stdout)
    return dict(document)


def told(document: dict[str, object]) -> dict[str, int]:
    return dict(document["remarks"]["counts"])  # type: ignore[index]


def test_a_strange_file_is_proposed_and_not_loaded(emprise: Command, tmp_path: Path) -> None:
    ended = emprise("load", lots(tmp_path), code=1, columns=160)
    assert ended.stdout == ""
    for words in (
        "Nom du lot",
        "cadastral_ids",
        "surface_stated_m2",
        "Vendu = sold",
        "En cours = ?",
        "Rien n'est chargé",
    ):
        assert words in ended.stderr, words


def test_a_proposal_is_written_confirmed_and_kept(emprise: Command, tmp_path: Path) -> None:
    path, proposal = lots(tmp_path, "terrains.csv"), tmp_path / "proposed.toml"
    ended = emprise("load", path, "--propose", proposal, columns=160)
    assert str(proposal) in ended.stderr
    said = tomllib.loads(proposal.read_text(encoding="utf-8"))
    assert said["columns"]["surface_stated_m2"] == {"field": "Surface (ha)", "unit": "ha"}
    assert report(emprise, path, "--mapping", proposal, "--dry-run")["rows"]["new"] == 3  # type: ignore[index]
    emprise("load", path, code=1)  # a dry run keeps no mapping
    first = report(emprise, path, "--mapping", proposal)
    assert (first["rows"]["new"], told(first)["mapping.given"]) == (3, 1)  # type: ignore[index]
    again = report(emprise, path)
    assert (again["rows"]["unchanged"], told(again)["mapping.kept"]) == (3, 1)  # type: ignore[index]


def test_a_file_whose_fields_changed_is_asked_about_again(emprise: Command, tmp_path: Path) -> None:
    emprise("load", lots(tmp_path, "zae.csv"), "--mapping", mapping_file(tmp_path), "--no-derive")
    changed = lots(tmp_path, "zae.csv", ("Prix €/m²", "Tarif €/m²"))
    ended = emprise("load", changed, code=1, columns=160)
    assert "Prix €/m²" in ended.stderr
    assert "Tarif €/m²" in ended.stderr
    assert "confirmé pour la version précédente" in ended.stderr
    proposal = tmp_path / "next.toml"
    emprise("load", changed, "--propose", proposal)
    columns = tomllib.loads(proposal.read_text(encoding="utf-8"))["columns"]
    assert columns["price_eur_m2"] == {"field": "Tarif €/m²", "unit": "€/m2"}
    assert columns["market"]["values"]["En cours"] == "not_marketed", "what was confirmed stays"
    assert told(report(emprise, changed, "--mapping", proposal))["mapping.given"] == 1


def test_a_row_that_cannot_be_drawn_is_called_by_its_name(emprise: Command, tmp_path: Path) -> None:
    path, proposal = tmp_path / "drawn.csv", tmp_path / "drawn.toml"
    outline = "POLYGON ((934000 6493000, 934100 6493000, 934100 6493100, 934000 6493000))"
    lines = ["Nom du lot;Prix €/m²;Contour", f"La Plaine;40;{outline}", "Le Grand Pré;35;POLYGON ((934000"]
    path.write_text("\n".join(lines), encoding="utf-8")
    emprise("load", path, "--propose", proposal)
    assert "2 (Le Grand Pré)" in emprise("load", path, "--mapping", proposal, code=1, columns=160).stdout


def test_the_lots_of_the_page(emprise: Command, tmp_path: Path) -> None:
    document = report(emprise, lots(tmp_path, "page.csv"), "--mapping", mapping_file(tmp_path))
    assert document["rows"]["kept"] == 3  # type: ignore[index]
    assert document["written"] is True


def test_the_pipelines_of_the_page(emprise: Command, tmp_path: Path) -> None:
    lines = [
        {"type": "Feature", "properties": {"ETAT": state, "DIAM": 300, "LARG_SERV": width},
         "geometry": mapping(LineString([(6.6 + place / 100, 45.8), (6.61 + place / 100, 45.8)]))}
        for place, (state, width) in enumerate([("en service", 10), ("Abandonné", 10), ("en service", None)])
    ]  # fmt: skip
    path = tmp_path / "gaz.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": lines}), encoding="utf-8")
    document = report(emprise, path, "--mapping", mapping_file(tmp_path, 2))
    rows = document["rows"]
    assert (rows["read"], rows["new"], rows["left_out"]) == (3, 2, 1)  # type: ignore[index]
    assert told(document)["mapping.left_out"] == 1


def test_a_shipped_mapping_is_chosen_by_its_name(emprise: Command, tmp_path: Path) -> None:
    line = {"type": "Feature", "properties": {}, "geometry": mapping(LineString([(6.6, 45.8), (6.61, 45.8)]))}
    path = tmp_path / "chemins.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [line]}), encoding="utf-8")
    assert report(emprise, path, "--mapping", "cadastral_roads")["layers"]["constraints"]["new"] == 1  # type: ignore[index]
    ended = emprise("load", path, "--mapping", "routes", code=1)
    assert "cadastral_roads" in ended.stderr


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('layer = "parcels"\n[columns]\nnom = "Nom du lot"', ("ligne 3", "nom", "commune_insee")),
        (
            'layer = "parcels"\n[columns]\nsurface_stated_m2 = { field = "Surface (ha)", unit = "acre" }',
            ("ligne 3", "acre", "ha"),
        ),
        ('layer = "parcels"\n[columns]\nname = "Nom"', ("Nom du lot",)),
    ],
)
def test_a_wrong_mapping_is_told_with_its_line(
    emprise: Command, tmp_path: Path, toml: str, words: tuple[str, ...]
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(toml, encoding="utf-8")
    ended = emprise("load", lots(tmp_path, "wrong.csv"), "--mapping", wrong, code=1)
    for word in words:
        assert word in ended.stderr


def test_the_page_lists_every_shipped_mapping() -> None:
    from geo.intake.mapping.choice import shipped

    for one in shipped():
        assert f"`{one.name}`" in PAGE, one.name


def test_the_page_lists_every_kind_of_constraint_under_its_effect() -> None:
    from geo.land.constraints import kinds

    for effect in Effect:
        (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| {effect.value} |")]
        listed = set(re.findall(r"`(\w+)`", line))
        assert listed == {code for code, kind in kinds().items() if kind.effect == effect}


def test_the_page_lists_every_state_of_the_market() -> None:
    for market in Market:
        assert f"`{market.value}`" in PAGE, market


STRANGE = """Réf;Désignation;Surface;Prix;Observations;x;y
L1;Lot du Pré;1 200,5;35;libre;934050,0;6493050,0
L2;Lot du Bois;900;40;;934150,0;6493050,0
"""


def test_a_forced_layer_whose_headings_nobody_reads_is_proposed_and_not_loaded(
    emprise: Command, tmp_path: Path
) -> None:
    path = tmp_path / "lots_as.csv"
    path.write_text(STRANGE, encoding="utf-8")
    ended = emprise("load", path, "--as", "parcels", code=1, columns=160)
    for words in ("aucun de ses champs (Réf, Désignation, Surface, Prix, Observations) n'est compris", "--mapping"):
        assert words in " ".join(ended.stderr.split()), words
    assert "surface_stated_m2" in ended.stderr, "a mapping is proposed"
    asked = emprise("load", path, code=1, columns=160).stderr
    assert 0 < asked.find("--mapping") < asked.find("--as"), "the mapping is advised first"


def test_fields_left_unread_of_a_forced_layer_are_told(emprise: Command, tmp_path: Path) -> None:
    path = tmp_path / "lots_named.csv"
    path.write_text(STRANGE.replace("Désignation", "nom"), encoding="utf-8")
    said = report(emprise, path, "--as", "parcels", "--dry-run")
    (ignored,) = [one for one in said["remarks"]["first"] if one["code"] == "field.ignored"]  # type: ignore[index]
    assert ignored["params"]["names"] == ["Réf", "Surface", "Prix", "Observations"]

"""`emprise load` of folders, members of archives and https addresses."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.intake.files import tls_server
from tests.intake.files.containers import shapefile, zipped
from tests.intake.files.tls_server import Site, content
from tests.intake.written_files import collection, squares, write


def loaded(emprise: Command, *arguments: str | Path, code: int = 0) -> list[dict[str, object]]:
    ended = emprise("load", *arguments, "--dry-run", "--json", code=code)
    reports: list[dict[str, object]] = json.loads(ended.stdout)
    return reports


def test_a_folder_is_loaded_file_by_file(emprise: Command, tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", *shapefile(tmp_path / "b"))
    write(tmp_path, collection(squares(2)), "c.geojson")
    write(tmp_path, b"%PDF", "notice.pdf")
    assert [report["file"] for report in loaded(emprise, tmp_path)] == ["a.zip", "parcels.shp", "c.geojson"]
    assert "notice.pdf" in emprise("load", tmp_path, "--dry-run").stderr


def test_a_member_of_an_archive_is_a_file_of_its_own_name(emprise: Command, tmp_path: Path) -> None:
    inner = write(tmp_path, collection(squares(2)), "lots.geojson")
    path = zipped(tmp_path / "delivery.zip", inner, inner, names=["2026/lots.geojson", "2025/lots.geojson"])
    (report,) = loaded(emprise, f"{path}/2026/lots.geojson")
    assert report["file"] == "lots.geojson"
    refused = emprise("load", f"{path}!2024/lots.geojson", code=1)
    assert "2025/lots.geojson" in refused.stderr


def test_what_is_not_there_is_said(emprise: Command, tmp_path: Path) -> None:
    assert "absent.zip" in emprise("load", tmp_path / "absent.zip", code=1).stderr
    assert "http://" in emprise("load", "http://example.org/a.zip", code=1).stderr


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    pem = tls_server.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem.with_name("cert.pem")))
    with tls_server.site(pem) as found:
        yield found


@pytest.mark.skipif(not tls_server.needed, reason="openssl is absent: no certificate can be made")
def test_an_address_is_loaded_under_the_name_of_its_file(emprise: Command, site: Site) -> None:
    site.answers["/2026/lots.geojson"] = content(collection(squares(2)))
    (report,) = loaded(emprise, site.address("/2026/lots.geojson"))
    assert report["file"] == "lots.geojson"
    assert "404" in emprise("load", site.address("/absent"), code=1).stderr


def test_a_file_refused_as_a_whole_stands_in_report_and_problems(emprise: Command, tmp_path: Path) -> None:
    page, report, problems = tmp_path / "cadastre.zip", tmp_path / "report.json", tmp_path / "problems.geojson"
    page.write_text("<!DOCTYPE html><html><title>Connexion</title></html>")
    said = emprise("load", page, "--report", report, "--problems", problems, code=1).stderr
    assert "cadastre.zip: Ce n'est pas le fichier attendu mais une page web" in said
    (told,) = json.loads(report.read_text())
    assert (told["file"], told["written"], told["refused"]["code"]) == ("cadastre.zip", False, "format.html")
    (drawn,) = json.loads(problems.read_text())["features"]
    assert drawn["geometry"] is None
    assert drawn["properties"]["message"] == told["refused"]["message"] == said.partition("zip: ")[2].strip()


def test_nothing_is_read_when_the_report_cannot_be_written(emprise: Command, tmp_path: Path) -> None:
    told = emprise("load", "sample_parcels.geojson", "--report", tmp_path / "no" / "r.json", code=1).stderr
    assert "ne peut pas être écrit" in told

"""Two files of one source that say different things of the same rows: told, and settled where the data say how."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from geo.intake.contradicting import CODES
from geo.intake.load import Options, confirm, load, stage
from geo.intake.report import Report
from geo.store.database import Actor, Database, Role
from tests import land_rows
from tests.conftest import SRID
from tests.intake.official import FRICHE
from tests.intake.written_files import collection, explained, feature, needs_data, square, write

HERE = {name: FRICHE[name] for name in ("site_id", "site_type", "comm_nom", "comm_insee", "source_nom")}


class Land:
    """A base with one brownfield, of which files of several names speak."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder

    def path(self, name: str, **facts: Any) -> Path:
        return write(self.folder, collection([feature(square(), **HERE | facts)]), f"{name}.geojson")

    def load(self, name: str, responsible: int | None = None, **facts: Any) -> Report:
        return load(self.database, self.path(name, **facts), Options(responsible=responsible), srid=SRID)

    @property
    def parcel(self) -> Any:
        with self.database.connection(Role.WORKER) as connection:
            return connection.execute(text("select * from core.parcel")).one()


@pytest.fixture
def land(database: Database, tmp_path: Path) -> Land:
    return Land(database, tmp_path)


def told(report: Report) -> list[tuple[Any, ...]]:
    found = [one for one in report.remarked() if one.code in CODES]
    assert all(explained(one) for one in found)
    return [(one.code, *(one.params[name] for name in ("field", "other", "here", "there"))) for one in found]


def test_files_that_undo_each_other_are_told_each_time(land: Land) -> None:
    assert told(land.load("ddt", site_nom="Usine", site_type="friche industrielle")) == []
    assert told(land.load("epf", site_nom="Usine Nord", site_type="friche commerciale")) == [], "it may be a correction"
    back = land.load("ddt", site_nom="Usine", site_type="friche industrielle")
    assert told(back) == [
        ("source.contradicts", "name", "epf.geojson", "Usine", "Usine Nord"),
        ("source.contradicts", "site_type", "epf.geojson", "friche industrielle", "friche commerciale"),
    ]
    assert (back.total("changed"), land.parcel.name) == (1, "Usine")
    for name, mine, theirs in (("epf", "Usine Nord", "Usine"), ("ddt", "Usine", "Usine Nord")):
        kind = "friche commerciale" if name == "epf" else "friche industrielle"
        first, *_ = told(land.load(name, site_nom=mine, site_type=kind))
        assert first[3:] == (mine, theirs)
    assert told(land.load("ddt", site_nom="Usine", site_type="friche industrielle")) == [], "nobody undid it since"


def test_a_file_that_corrects_itself_contradicts_nobody(land: Land) -> None:
    land.load("epf", site_nom="Autre")
    for name in ("Usine", "Usine Nord", "Usine"):
        assert told(land.load("ddt", site_nom=name)) == []


def test_the_latest_observation_wins_whichever_file_comes_last(land: Land) -> None:
    older: dict[str, Any] = {"site_nom": "Usine", "site_actu_date": "2020-01-01"}
    newer: dict[str, Any] = {"site_nom": "Usine Nord", "site_actu_date": "2024-01-01"}
    land.load("ddt", **older)
    land.load("epf", **newer)
    for _ in range(2):
        report = land.load("ddt", **older)
        assert [one[0] for one in told(report) if one[1] == "name"] == ["source.contradicts_older"]
        assert (report.total("changed"), report.total("unchanged")) == (0, 1)
        assert (land.parcel.name, str(land.parcel.observed_on)) == ("Usine Nord", "2024-01-01")
    assert told(land.load("epf", **newer)) == []
    visited: dict[str, Any] = older | {"site_actu_date": "2026-01-01"}
    expected = ("source.contradicts_newer", "name", "epf.geojson", "Usine", "Usine Nord")
    assert told(land.load("ddt", **visited)) == [expected]
    assert land.parcel.name == "Usine"


def test_the_file_of_who_answers_for_the_land_wins(land: Land) -> None:
    with land.database.connection(Role.WORKER) as connection:
        epci = land_rows.organisation(connection, "CC Exemple")
    land.load("ddt", responsible=epci, site_nom="Usine")
    land.load("epf", site_nom="Usine Nord")
    back = land.load("ddt", responsible=epci, site_nom="Usine")
    assert told(back) == [("source.contradicts_own", "name", "epf.geojson", "Usine", "Usine Nord")]
    again = land.load("epf", site_nom="Usine Nord")
    assert told(again) == [("source.contradicts_others", "name", "ddt.geojson", "Usine Nord", "Usine")]
    assert (again.total("changed"), land.parcel.name) == (0, "Usine")


def test_what_a_planner_said_is_no_quarrel_of_files(land: Land) -> None:
    land.load("ddt", site_nom="Usine")
    land.load("epf", site_nom="Usine Nord")
    with land.database.connection(Role.ADMIN, Actor(actor="planner", reason="visite")) as connection:
        connection.execute(text("update parcel_edit set name = 'La Fonderie'"))
    assert told(land.load("ddt", site_nom="Usine")) == []
    assert land.parcel.name == "La Fonderie"


def test_what_is_shown_before_is_what_is_told_after(land: Land) -> None:
    land.load("ddt", site_nom="Usine")
    land.load("epf", site_nom="Usine Nord")
    waiting = stage(land.database, land.path("ddt", site_nom="Usine"), Options(), srid=SRID)
    assert len(told(waiting)) == 1
    assert waiting.delivery is not None
    assert told(confirm(land.database, waiting.delivery)) == told(waiting)


@needs_data
def test_the_two_real_files_of_the_ardennes_tell_their_59_rows(database: Database, shared: Path) -> None:
    folder = shared / "friches_ardennes_08"
    names = ("friches_polygones.geojson.gz", "friches_data.csv", "friches_polygones.geojson.gz")
    *_, back = [load(database, folder / name, Options(layer="friches"), srid=SRID) for name in names]
    assert (back.total("changed"), back.total("unchanged")) == (59, 105)
    counts = {one.params["field"]: one.params["count"] for one in back.remarked() if one.code in CODES}
    assert counts == {"name": 36, "surface_stated_m2": 23, "comm_nom": 7, "commune_insee": 2}

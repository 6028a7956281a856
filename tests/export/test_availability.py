"""The computed availability beside the declared one: official rows leave as declared, and pass the official schema."""

import csv
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from geo.derive import work
from geo.export.availability import FIELDS, VERDICTS
from geo.export.official import export_official
from geo.export.whole import CannotExportError
from geo.readiness.vocabularies import FONCIER_PLUS
from geo.store.database import Database, Role
from tests.conftest import SRID
from tests.export.test_cnig import GEOMETRIES, broken, put_in, rows_of, table_of
from tests.intake.official import FRICHE, example, schema
from tests.intake.written_files import square

RAW = {"terr_stade_amngt": "non aménagé, non viabilisé", "terr_stade_comm": "en vente"}


def derived(database: Database) -> date:
    with database.connection(Role.WORKER) as connection:
        today: date = connection.scalar(text("select core.today()"))
    work.derive(database, as_of=today)
    return today


def beside(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter=";"))


def test_the_declared_value_leaves_and_the_computed_one_beside_it(
    database: Database, tmp_path: Path, shared: Path
) -> None:
    row = example(shared, "terrain-eco") | RAW
    put_in(
        database,
        tmp_path,
        (square(6.0), row | {"terr_cle_en_main": "oui"}),
        (square(6.1), row | {"terr_id": row["terr_id"][:-1] + "7", "terr_cle_en_main": "non"}),
    )
    today = derived(database)
    path, ready = tmp_path / "t.csv", tmp_path / "ready.csv"
    assert export_official(database, path, "parcels", srid=SRID, ready=ready).count == 2
    left = rows_of(path, "terrain-eco")
    assert broken(schema(shared, "terrain-eco"), left) == []
    assert [one["terr_cle_en_main"] for one in left] == ["oui", "non"], "what is declared is never overwritten"
    first, second = beside(ready)
    assert list(first) == list(FIELDS)
    assert [first["identifiant"], second["identifiant"]] == [one["terr_id"] for one in left]
    assert (first["cle_en_main_declare"], first["disponibilite_declaree"]) == ("oui", "IMMEDIATLY")
    assert first["disponibilite_calculee"] in {*FONCIER_PLUS.values(), ""}
    assert first["ecart"] == ("declare_trop_tot" if first["disponibilite_calculee"] else "non_calculable")
    assert (second["disponibilite_declaree"], second["ecart"]) == ("", "")
    with database.connection(Role.WORKER) as connection:
        dates = connection.execute(
            text("""select p50::text, p80::text, ready_class from core.readiness r
                join core.parcel_derived d on d.state_id = r.state_id
                join core.parcel p on p.id = d.parcel where p.cle_en_main is not true"""),
        ).one()
    assert (second["date_probable"], second["date_prudente"]) == dates[:2]
    assert second["disponibilite_calculee"] == FONCIER_PLUS.get(dates[2], "")
    assert second["calcule_le"] == today.isoformat()


def test_a_declared_day_of_the_national_portal_is_classed_beside(database: Database, tmp_path: Path) -> None:
    site = {
        "Id_site_eco": "38-001",
        "nom": "ZI Nord",
        "surface_disponible": "1,5",
        "type_acquisition": "vente",
        "SCM": "0",
        "date_dispo": "1/15/2020",
    }
    put_in(database, tmp_path, (square(5.7), site))
    derived(database)
    ready = tmp_path / "ready.csv"
    export_official(database, tmp_path / "t.gpkg", None, srid=SRID, ready=ready)
    with database.connection(Role.WORKER) as connection:
        kept = connection.scalar(text("select published ->> 'date_dispo' from core.parcel"))
    (one,) = beside(ready)
    assert (one["identifiant"], one["identifiant_source"]) == ("", "38-001"), "it has no economic site to leave with"
    assert (one["date_declaree"], one["disponibilite_declaree"]) == (kept, "IMMEDIATLY") == ("2020-01-15", "IMMEDIATLY")
    assert one["ecart"] in VERDICTS.values()


def test_brownfields_have_theirs(database: Database, tmp_path: Path, shared: Path) -> None:
    put_in(database, tmp_path, (GEOMETRIES["friches"], FRICHE))
    derived(database)
    path, ready = tmp_path / "f.csv", tmp_path / "ready.csv"
    export_official(database, path, "friches", srid=SRID, ready=ready)
    left = rows_of(path, "friches")
    assert broken(table_of(shared, "friches"), left) == []
    assert [one["identifiant"] for one in beside(ready)] == [one["site_id"] for one in left]


def test_nothing_is_written_when_it_cannot_be(database: Database, tmp_path: Path) -> None:
    ready = tmp_path / "ready.csv"
    with pytest.raises(CannotExportError, match="no_ready"):
        export_official(database, tmp_path / "s.csv", "sites", srid=SRID, ready=ready)
    ready.write_text("mine")
    with pytest.raises(CannotExportError, match="exists"):
        export_official(database, tmp_path / "t.csv", "parcels", srid=SRID, ready=ready)
    assert ready.read_text() == "mine"
    assert not (tmp_path / "t.csv").exists()

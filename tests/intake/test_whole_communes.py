"""A file that its publisher makes by commune makes the cadastre known as a whole there; any other says nothing."""

from pathlib import Path

import pytest
from sqlalchemy import text

from geo.intake.load import Options, load
from geo.intake.whole_communes import place_of
from geo.store.database import Database, Role
from tests import land_rows
from tests.conftest import SRID
from tests.intake.test_lineage import COMMUNE, box, cadastre_file

WHOLE = f"cadastre-{COMMUNE}-parcelles.json"
LOTS = {number: box(100 * number, 0, 100, 100) for number in range(1, 5)}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("cadastre-74173-parcelles.json.gz", "74173"),
        ("cadastre-74173-parcelles (1).json", "74173"),
        ("cadastre-2a004-parcelles.json", "2A004"),
        ("cadastre-974-parcelles-shp.zip", "974"),
        ("cadastre-74-parcelles.json.gz", "74"),
        ("dep74.zip", "74"),
        ("PARCELLAIRE-EXPRESS_1-2__SHP_LAMB93_D074_2026-01-01.zip", "74"),
        ("PARCELLAIRE_EXPRESS_1-0__SHP_RGAF09UTM20_D971_2020-04-06.zip", "971"),
        ("cadastre-74173-parcelles-extrait.json", None),
        ("extrait-cadastre-74173-parcelles.json", None),
        ("cadastre-74173-batiments.json.gz", None),
        ("edigeo-25354000AB01.tar.bz2", None),
        ("dep74.geojson", None),
        ("parcelles.geojson", None),
    ],
)
def test_only_the_names_of_publishers_tell(name: str, place: str | None) -> None:
    assert place_of(name) == place


def loaded(database: Database, path: Path, *, keep_going: bool = False) -> list[str]:
    """The codes of the remarks of a load."""
    report = load(database, path, Options(layer="cadastre", keep_going=keep_going), srid=SRID)
    return [remark.code for remark in report.remarked() if remark.code == "cadastre.complete"]


def whole(database: Database) -> list[str]:
    with database.connection(Role.WORKER) as connection:
        return list(connection.scalars(text("select code from core.cadastre_complete")))


def test_a_file_of_the_commune_is_recorded_and_a_later_extract_takes_nothing_away(
    database: Database, tmp_path: Path
) -> None:
    assert loaded(database, cadastre_file(tmp_path, {1: LOTS[1]}, "extrait.json")) == []
    assert whole(database) == []
    path = cadastre_file(tmp_path, LOTS, WHOLE)
    assert loaded(database, path) == ["cadastre.complete"]
    assert whole(database) == [COMMUNE]
    assert loaded(database, path) == [], "it is said once"
    assert loaded(database, cadastre_file(tmp_path, {2: LOTS[2]}, "extrait.json")) == []
    assert whole(database) == [COMMUNE]


def test_rows_known_word_for_word_count_as_the_rest(database: Database, tmp_path: Path) -> None:
    """What an extract of the same rows loaded first is repeated, not written, by the whole file."""
    first = cadastre_file(tmp_path, LOTS, "extrait.json")
    assert loaded(database, first) == []
    assert loaded(database, first.rename(tmp_path / WHOLE)) == ["cadastre.complete"]


def test_a_row_left_out_is_not_the_whole(database: Database, tmp_path: Path) -> None:
    path = cadastre_file(tmp_path, LOTS, WHOLE)
    path.write_text(
        path.read_text().replace(f"{COMMUNE}000AB0004", "nonsense").replace('"numero": "4"', '"numero": "?"')
    )
    assert loaded(database, path) == []
    assert loaded(database, path, keep_going=True) == []
    with database.connection(Role.WORKER) as connection:
        assert connection.scalar(text("select count(*) from core.cadastral_parcel")) == 3
    assert whole(database) == []


def test_a_file_that_covers_little_of_its_commune_is_an_extract(database: Database, tmp_path: Path) -> None:
    with database.connection(Role.WORKER) as connection:
        land_rows.commune(connection, COMMUNE, box(0, 0, 1_000, 1_000))
    path = cadastre_file(tmp_path, LOTS, WHOLE)
    assert loaded(database, path) == []
    with database.connection(Role.WORKER) as connection:
        land_rows.commune(connection, COMMUNE, box(100, 0, 450, 120))
    assert loaded(database, path) == ["cadastre.complete"]


def test_a_file_of_the_department_speaks_for_each_commune_of_it(database: Database, tmp_path: Path) -> None:
    path = cadastre_file(tmp_path, LOTS, "cadastre-69-parcelles.json")
    text_ = path.read_text().replace(f'"{COMMUNE}000AB0004"', '"69291000AB0004"')
    path.write_text(text_)
    assert loaded(database, path) == ["cadastre.complete"]
    assert sorted(whole(database)) == [COMMUNE, "69291"]

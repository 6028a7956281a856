"""The dates of a second phase are computed once: kept for other processes, remembered by the one that did."""

from pathlib import Path

from sqlalchemy import text

from geo.derive import work
from geo.match.need.reading import read_need
from geo.match.readiness.readiness import project_facts
from geo.match.readiness.second_phase import alone
from geo.match.screen.following import screen_of
from geo.match.screen.opening import open_screening
from geo.match.search import search
from geo.readiness.catalogue_file import in_use
from geo.readiness.needclass import need_class
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.conftest import SAMPLE_DAY
from tests.match.parcels import parcel

NEED = read_need(
    {
        "land_m2": "0.9 ha",
        "floor_m2": 60_000,
        "wishes": {"floor_m2": {}},
        "extension": {"land_m2": "0.8 ha", "within_years": 5},
    }
)


def test_dates_of_a_second_phase_are_kept_and_remembered(database: Database, tmp_path: Path) -> None:
    with database.connection(Role.WORKER) as connection:
        for number in range(2):
            rows.parcel(connection, f"T{number}", rows.square(100 * number, 0))
    work.derive(database, as_of=SAMPLE_DAY)
    later = need_class(project_facts(alone(NEED), parcel()), in_use())
    assert later.key != need_class(project_facts(NEED, parcel()), in_use()).key
    search(database, Role.PUBLIC, None, NEED, SAMPLE_DAY)
    dates = screen_of(database).dates
    assert dates is not None
    assert dates.of_class(later.key), "remembered"
    kept = text("select count(*) from core.readiness where need_class = :name")
    with database.connection(Role.WORKER) as connection:
        assert connection.scalar(kept, {"name": later.key}), "kept"
    another = Database(database.url, caches=tmp_path)
    try:
        opened = open_screening(another, Role.PUBLIC, None, NEED, SAMPLE_DAY)
        assert opened.reading([1, 2])[0][0].beside[0].later.in_time is not None
        assert opened.reading.days.fresh == {}, "another process finds them"
    finally:
        another.close()

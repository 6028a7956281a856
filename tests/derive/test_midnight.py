"""A day is one of the territory's: what is recorded at 23:30 in universal time belongs to the next day in Paris."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from api.clock import today
from api.days import day_in, instant
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.api.conftest import quick_settings

PARIS = "Europe/Paris"
RECORD = text("""
    insert into core.step_state (parcel, step, state, effective_on, recorded_at, actor)
    values (:parcel, 'VRD', 'running', '2026-01-05', :at, 'key:1')
""")
KNOWN = text("select count(*) from core.step_states_at('2029-01-01', :known_at) where parcel = :parcel")


LATE = {
    datetime(2026, 11, 21, 22, 59, tzinfo=UTC): date(2026, 11, 21),
    datetime(2026, 11, 21, 23, 30, tzinfo=UTC): date(2026, 11, 22),
    datetime(2026, 6, 30, 22, 30, tzinfo=UTC): date(2026, 7, 1),
    datetime(2026, 12, 31, 23, 30, tzinfo=UTC): date(2027, 1, 1),
    datetime(2027, 2, 28, 23, 30, tzinfo=UTC): date(2027, 3, 1),
    datetime(2028, 2, 28, 23, 30, tzinfo=UTC): date(2028, 2, 29),
    datetime(2028, 2, 29, 23, 30, tzinfo=UTC): date(2028, 3, 1),
    datetime(2026, 3, 28, 23, 30, tzinfo=UTC): date(2026, 3, 29),
    datetime(2026, 3, 29, 22, 30, tzinfo=UTC): date(2026, 3, 30),
    datetime(2026, 10, 24, 22, 30, tzinfo=UTC): date(2026, 10, 25),
    datetime(2026, 10, 25, 22, 30, tzinfo=UTC): date(2026, 10, 25),
}
"""Instants, and the day each belongs to: ends of months and years, a leap day, days on which the clock is changed."""


def test_a_step_recorded_late_in_the_evening_is_known_from_its_day_in_paris(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        for at, day in LATE.items():
            parcel = rows.parcel(connection, at.isoformat())
            connection.execute(RECORD, {"parcel": parcel, "at": at})
            ends = [instant(day + timedelta(days=later), PARIS) for later in (-1, 0)]
            found = [connection.scalar(KNOWN, {"parcel": parcel, "known_at": end}) for end in ends]
            assert (found, day_in(at, PARIS)) == ([0, 1], day), at


def test_today_is_the_territory_s_wherever_the_session_says_it_is(database: Database) -> None:
    before = today(quick_settings())
    with database.connection(Role.WORKER) as connection:
        for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Midway"):
            connection.execute(text(f"set local timezone = '{zone}'"))
            connection.execute(RECORD, {"parcel": rows.parcel(connection, zone), "at": datetime.now(UTC)})
        days = connection.execute(text("select distinct core.today(), attested_on from core.step_state")).one()
    assert set(days) <= {before, today(quick_settings())}

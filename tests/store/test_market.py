"""The base follows commitments as the rule says, on any day and as known at any instant, whoever writes at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, text

from geo.cluster import Running
from geo.desk.market import Commitment, Kind, market_of
from geo.land.vocabulary import Market
from geo.store import tables
from geo.store.database import Actor, Database, Role
from geo.store.desk import commitments, deals, market, stock
from geo.store.desk.commitments import RankTaken, Terms
from geo.store.desk.stock import Area
from tests import land_rows as rows
from tests.conftest import copied

ZONE = "Europe/Paris"
START = date(2026, 3, 1)
NUMBER = count()
DAYS = st.integers(0, 12).map(lambda n: START + timedelta(days=n))


@pytest.fixture(scope="module")
def base(cluster: Running, template: str) -> Iterator[Database]:
    with copied(cluster, template, "market") as address:
        made = Database(address, pool_size=4)
        yield made
        made.close()


@st.composite
def a_row(draw: st.DrawFn) -> dict[str, Any]:
    begins = draw(DAYS)
    after = st.integers(0, 6).map(lambda n: begins + timedelta(days=n))
    ended = draw(st.none() | after)
    recorded = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=draw(st.integers(0, 200)))
    lasts = draw(st.none() | st.integers(0, 100))
    return {
        "deal": draw(st.integers(1, 3)),
        "kind": draw(st.sampled_from(list(Kind))).value,
        "rank": draw(st.integers(1, 2)),
        "effective_on": begins,
        "expires_on": draw(st.none() | after),
        "ended_on": ended,
        "outcome": None if ended is None else "withdrawn",
        "recorded_at": recorded,
        "superseded_at": None if lasts is None else recorded + timedelta(hours=lasts),
        "actor": "test",
    }


def expected(listed: list[dict[str, Any]], day: date, known_at: datetime) -> Market:
    known = [
        Commitment(one["deal"], Kind(one["kind"]), one["rank"], one["effective_on"], one["expires_on"], one["ended_on"])
        for one in listed
        if one["recorded_at"] <= known_at and (one["superseded_at"] is None or one["superseded_at"] > known_at)
    ]
    return market_of(Market.FOR_LEASE, known, day)


@settings(max_examples=25, deadline=None)
@given(listed=st.lists(a_row(), min_size=1, max_size=5), day=DAYS, hours=st.integers(-10, 260))
def test_base_and_rule_agree(base: Database, listed: list[dict[str, Any]], day: date, hours: int) -> None:
    known_at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hours)
    with base.connection(Role.WORKER) as connection:
        insee = f"{next(NUMBER):05}"
        parcel = rows.parcel(connection, insee, market="for_lease", created_at=datetime(2026, 1, 1, tzinfo=UTC))
        connection.execute(insert(tables.parcel_derived).values(parcel=parcel, commune_insee=insee, surface_m2=1e4))
        connection.execute(insert(tables.commitment), [{**one, "parcel": parcel} for one in listed])
        list(connection.scalars(text("select core.turn_market(array[:p], :day)"), {"p": parcel, "day": day}))
    late = datetime.now(UTC)
    with base.connection(Role.PUBLIC) as connection:
        now = connection.scalar(text("select market from parcel where id = :p"), {"p": parcel})
        then, (only,) = (
            stock.stock(connection, Area(commune=insee), as_of=day, known_at=at, today=False, timezone=ZONE)
            for at in (known_at, late)
        )
    assert now == only.market == expected(listed, day, late).value
    assert [one.market for one in then] == [expected(listed, day, known_at).value]


def planner(connection: Connection) -> tuple[Actor, int]:
    """An organisation's planner, and a parcel of theirs."""
    name = f"EPCI {next(NUMBER)}"
    organisation = rows.organisation(connection, name)
    return Actor(organisation, "territory", actor="key:1"), rows.parcel(connection, name, responsible=organisation)


def test_the_turn_of_the_day_is_done_once_and_says_what_changed(base: Database) -> None:
    with base.connection(Role.WORKER) as connection:
        actor, parcel = planner(connection)
        day: date = connection.scalar(text("select core.today()"))
    with base.connection(Role.PLANNER, actor) as connection:
        commitments.record(connection, [parcel], Terms(Kind.OPTION, day, "x", expires_on=day), day)
    with base.connection(Role.WORKER) as connection:
        market.turn(connection, day)
    tomorrow = day + timedelta(days=1)
    with base.connection(Role.WORKER) as connection:
        assert market.turn(connection, tomorrow) == [parcel]
        assert market.turn(connection, tomorrow) == []
    with base.connection(Role.PUBLIC) as connection:
        changes = [
            (one.on, one.before, one.after, one.cause) for one in market.changes_since(connection, day, [parcel])
        ]
    assert changes == [(day, "for_sale", "optioned", "recorded"), (tomorrow, "optioned", "for_sale", "term")]
    with base.connection(Role.WORKER) as connection:
        version = connection.scalar(text("select version from core.parcel where id = :p"), {"p": parcel})
        marked = connection.scalar(text("select parts from core.dirty where parcel = :p"), {"p": parcel})
    assert version == 1, "no fact changed"
    assert marked is not None
    assert marked & 64, "its document says the market"


def test_two_who_record_at_once_get_two_ranks(base: Database) -> None:
    with base.connection(Role.WORKER) as connection:
        actor, parcel = planner(connection)
        day: date = connection.scalar(text("select core.today()"))

    def recorded(buyer: str) -> int:
        with base.connection(Role.PLANNER, actor) as connection:
            deal = commitments.record(connection, [parcel], Terms(Kind.OPTION, day, "x", buyer=buyer), day)
            return deals.of_deal(connection, deal)[0].rank

    with ThreadPoolExecutor(4) as pool:
        ranks = sorted(pool.map(recorded, "ABCD"))
    assert ranks == [1, 2, 3, 4]
    with base.connection(Role.PLANNER, actor) as connection, pytest.raises(RankTaken) as taken:
        commitments.record(connection, [parcel], Terms(Kind.OPTION, day, "x", buyer="E", rank=2), day)
    assert taken.value.free == 5


def test_no_row_of_a_commitment_is_overwritten_and_nobody_elses_is_written(base: Database) -> None:
    with base.connection(Role.WORKER) as connection:
        actor, parcel = planner(connection)
        stranger, _ = planner(connection)
        day: date = connection.scalar(text("select core.today()"))
    with base.connection(Role.PLANNER, actor) as connection:
        deal = commitments.record(connection, [parcel], Terms(Kind.PROMESSE, day, "signée", buyer="A"), day)
        first = deals.of_deal(connection, deal)
        commitments.correct(connection, first, {"conditions": "permis"}, "avenant")
        both = deals.of_deal(connection, deal)
    assert [(one.conditions, one.why, one.superseded_at is None) for one in both] == [
        (None, "signée", False),
        ("permis", "avenant", True),
    ]
    with base.connection(Role.PLANNER, stranger) as connection:
        assert deals.of_deal(connection, deal) == []
        assert commitments.take_back(connection, deal) == 0
    with pytest.raises(Exception, match="row-level security"), base.connection(Role.PLANNER, stranger) as connection:
        commitments.record(connection, [parcel], Terms(Kind.OPTION, day, "x"), day)
    with pytest.raises(Exception, match="permission denied"), base.connection(Role.PLANNER, actor) as connection:
        connection.execute(text("update core.parcel set committed = null"))


def test_changes_of_the_time_when_land_was_hidden_are_not_told_later(base: Database) -> None:
    with base.connection(Role.WORKER) as connection:
        actor, parcel = planner(connection)
        connection.execute(text("update core.parcel set visibility = 'private' where id = :p"), {"p": parcel})
        connection.execute(text("update core.parcel set market = 'sold' where id = :p"), {"p": parcel})
        connection.execute(
            text("update core.parcel set visibility = 'public', market = 'for_lease' where id = :p"), {"p": parcel}
        )
    with base.connection(Role.PUBLIC) as connection:
        seen = market.changes_since(connection, START, [parcel])
    with base.connection(Role.PLANNER, actor) as connection:
        own = market.changes_since(connection, START, [parcel])
    assert [one.after for one in own] == ["sold", "for_lease"]
    assert seen == [], "opened and let at once: it was sold before, which is nobody's to know"

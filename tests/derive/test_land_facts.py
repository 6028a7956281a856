"""What parcels' states are mapped from: gathered, kept, and told again as it was known at any instant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update

from geo.derive import land_facts, work
from geo.derive.known_then import Moment, known_of
from geo.derive.land_facts import owners
from geo.match.readiness.one import readiness_of
from geo.readiness.facts import surface_class
from geo.store import tables
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows

AS_OF = date(2026, 11, 22)
RAW: dict[str, Any] = {
    "stade_amngt": "non aménagé, non viabilisé",
    "stade_comm": "en vente",
    "maitrise_fonc": "commune",
    "observed_on": date(2026, 9, 1),
}


def known(database: Database, parcel: int) -> land_facts.Known:
    with database.connection(Role.WORKER) as connection:
        (found,) = land_facts.gather(connection, [parcel], AS_OF)
    return found


def kept(database: Database, parcel: int, at: datetime) -> land_facts.Known | None:
    with database.connection(Role.WORKER) as connection:
        return next(iter(known_of(connection, [parcel], Moment(AS_OF, at))), None)


def derived(database: Database, parcel: int, column: str) -> Any:
    with database.connection(Role.WORKER) as connection:
        found = text(f"select {column} from core.parcel_derived where parcel = :parcel")
        return connection.scalar(found, {"parcel": parcel})


@pytest.mark.parametrize(
    ("siren", "types", "names", "count"),
    [
        (None, None, None, None),
        ("123456782", None, None, 1),
        (None, "P3a", None, 1),
        (None, "P3a|X1a", None, 2),
        ("123456782", "P3a", "SA Exemple|SCI Autre|SA Exemple", 2),
        (None, "", " | ", None),
    ],
)
def test_owners_are_counted_at_least(
    siren: str | None, types: str | None, names: str | None, count: int | None
) -> None:
    assert owners(siren, types, names) == count


def test_surfaces_between_two_thresholds_are_one() -> None:
    found = [surface_class(m2) for m2 in (None, 0, 9_999, 10_000, 49_999, 50_000, 1e6)]
    assert found == [None, 0, 0, 10_000, 30_000, 50_000, 200_000]


def test_a_closed_zone_is_as_old_as_the_first_plan_that_had_it(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T")
        for year in (2021, 2024):
            rows.zone(
                connection, f"Z{year}", rows.square(-50, -50, 300), "after_plan_change", typezone="AUs", libelle="2AU",
                approved_on=date(year, 3, 1), partition="DU_A" if year == 2021 else "DU_B",
            )  # fmt: skip
    work.derive(database, as_of=AS_OF)
    facts = known(database, parcel).facts
    assert (facts.zone_known_on, facts.zone_created_on) == (date(2021, 3, 1), None)
    with database.connection(Role.WORKER) as connection:
        rows.zone(
            connection, "Z2010", rows.square(-50, -50, 300), "forbidden", typezone="A", approved_on=date(2010, 1, 1)
        )
    facts = known(database, parcel).facts
    assert facts.zone_created_on == date(2021, 3, 1), "an older plan had something else there: its birth is certain"
    work.derive(database, as_of=AS_OF)
    assert derived(database, parcel, "changes_on") == date(2027, 3, 1), "its sixth birthday changes what the plan asks"


def test_the_passing_of_a_term_derives_a_parcel_anew(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T", **RAW)
    work.derive(database, as_of=AS_OF)
    assert derived(database, parcel, "due") == []
    assert derived(database, parcel, "changes_on") == date(2027, 9, 1)
    state = derived(database, parcel, "state_id")
    work.derive(database, as_of=date(2027, 8, 31))
    assert derived(database, parcel, "state_id") == state
    work.derive(database, as_of=date(2027, 9, 1))
    assert derived(database, parcel, "state_id") != state
    assert "VRD" in derived(database, parcel, "due")
    assert derived(database, parcel, "changes_on") is None


def test_a_survey_that_expires_derives_a_parcel_anew(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T", **RAW | {"observed_on": None})
    survey = {"step": "FLORA4", "state": "done", "effective_on": date(2024, 2, 29)}
    record(database, parcel, survey)
    assert derived(database, parcel, "changes_on") == date(2027, 2, 28)
    state = derived(database, parcel, "state_id")
    work.derive(database, as_of=date(2027, 2, 27))
    assert derived(database, parcel, "state_id") == state
    work.derive(database, as_of=date(2027, 2, 28))
    assert derived(database, parcel, "state_id") != state
    record(database, parcel, survey | {"expires_on": date(2026, 12, 31)})
    assert derived(database, parcel, "changes_on") == date(2027, 1, 1), "said of it: before the law's months"


def test_what_changed_is_told_as_it_was_known(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T", **RAW)
    work.derive(database, as_of=AS_OF)
    first = datetime.now(UTC)
    change(database, parcel, stade_amngt="viabilisation en cours", observed_on=date(2026, 10, 1))
    second = datetime.now(UTC)
    with database.connection(Role.WORKER) as connection:
        rows.zone(connection, "Z", rows.square(-50, -50, 300))
    work.derive(database, as_of=AS_OF)
    told = [kept(database, parcel, at) for at in (first, second, datetime.now(UTC))]
    assert [(one.facts.stade_amngt, one.facts.observed_on, one.facts.typezone) for one in told if one] == [
        (RAW["stade_amngt"], date(2026, 9, 1), None),
        ("viabilisation en cours", date(2026, 10, 1), None),
        ("viabilisation en cours", date(2026, 10, 1), "U"),
    ]
    assert kept(database, parcel, first - timedelta(days=1)) is None
    assert kept(database, parcel, datetime.now(UTC)) == replace(known(database, parcel), changes_on=None)


def change(database: Database, parcel: int, **facts: Any) -> None:
    """A new file says otherwise."""
    with database.connection(Role.WORKER) as connection:
        connection.execute(update(tables.parcel).where(tables.parcel.c.id == parcel).values(**facts))
    work.derive(database, as_of=AS_OF)


def record(database: Database, parcel: int, said: dict[str, Any]) -> None:
    values = {"kind": "entry", "attested_on": None, "actor": "t"} | said
    with database.connection(Role.ADMIN, Actor(actor="t")) as connection:
        connection.execute(
            text("""insert into step_state (parcel, step, state, effective_on, expires_on, kind, attested_on, actor)
                values (:parcel, :step, :state, :effective_on, :expires_on, :kind,
                        coalesce(cast(:attested_on as date), core.today()), :actor)"""),
            {"parcel": parcel, "expires_on": None} | values,
        )
    work.derive(database, as_of=AS_OF)


def take_back(database: Database, nth: int) -> None:
    with database.connection(Role.ADMIN, Actor(actor="t")) as connection:
        connection.execute(
            text("""update step_state set superseded_at = now() where id = (
                select id from step_state where superseded_at is null order by id offset :nth limit 1)"""),
            {"nth": nth},
        )
    work.derive(database, as_of=AS_OF)


DAYS = st.dates(date(2024, 1, 1), AS_OF)
RECORDS = st.fixed_dictionaries(
    {
        "step": st.sampled_from(["VRD", "PA", "LAND_OPT", "DPU"]),
        "state": st.sampled_from(["to_do", "running", "done", "blocked", "not_needed"]),
        "effective_on": DAYS,
        "kind": st.sampled_from(["entry", "attestation"]),
        "attested_on": DAYS,
    }
)
FILES = st.fixed_dictionaries(
    {
        "stade_amngt": st.sampled_from(["viabilisé et aménagé", "viabilisation en cours", RAW["stade_amngt"]]),
        "observed_on": st.none() | DAYS,
    }
)


def said(step: str, state: str, on: str, kind: str) -> dict[str, Any]:
    day = date.fromisoformat(on)
    return {"step": step, "state": state, "effective_on": day, "kind": kind, "attested_on": day}


EVENTS = st.lists(
    st.tuples(st.just("record"), RECORDS)
    | st.tuples(st.just("file"), FILES)
    | st.tuples(st.just("back"), st.integers(0, 3)),
    min_size=2,
    max_size=5,
)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(
    [
        ("record", said("VRD", "running", "2026-01-10", "entry")),
        ("record", said("VRD", "running", "2026-01-10", "attestation")),
        ("file", {"stade_amngt": "viabilisé et aménagé", "observed_on": date(2026, 10, 1)}),
        ("record", said("VRD", "done", "2026-05-04", "entry")),
        ("back", 2),
    ]
)
@given(EVENTS)
def test_nothing_recorded_later_changes_an_earlier_answer(
    database: Database, events: Sequence[tuple[str, Any]]
) -> None:
    """Records, files, attestations and corrections lose no row, and ``known_at`` replays what was told each time."""
    with database.connection(Role.WORKER) as connection:
        number = connection.scalar(text("select count(*) from core.parcel"))
        parcel = rows.parcel(connection, f"T{number}", **RAW)
    work.derive(database, as_of=AS_OF)
    told, instants, rows_before = [], [], 0
    for kind, said in events:
        if kind == "record":
            record(database, parcel, said)
        elif kind == "file":
            change(database, parcel, **said)
        else:
            take_back(database, said)
        told.append(answer(database, parcel, None))
        instants.append(datetime.now(UTC))
        with database.connection(Role.WORKER) as connection:
            count = connection.scalar(text("select count(*) from core.step_state")) or 0
        assert count >= rows_before, "no row is lost"
        rows_before = count
    for before, at in zip(told, instants, strict=True):
        assert answer(database, parcel, at) == before


def answer(database: Database, parcel: int, at: datetime | None) -> dict[str, Any]:
    found = readiness_of(database, Role.ADMIN, None, parcel, None, AS_OF, at)
    assert found is not None
    # the market, and what others declare of the land, are those of today
    return {name: value for name, value in found.items() if name not in ("known_at", "vocabularies")}

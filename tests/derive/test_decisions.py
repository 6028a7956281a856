"""What the plans say of a parcel, and when that changes: by a new plan, by a draft to come, by the passing of a day."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, text

from geo.derive import decisions, work
from geo.derive.decisions import Change
from geo.land.vocabulary import Industry
from geo.match.parcel import candidates
from geo.store.database import Database, Role
from geo.store.merging import plans
from tests import land_rows as rows

TODAY = date(2026, 11, 22)
TOMORROW = date(2026, 11, 23)


def plan(connection: Connection, key: str, industry: str, approved: date, **facts: Any) -> int:
    """A plan of one zone over everything; its id."""
    state, enforceable = facts.pop("state", "in_force"), facts.pop("enforceable_on", approved)
    rows.zone(connection, key, rows.square(-500, -500, 1_000), industry, approved_on=approved, libelle=key, **facts)
    found = text("select document from core.zone where key = :key")
    made = int(connection.scalar(found, {"key": key}) or 0)
    change = text("update core.planning_document set state = :state, enforceable_on = :day where id = :id")
    connection.execute(change, {"state": state, "day": enforceable, "id": made})
    plans.settle(connection, [made])
    return made


def industry(database: Database, parcel: int) -> str:
    with database.connection(Role.WORKER) as connection:
        found = text("select industry from core.parcel_derived where parcel = :parcel")
        return str(connection.scalar(found, {"parcel": parcel}))


def stale(database: Database) -> dict[int, int]:
    with database.connection(Role.WORKER) as connection:
        return {row.parcel: row.parts for row in connection.execute(text("select parcel, parts from core.dirty"))}


def test_a_plan_comes_into_force_by_the_passing_of_a_day(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T")
        elsewhere = rows.parcel(connection, "far", rows.square(9_000, 0))
        plan(connection, "old", "forbidden", date(2015, 1, 1))
        plan(connection, "new", "allowed", date(2026, 11, 1), enforceable_on=TOMORROW)
    work.derive(database, as_of=TODAY)
    assert (industry(database, parcel), stale(database)) == ("forbidden", {})
    with database.connection(Role.WORKER) as connection:
        assert decisions.mark_passed(connection, TODAY) == 0
        assert decisions.mark_passed(connection, TOMORROW) == 1
        assert decisions.mark_passed(connection, TOMORROW) == 0
    assert set(stale(database)) == {parcel} != {elsewhere}
    work.derive(database, as_of=TOMORROW)
    assert industry(database, parcel) == "allowed"


def test_deriving_marks_the_day_itself_and_what_ends_on_it(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T")
        plan(connection, "pos", "allowed", date(1999, 1, 1))
        connection.execute(text("update core.planning_document set retired_on = :day"), {"day": TOMORROW})
    assert work.derive(database, as_of=TODAY) == 1
    assert industry(database, parcel) == "allowed"
    assert work.derive(database, as_of=TOMORROW) == 1
    assert industry(database, parcel) == "unknown"
    assert work.derive(database, as_of=TODAY) == 1, "days may run backwards"
    assert industry(database, parcel) == "allowed"


def test_a_derivation_that_runs_past_midnight_leaves_the_rest_to_the_next(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It works for the day it began on; another process has gone on to the next and marked what changed."""
    with database.connection(Role.WORKER) as connection:
        parcels = [rows.parcel(connection, f"T{n}", rows.square(n * 200, 0)) for n in range(2)]
        plan(connection, "pos", "allowed", date(1999, 1, 1))
        connection.execute(text("update core.planning_document set retired_on = :day"), {"day": TOMORROW})
    monkeypatch.setattr(work, "BATCH", 1)

    def midnight(done: int, total: int) -> None:
        with database.connection(Role.WORKER) as connection:
            decisions.mark_passed(connection, TOMORROW)

    assert work.derive(database, as_of=TODAY, progress=midnight) == 1
    assert stale(database).keys() == set(parcels)
    work.derive(database, as_of=TOMORROW)
    assert {industry(database, parcel) for parcel in parcels} == {"unknown"}


def test_prescriptions_of_a_plan_that_ends_are_marked_too(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T")
        made = plan(connection, "plu", "allowed", date(1999, 1, 1))
        rows.constraint(connection, "ebc", rows.square(-10, -10, 300), document=made, kind="ebc")
        connection.execute(text("update core.planning_document set retired_on = :day"), {"day": TOMORROW})
    surface = text("select buildable_m2 from core.parcel_derived where parcel = :parcel")
    for day, free in ((TODAY, False), (TOMORROW, True)):
        work.derive(database, as_of=day)
        with database.connection(Role.WORKER) as connection:
            assert bool(connection.scalar(surface, {"parcel": parcel})) is free


def test_changed_decisions_are_told_once_from_first_to_last(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T", name="Lot 1")
        rows.parcel(connection, "far", rows.square(9_000, 0))
        plan(connection, "old", "forbidden", date(2015, 1, 1))
        since = decisions.mark(connection)
    work.derive(database, as_of=TODAY)
    with database.connection(Role.WORKER) as connection:
        assert decisions.changed_since(connection, since).total == 0, "a first decision is no change"
        plan(connection, "mid", "conditional", date(2020, 1, 1))
    work.derive(database, as_of=TODAY)
    with database.connection(Role.WORKER) as connection:
        plan(connection, "new", "allowed", date(2024, 1, 1))
    work.derive(database, as_of=TODAY)
    with database.connection(Role.WORKER) as connection:
        found = decisions.changed_since(connection, since)
        later = decisions.changed_since(connection, decisions.mark(connection))
    assert found.counts == {("forbidden", "allowed"): 1}
    assert found.first == [Change(parcel, "T", "Lot 1", "forbidden", "allowed", "test", "test", "old", "new")]
    assert later.total == 0


def test_a_decision_that_came_back_is_no_change(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        rows.parcel(connection, "T")
        plan(connection, "old", "forbidden", date(2015, 1, 1))
        since = decisions.mark(connection)
    for verdict in ("forbidden", "allowed", "forbidden"):
        with database.connection(Role.WORKER) as connection:
            connection.execute(text("update core.zone set industry = :verdict"), {"verdict": verdict})
        work.derive(database, as_of=TODAY)
    with database.connection(Role.WORKER) as connection:
        assert connection.scalar(text("select count(*) from core.decision_change")) == 2
        assert decisions.changed_since(connection, since).total == 0


def test_what_a_draft_would_change_is_told_and_not_done(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T")
        rows.parcel(connection, "far", rows.square(9_000, 0))
        old = plan(connection, "old", "forbidden", date(2015, 1, 1))
        draft = plan(connection, "draft", "after_plan_change", date(2026, 1, 1), state="planned")
    work.derive(database, as_of=TODAY)
    assert industry(database, parcel) == "forbidden"
    with database.connection(Role.WORKER) as connection:
        assert plans.replaced_by(connection, [draft]) == [old]
        found = decisions.to_come(connection, [old, draft], TODAY)
        assert decisions.to_come(connection, [old], TODAY).total == 0
    assert found.counts == {("forbidden", "after_plan_change"): 1}
    assert (found.first[0].zone_before, found.first[0].zone_after) == ("old", "draft")
    assert industry(database, parcel) == "forbidden"
    assert stale(database) == {}


def test_a_plan_enforceable_later_is_to_come(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        rows.parcel(connection, "T")
        plan(connection, "old", "forbidden", date(2015, 1, 1))
        new = plan(connection, "new", "allowed", date(2026, 11, 1), enforceable_on=TOMORROW)
    work.derive(database, as_of=TODAY)
    with database.connection(Role.WORKER) as connection:
        assert decisions.to_come(connection, [new], TODAY).counts == {("forbidden", "allowed"): 1}
        assert decisions.to_come(connection, [new], TOMORROW).total == 0


def test_a_draft_is_shown_as_planned_and_counts_for_nothing(database: Database) -> None:
    """Its zones and prescriptions decide, forbid and restrict nothing; the layers say that they are planned."""
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T")
        plan(connection, "old", "allowed", date(2015, 1, 1))
        draft = plan(connection, "draft", "forbidden", date(2026, 1, 1), state="planned")
        drawn = {"document": draft, "code": "PSC 07-00", "industry": "forbidden"}
        rows.constraint(connection, "hedge", rows.square(0, 0, 60), kind="heritage", **drawn)
        rows.constraint(connection, "view", rows.square(0, 0), kind="heritage", **(drawn | {"effect": "restricts"}))
    work.derive(database, as_of=TODAY)
    with database.connection(Role.PUBLIC) as connection:
        (found,) = candidates.load(connection, Role.PUBLIC)
        shown = text('select distinct plan_state from "constraint" union all select plan_state from "zone" order by 1')
        assert connection.scalars(shown).all() == ["in_force", "planned", "planned"]
    assert (found.id, found.industry, found.constraints, found.forbidden) == (parcel, Industry.ALLOWED, (), None)
    assert found.buildable is not None
    assert found.geometry is not None
    assert found.buildable.area == found.geometry.area

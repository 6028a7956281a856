"""History and the two times of a record."""

from datetime import date

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from geo.store import tables
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows


def test_an_insert_leaves_no_history_and_a_change_only_what_changed(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T-01", name="Before", price_eur_m2=20)
        assert connection.execute(select(tables.history)).all() == []
    with database.connection(Role.WORKER, Actor(actor="key:7", request="r-1", reason="survey")) as connection:
        connection.execute(update(tables.parcel).values(name="After", price_eur_m2=20))
    with database.connection(Role.WORKER) as connection:
        (row,) = connection.execute(select(tables.history)).all()
    assert (row.relation, row.row_id, row.op) == ("parcel", parcel, "update")
    assert (row.actor, row.request_id, row.reason) == ("key:7", "r-1", "survey")
    assert (row.before, row.after) == ({"name": "Before", "version": 1}, {"name": "After", "version": 2})


def test_version_rises_with_a_change_and_not_without(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        rows.parcel(connection, "T-01", name="Same")
        for name in ("Same", "Other"):
            connection.execute(update(tables.parcel).values(name=name))
        assert connection.scalar(select(tables.parcel.c.version)) == 2
        assert len(connection.execute(select(tables.history)).all()) == 1


def test_a_delete_keeps_the_whole_row(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        rows.building(connection, "B-1", rows.square(0, 0, 10))
        connection.execute(delete(tables.building))
        (row,) = connection.execute(select(tables.history)).all()
    assert row.op == "delete"
    assert row.after is None
    assert row.before["key"] == "B-1"
    assert row.before["geom"].startswith("0106")


def test_records_are_superseded_never_changed(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T-01")
        option = {"kind": "option", "effective_on": date(2026, 1, 1), "actor": "test"}
        connection.execute(insert(tables.commitment).values(parcel=parcel, **option))
    for statement in (
        update(tables.commitment).values(kind="deed"),
        delete(tables.commitment),
    ):
        with pytest.raises(IntegrityError, match="keeps its rows"), database.connection(Role.WORKER) as connection:
            connection.execute(statement)
    with database.connection(Role.WORKER) as connection:
        connection.execute(update(tables.commitment).values(superseded_at=text("now()")))
    with pytest.raises(IntegrityError, match="keeps its rows"), database.connection(Role.WORKER) as connection:
        connection.execute(update(tables.commitment).values(superseded_at=None))


def test_what_was_true_and_what_was_known(database: Database) -> None:
    """A deed of June entered in August: unknown in July, true of June once known."""
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T-01")
        for step, state, effective, recorded, superseded in (
            ("VRD", "to_do", "2026-01-01", "2026-01-05", None),
            ("VRD", "running", "2026-03-01", "2026-03-02", "2026-08-15"),
            ("VRD", "done", "2026-06-20", "2026-08-15", None),
        ):
            values = {"effective_on": effective, "recorded_at": recorded, "superseded_at": superseded}
            connection.execute(
                insert(tables.step_state).values(parcel=parcel, step=step, state=state, actor="t", **values)
            )

        def stood(as_of: str, known_at: str) -> str | None:
            found: str | None = connection.scalar(
                text("select state from core.step_states_at(cast(:as_of as date), cast(:known as timestamptz))"),
                {"as_of": as_of, "known": known_at},
            )
            return found

        assert stood("2026-07-01", "2026-07-01") == "running"
        assert stood("2026-07-01", "2026-09-01") == "done"
        assert stood("2026-04-01", "2026-09-01") == "to_do"
        assert stood("2025-12-31", "2026-09-01") is None


def test_a_commitment_ends_on_its_last_day(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T-01")
        option = {"kind": "option", "effective_on": "2026-01-01", "expires_on": "2026-11-30", "actor": "t"}
        connection.execute(insert(tables.commitment).values(parcel=parcel, recorded_at="2026-01-01", **option))

        def active(day: str) -> int:
            count = text("select count(*) from core.commitments_at(cast(:day as date), now())")
            return connection.scalar(count, {"day": day}) or 0

        assert [active(day) for day in ("2025-12-31", "2026-01-01", "2026-11-30", "2026-12-01")] == [0, 1, 1, 0]


def test_what_a_reload_changes_in_places_and_plans_is_told(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        rows.commune(connection, "2A004", rows.square(0, 0), name="Ajacio")
        area = {"kind": "epci", "code": "242010056", "name": "CAPA", "digest": b""}
        connection.execute(insert(tables.named_area).values(**area, geom=rows.ewkb(rows.square(0, 0))))
        rows.zone(connection, "z", rows.square(0, 0))
    with database.connection(Role.WORKER) as connection:
        rows.commune(connection, "2A004", rows.square(0, 0), name="Ajaccio")
        connection.execute(update(tables.named_area).values(name="CA du Pays ajaccien"))
        connection.execute(update(tables.planning_document).values(state="planned"))
        connection.execute(delete(tables.planning_document))
        connection.execute(delete(tables.commune))
        told = [(h.relation, h.op, h.before, h.after) for h in connection.execute(select(tables.history))]
    names = {name: (before["name"], after["name"]) for name, _, before, after in told if "name" in (after or ())}
    assert names == {"commune": ("Ajacio", "Ajaccio"), "named_area": ("CAPA", "CA du Pays ajaccien")}
    assert ("planning_document", "update", {"state": "in_force"}, {"state": "planned"}) in told
    gone = {relation: before for relation, op, before, _ in told if op == "delete"}
    assert gone["planning_document"]["partition"] == "DU_TEST"
    assert gone["commune"]["insee"] == "2A004"
    assert gone["commune"]["geom"].startswith("0106")

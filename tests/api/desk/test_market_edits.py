"""What follows from commitments is not taken for a statement: by a table that comes back, or by a match."""

import csv
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from api.clock import today
from geo.intake.update.update import UpdateOptions, update
from geo.match.need.need import Need
from geo.match.search import search
from geo.store.database import Actor, Role
from tests.api.conftest import quick_settings
from tests.api.desk.agency_desk import Desk
from tests.api.desk.test_commitments import in_days, option
from tests.conftest import SRID


def returned(desk: Desk, folder: Path, rows: list[dict[str, Any]], organisation: str) -> Any:
    """A table brought back by a planner."""
    path = folder / "terrains.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        written = csv.DictWriter(file, list(rows[0]))
        written.writeheader()
        written.writerows(rows)
    actor = Actor(desk.organisations[organisation], "territory", actor="test", reason="retour de table")
    return update(desk.database, path, UpdateOptions(Role.PLANNER, actor), srid=SRID)


def stated(desk: Desk, parcel: int) -> Any:
    with desk.database.connection(Role.WORKER) as connection:
        return connection.scalar(text("select market from core.parcel where id = :p"), {"p": parcel})


def row_of(desk: Desk, parcel: int, market: str) -> dict[str, Any]:
    with desk.database.connection(Role.WORKER) as connection:
        version = connection.scalar(text("select version from core.parcel where id = :p"), {"p": parcel})
    return {"id": parcel, "row_version": version, "market": market}


def test_a_table_that_comes_back_states_no_market_that_commitments_made(desk: Desk, tmp_path: Path) -> None:
    parcel = desk.parcels["EPCI A"]
    deal = option(desk, "EPCI A", parcel)["commitment"]
    for told in ("optioned", "for_sale"):
        report = returned(desk, tmp_path, [row_of(desk, parcel, told)], "EPCI A")
        assert (report.unchanged, report.rejections) == (1, []), told
    refused = returned(desk, tmp_path, [row_of(desk, parcel, "sold")], "EPCI A")
    assert [(one.code, one.params["deal"]) for one in refused.rejections] == [("update.market_held", deal)]
    desk.post("EPCI A", f"/commitments/{deal}/close", 200, outcome="withdrawn", reason="renonce")
    old = returned(desk, tmp_path, [row_of(desk, parcel, "optioned")], "EPCI A")
    assert (old.unchanged, stated(desk, parcel)) == (1, "for_sale"), "exported while it was optioned"
    stays = returned(desk, tmp_path, [row_of(desk, parcel, "sold")], "EPCI A")
    assert (stays.written, stated(desk, parcel)) == (True, "sold")


def test_of_land_of_others_nothing_is_taken_for_an_edit(desk: Desk, tmp_path: Path) -> None:
    parcel = desk.parcels["EPCI B"]
    before = row_of(desk, parcel, "for_sale")
    option(desk, "EPCI B", parcel)
    report = returned(desk, tmp_path, [before], "EPCI C")
    assert (report.unchanged, report.rejections) == (1, [])


@pytest.mark.parametrize("kind", ["promesse", "council_vote"])
def test_a_match_and_its_version_follow(desk: Desk, kind: str) -> None:
    parcel = desk.parcels[{"promesse": "EPCI D", "council_vote": "EPCI E"}[kind]]
    need = Need.model_validate({"land_m2": {"min": 50_000}})

    def found() -> tuple[set[int], str]:
        answer: Any = search(desk.database, Role.PUBLIC, None, need, today(quick_settings()))
        return {one["parcel_ids"][0] for one in answer["matches"] + answer["to_check"]}, answer["version"]["data"]

    before, version = found()
    assert parcel in before
    option(desk, f"EPCI {'D' if kind == 'promesse' else 'E'}", parcel, kind=kind, expires_on=in_days(5))
    after, later = found()
    assert before - after == {parcel}
    assert version != later

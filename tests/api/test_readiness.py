"""Readiness over HTTP: what it tells, of which day, to whom."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.clock import today
from geo.store.database import Database
from tests.api.conftest import quick_settings
from tests.api.planning_place import Place, a_territory
from tests.api.serving import Served
from tests.conftest import REPO

OBSERVED = (today(quick_settings()) - timedelta(days=80)).replace(day=1)
AGAIN = OBSERVED.replace(year=OBSERVED.year + 1).isoformat()
"""When what was observed is to be looked at again."""
NEED = json.loads((REPO / "sample_need.json").read_text(encoding="utf-8"))


@pytest.fixture
def place(database: Database) -> Iterator[Place]:
    with a_territory(database, observed_on=OBSERVED) as made:
        yield made


def state_of(document: dict[str, Any], code: str) -> str:
    return str(next(step["state"] for step in document["steps"] if step["code"] == code))


def test_a_plan_of_work_stands_beside_the_dates(place: Place) -> None:
    found = place.get("nobody", f"/parcels/{place.parcels['public']}/readiness?lang=en")
    steps = {step["code"]: step for step in found["steps"]}
    assert (found["scope"], found["known_at"], found["responsible"]) == ("owner", None, "EPCI A")
    access = steps["ACCESS"]
    assert access["label"] == "Access and layout of the lot"
    assert list(access["begins"]) == ["p10", "p50", "p80"]
    assert access["ends"]["p10"] <= access["ends"]["p50"] <= access["ends"]["p80"]
    assert access["said_by"] == {"who": "facts"}
    assert (access["attested_on"], access["due_on"]) == (OBSERVED.isoformat(), AGAIN)
    assert steps["VRD"]["begins"] is None, "it is over: no bar"
    assert {"from": "PA", "to": "VRD"} not in found["graph"]["edges"], "implied by the appeals after the permit"
    assert {"from": "APPEAL_PA", "to": "VRD"} in found["graph"]["edges"]
    assert set(found["graph"]["gates"]["start"]) <= set(steps)
    assert {one["step"]: one["who"] for one in found["questions"]}["DPU"] == "planning_authority"
    told = next(note for note in found["notes"] if note["step"] == "DPU")
    assert (
        told["message"]
        == "Pre-emption right waived: nobody has said where it stands. Who can answer: the planning authority."
    )
    slack = {code: step["slack_days"] for code, step in steps.items() if step["slack_days"] is not None}
    assert min(slack.values()) == 0
    assert found["freshness"] == {"observed_on": OBSERVED.isoformat(), "due": [], "next_due_on": AGAIN}


def test_what_was_recorded_out_of_order_is_told_and_still_counts(place: Place) -> None:
    parcel = place.parcels["public"]
    assert place.get("own", f"/parcels/{parcel}/readiness")["out_of_order"] == []
    for step, state in (("APPEAL_PA", "to_do"), ("VRD", "done")):
        assert place.record("own", parcel, step=step, state=state).status_code == 201
    found = place.get("own", f"/parcels/{parcel}/readiness?lang=en")
    assert found["out_of_order"] == [{"step": "VRD", "before": ["APPEAL_PA"]}]
    told = next(note["message"] for note in found["notes"] if note["code"] == "out_of_order")
    assert told.startswith("Servicing works: recorded as begun or done")
    assert "Appeals on the development purged" in told
    assert place.record("own", parcel, step="APPEAL_PA", effective_on="2026-03-03").status_code == 201
    assert place.get("own", f"/parcels/{parcel}/readiness")["out_of_order"] == []


def test_a_need_brings_its_own_steps(place: Place) -> None:
    parcel = place.parcels["public"]
    answer = place.ask("nobody", "POST", f"/parcels/{parcel}/readiness", json=NEED)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    steps = {step["code"]: step for step in found["steps"]}
    assert found["scope"] == "need"
    assert steps["PC"]["said_by"] == {"who": "need"}
    assert {"from": "PREP_PC", "to": "PC"} in found["graph"]["edges"]
    assert steps["LITIG"]["chance"] == {"outcome_of": "APPEAL", "probability": 0.05}
    assert "LITIG" not in found["unknown"], "a chance is not ignorance"
    assert [steps[code]["chance"] for code in ("PC", "DPU")] == [None, None], "DPU is unknown: somebody can answer"
    assert found["power"] is not None
    assert place.ask("nobody", "POST", f"/parcels/{parcel}/readiness", json={"no": 1}).status_code == 422


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("as_of=2026-13-45", "field.iso_day"),
        ("as_of=../..", "field.iso_day"),
        ("as_of=1", "field.iso_day"),
        ("as_of=9999-01-01", "field.iso_day"),
        ("as_of=", "field.iso_day"),
        ("as_of=2026-11-22T00:00:00", "field.iso_day"),
        ("known_at=2026-11-22T10:00:00", "field.iso_instant"),
        ("known_at=yesterday", "field.iso_instant"),
        ("known_at=2026-02-30T10:00:00Z", "field.iso_instant"),
    ],
)
def test_a_bad_day_is_told(bare: Served, query: str, code: str) -> None:
    answer = bare.client.get(f"/parcels/1/readiness?{query}")
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == [code]
    assert "2026-11-22" in answer.json()["errors"][0]["detail"]


def test_who_may_not_see_a_parcel_finds_no_trace(place: Place) -> None:
    hidden, nowhere = place.parcels["private"], 999_999
    for who in ("nobody", "company", "neighbour", "agency", "own"):
        for path in ("/parcels/{}/readiness", "/parcels/{}/history"):
            found, missing = (place.ask(who, "GET", path.format(one)) for one in (hidden, nowhere))
            if found.status_code == 200:
                assert who == "own"
            else:
                refused = {"nobody": 401, "company": 403}.get(who, 404) if "history" in path else 404
                assert found.status_code == missing.status_code == refused
                told = [one.json() | {"request_id": 0} for one in (found, missing)]
                assert {**told[0], "detail": told[1]["detail"]} == told[1], who
                assert told[0]["detail"].replace(str(hidden), "ID") == told[1]["detail"].replace(str(nowhere), "ID")
    body = {"step": "VRD", "state": "done", "effective_on": "2026-01-01", "reason": "essai"}
    for who in ("neighbour", "agency"):
        assert place.ask(who, "POST", f"/parcels/{hidden}/steps", json=body).status_code == 404


def test_days_and_instants_move_what_is_true_and_what_is_known(place: Place) -> None:
    parcel = place.parcels["public"]
    path = f"/parcels/{parcel}/readiness"
    before = place.get("own", path)
    instant = datetime.now(UTC)
    assert place.record("own", parcel, effective_on="2026-03-02").status_code == 201
    after = place.get("own", path)
    assert [state_of(one, "ACCESS") for one in (before, after)] == ["to_do", "done"]
    said = next(step for step in after["steps"] if step["code"] == "ACCESS")["said_by"]
    assert (said["who"], said["organisation"], said["reason"]) == ("planner", "EPCI A", "réception des travaux")
    others = place.get("nobody", path)
    told = next(step for step in others["steps"] if step["code"] == "ACCESS")["said_by"]
    assert told.keys() == {"who", "organisation", "recorded_at"}, "words are for who answers for the land"
    then = place.get("own", f"{path}?known_at={instant.isoformat().replace('+', '%2B')}")
    # the market, and what others declare of the land, are those of today
    assert {**then, "known_at": None, "vocabularies": before["vocabularies"]} == before
    assert place.get("own", f"{path}?known_at={instant.isoformat()}") == then, "a plus sign may come as a space"
    earlier = place.get("own", f"{path}?as_of=2026-03-01")
    assert state_of(earlier, "ACCESS") == "to_do"
    long_ago = place.get("own", f"{path}?known_at=2020-01-01")
    assert (long_ago["class"], long_ago["as_of"], long_ago["flags"]) == ("unknown", "2020-01-01", ["not_known_then"])
    tomorrow = (instant + timedelta(days=400)).date()
    later = place.get("own", f"{path}?as_of={tomorrow}")
    assert "stale:LAND_OPT" in later["flags"]
    assert later["freshness"]["due"]

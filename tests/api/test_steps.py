"""Steps recorded over HTTP: by whom, checked how, kept how, taken back, proposed, said again."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from api.clock import today
from geo.derive import work
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.api.conftest import quick_settings
from tests.api.planning_place import SERVICED, Place, a_territory


def this_day() -> date:
    return today(quick_settings())


@pytest.fixture
def place(database: Database) -> Iterator[Place]:
    with a_territory(database, observed_on=this_day() - timedelta(days=500)) as made:
        yield made


def steps_of(place: Place, who: str = "own", parcel: str = "public") -> dict[str, dict[str, Any]]:
    found = place.get(who, f"/parcels/{place.parcels[parcel]}/readiness")
    return {step["code"]: step for step in found["steps"]}


def history(place: Place, who: str = "own", parcel: str = "public") -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = place.get(who, f"/parcels/{place.parcels[parcel]}/history")["steps"]
    return listed


def test_a_record_stands_until_it_is_corrected_or_taken_back(place: Place) -> None:
    parcel = place.parcels["public"]
    made = place.record("own", parcel, state="running", effective_on="2026-01-10", evidence="OS n° 4")
    assert made.status_code == 201, made.text
    first = made.json()
    assert (first["old"], first["new"], first["organisation"]) == (None, "running", "EPCI A")
    corrected = place.record("own", parcel, state="running", effective_on="2025-11-03", corrects=first["record"])
    assert corrected.status_code == 201, corrected.text
    assert corrected.json()["old"] == "running"
    done = place.record("own", parcel, state="done", effective_on="2026-05-04").json()
    assert (done["old"], done["new"]) == ("running", "done")
    assert steps_of(place)["ACCESS"]["state"] == "done"
    back = place.ask("own", "POST", f"/parcels/{parcel}/steps/{done['record']}/withdraw", json={"reason": "erreur"})
    assert back.status_code == 201, back.text
    assert (back.json()["kind"], back.json()["old"], back.json()["new"]) == ("withdrawal", "done", "running")
    assert (steps_of(place)["ACCESS"]["state"], steps_of(place)["ACCESS"]["since"]) == ("running", "2025-11-03")
    told = history(place)
    assert [(one["kind"], one["old"], one["new"], one["reason"]) for one in told] == [
        ("withdrawal", "done", "running", "erreur"),
        ("entry", "running", "done", "réception des travaux"),
        ("entry", "running", "running", "réception des travaux"),
        ("entry", None, "running", "réception des travaux"),
    ]
    assert [one["stands"] for one in told] == [True, False, True, False]
    actor = "key:"
    assert actor not in str(told)
    again = place.ask("own", "POST", f"/parcels/{parcel}/steps/{done['record']}/withdraw", json={"reason": "erreur"})
    assert (again.status_code, again.json()["code"]) == (404, "step.no_record")


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"step": "VDR"}, "step", "step.unknown"),
        ({"state": "finished"}, "state", "field.enum"),
        ({"effective_on": (this_day() + timedelta(days=2)).isoformat()}, "effective_on", "step.future"),
        ({"expires_on": "2026-03-01"}, "expires_on", "step.expires_before"),
        ({"effective_on": "2026-02-31"}, "effective_on", "field.iso_day"),
        ({"corrects": 99}, "corrects", "step.no_record"),
        ({"reason": "    "}, "reason", "field.string_too_short"),
        ({"owner": 1}, "owner", "field.extra_forbidden"),
    ],
)
def test_a_bad_record_is_told(shared_place: Place, said: dict[str, Any], field: str, code: str) -> None:
    answer = shared_place.record("own", shared_place.parcels["public"], **said)
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == (field, code)
    if code == "field.enum":
        words = "Valeurs possibles : not_needed, to_do, running, done, expired, blocked, unknown."
        assert error["detail"].replace("\u202f", " ") == words


def test_an_older_day_than_what_stands_is_refused_but_for_an_earlier_stage(place: Place) -> None:
    parcel = place.parcels["public"]
    first = place.record("own", parcel, state="done", effective_on="2026-05-04").json()
    refused = place.record("own", parcel, state="to_do", effective_on="2026-06-01")
    assert refused.status_code == 201, "a later day may say anything"
    place.ask("own", "POST", f"/parcels/{parcel}/steps/{refused.json()['record']}/withdraw", json={"reason": "essai"})
    clash = place.record("own", parcel, state="done", effective_on="2026-05-01")
    assert clash.status_code == 422
    assert clash.json()["errors"][0]["code"] == "step.before_later"
    assert f"corrects : {first['record']}" in clash.json()["errors"][0]["detail"]
    assert place.record("own", parcel, state="running", effective_on="2026-01-01").status_code == 201
    assert steps_of(place)["ACCESS"]["state"] == "done"
    other = place.record("own", parcel, step="VRD", corrects=first["record"])
    assert other.json()["errors"][0]["code"] == "step.other_step"


def test_only_who_answers_for_the_land_records(place: Place) -> None:
    parcel = place.parcels["public"]
    for who, status in (("nobody", 401), ("company", 403), ("neighbour", 403), ("admin", 201)):
        assert place.record(who, parcel).status_code == status, who
    assert place.record("neighbour", parcel).json()["detail"].startswith("Ce terrain relève de EPCI A")
    with place.database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel set responsible = null where id = :id"), {"id": parcel})
    nobodys = place.record("neighbour", parcel).json()
    assert nobodys["code"] == "step.no_responsible"
    assert "Aucune organisation ne répond de ce terrain" in nobodys["detail"]
    seen = {"statuses": [{"parcel": parcel}], "reason": "tournée de novembre"}
    refused = place.ask("neighbour", "POST", "/due/attestations", json=seen).json()
    assert refused["errors"][0]["code"] == "step.no_responsible"
    assert history(place)[0]["organisation"] is None, "an administrator is of no organisation"


def test_an_agency_proposes_and_the_responsible_accepts_or_declines(place: Place) -> None:
    parcel = place.parcels["agency"]
    first = place.record("agency", parcel, step="DPU", state="not_needed", reason="hors périmètre").json()
    second = place.record("agency", parcel, step="VRD", state="to_do", reason="réseaux absents").json()
    assert {first["kind"], second["kind"]} == {"proposal"}
    assert steps_of(place, parcel="agency")["VRD"]["state"] == "done", "a proposal changes nothing"
    document = place.get("own", f"/parcels/{parcel}/readiness")
    assert [(one["step"], one["organisation"]) for one in document["proposals"]] == [
        ("DPU", "Agence"),
        ("VRD", "Agence"),
    ]
    assert place.get("agency", f"/parcels/{parcel}/readiness")["proposals"] == []
    withdraw = f"/parcels/{parcel}/steps/{second['record']}/withdraw"
    assert place.ask("agency", "POST", withdraw, json={"reason": "essai"}).status_code in (403, 404)
    assert place.ask("own", "POST", withdraw, json={"reason": "réseaux posés en 2024"}).status_code == 201
    taken = place.record("own", parcel, step="DPU", state="not_needed", corrects=first["record"])
    assert taken.status_code == 201, taken.text
    assert place.get("own", f"/parcels/{parcel}/readiness")["proposals"] == []
    assert steps_of(place, parcel="agency").get("DPU") is None, "not needed: not shown"
    told = history(place, "agency", "agency")
    proposed, said = {first["record"]: "hors périmètre", second["record"]: "réseaux absents"}, {}
    for one in told:
        said[one["record"]] = one.get("reason")
        assert (one["kind"] == "proposal") == (one["record"] in proposed)
    assert {record: said.pop(record) for record in proposed} == proposed, "an agency finds what it proposed"
    assert [one["stands"] for one in told if one["kind"] == "proposal"] == [False, False]
    assert sorted(said.values(), key=str) == [None, "réseaux posés en 2024"], "and why it was turned down, no more"
    place.record("agency", place.parcels["public"])
    assert [len(history(place, who)) for who in ("agency", "own", "neighbour")] == [1, 1, 0], "and no one else's"


def test_statuses_past_their_term_are_listed_and_said_again_in_one_call(place: Place) -> None:
    public, private = place.parcels["public"], place.parcels["private"]
    listed = place.get("own", "/due")["due"]
    assert {one["parcel"] for one in listed} == set(place.parcels.values())
    assert {one["step"] for one in listed} == {"LAND_OPT", "ACCESS"}
    assert place.get("neighbour", "/due")["due"] == []
    assert place.ask("company", "GET", "/due").status_code == 403
    first = place.get("own", "/due?limit=1")
    assert {one["parcel"] for one in first["due"]} == {public}
    following = next(link["href"] for link in first["links"] if link["rel"] == "next")
    assert public not in {one["parcel"] for one in place.get("own", following)["due"]}
    before = steps_of(place)["ACCESS"]
    assert before["stale"]

    body = {"statuses": [{"parcel": public}, {"parcel": private, "step": "ACCESS"}], "reason": "tournée de novembre"}
    refused = place.ask("neighbour", "POST", "/due/attestations", json=body)
    assert [error["code"] for error in refused.json()["errors"]] == ["step.not_yours", "parcel.unknown"]
    bad = {**body, "statuses": [{"parcel": public}, {"parcel": private, "step": "ARCH_X"}]}
    assert place.ask("own", "POST", "/due/attestations", json=bad).status_code == 422
    assert place.get("own", "/due")["due"] == listed, "all or none"

    done = place.ask("own", "POST", "/due/attestations", json=body)
    assert (done.status_code, done.json()["attested"]) == (201, 3)
    left = {(one["parcel"], one["step"]) for one in place.get("own", "/due")["due"]}
    assert (private, "LAND_OPT") in left
    assert (private, "ACCESS") not in left
    assert public not in {parcel for parcel, _ in left}
    after = steps_of(place)["ACCESS"]
    assert (after["stale"], after["attested_on"], after["state"]) == (False, this_day().isoformat(), before["state"])
    assert after["said_by"] == {"who": "facts"}, "saying it again is no entry: files may still change it"
    assert after["ends"]["p80"] < before["ends"]["p80"]
    assert [one["kind"] for one in history(place, parcel="private")] == ["attestation"]
    tomorrow = (this_day() + timedelta(days=1)).isoformat()
    late = place.ask("own", "POST", "/due/attestations", json={**body, "attested_on": tomorrow})
    assert late.json()["errors"][0]["code"] == "step.future"


def test_each_reader_is_told_what_is_due_of_its_own_land_and_confirms_no_other(place: Place) -> None:
    with place.database.connection(Role.WORKER) as connection:
        theirs = connection.scalar(text("select id from core.organisation where name = 'EPCI B'"))
        facts = {
            **SERVICED,
            "responsible": theirs,
            "observed_on": this_day() - timedelta(days=500),
            "visibility": "partners",
        }
        other = rows.parcel(connection, "theirs", rows.square(2_000, 0), **facts)
    work.derive(place.database, as_of=this_day())
    own = set(place.parcels.values())
    for who, seen in (("own", own), ("neighbour", {other}), ("agency", set()), ("admin", {*own, other})):
        listed = place.get(who, "/due")["due"]
        assert {one["parcel"] for one in listed} == seen, who
        assert {one["organisation"] for one in listed} <= {"EPCI A", "EPCI B"}
    said = {"reason": "tournée", "statuses": [{"parcel": other}]}
    for who, status in (("nobody", 401), ("company", 403)):
        assert place.ask(who, "GET", "/due").status_code == status
        assert place.ask(who, "POST", "/due/attestations", json=said).status_code == status
    for who, parcel, code in (
        ("own", other, "step.not_yours"),
        ("agency", place.parcels["agency"], "step.not_yours"),
        ("agency", place.parcels["private"], "parcel.unknown"),
        ("agency", 999_999, "parcel.unknown"),
    ):
        refused = place.ask(who, "POST", "/due/attestations", json=said | {"statuses": [{"parcel": parcel}]})
        assert (refused.status_code, [one["code"] for one in refused.json()["errors"]]) == (422, [code]), who
    many = said | {"statuses": [{"parcel": other}] * 1_001}
    assert place.ask("neighbour", "POST", "/due/attestations", json=many).status_code == 422
    twice = place.ask("neighbour", "POST", "/due/attestations", json=said | {"statuses": [{"parcel": other}] * 2})
    assert (twice.status_code, twice.json()["attested"], twice.json()["parcels"]) == (201, 2, [other])
    assert place.get("neighbour", "/due")["due"] == []
    assert {one["parcel"] for one in place.get("admin", "/due")["due"]} == own
    everything = said | {"statuses": [{"parcel": parcel} for parcel in own]}
    assert place.ask("admin", "POST", "/due/attestations", json=everything).json()["attested"] == 2 * len(own)
    assert place.get("own", "/due")["due"] == place.get("admin", "/due")["due"] == []


def test_a_record_is_seen_where_parcels_are_listed_at_once(place: Place) -> None:
    parcel = place.parcels["public"]
    item = f"/collections/parcels/items/{parcel}"
    before = place.get("own", item)["properties"]["ready_p80"]
    lately = (this_day() - timedelta(days=200)).isoformat()
    for step in ("LAND_OPT", "DPU", "ACCESS"):
        assert place.record("own", parcel, step=step, effective_on=lately).status_code == 201
    assert before > place.get("own", item)["properties"]["ready_p80"] == this_day().isoformat()
    with place.database.connection(Role.WORKER) as connection:
        assert connection.scalar(text("select count(*) from core.dirty")) == 0


@pytest.fixture(scope="module")
def shared_place(cluster: Any, template: str) -> Iterator[Place]:
    from tests.conftest import copied

    with copied(cluster, template, "steps") as address:
        database = Database(address, pool_size=2)
        with a_territory(database, observed_on=date(2026, 9, 1)) as made:
            yield made
        database.close()

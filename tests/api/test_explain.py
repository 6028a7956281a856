"""Why not this parcel: over HTTP, for each audience."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from geo.cluster import Running
from geo.match.schemas.explain import explain_schema
from geo.store.database import Database
from tests.api.planning_place import Place, a_territory
from tests.api.sent import sent_meanwhile
from tests.conftest import copied

NEED: dict[str, Any] = {"land_m2": {"min": 12_000}, "use": "industrie", "start_by": "2026-12-01"}
SEES = {
    "nobody": ("public",),
    "company": ("public", "partners"),
    "own": ("public", "partners", "agency", "private"),
    "admin": ("public", "partners", "agency", "private"),
}
SCHEMA = Draft202012Validator(explain_schema())
VISIBILITIES = ("public", "partners", "agency", "private")


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    with copied(cluster, template, "explain") as address:
        database = Database(address, pool_size=2)
        with a_territory(database) as made:
            yield made
        database.close()


def ask(place: Place, who: str, *ids: object, lang: str = "fr", need: Any = None) -> httpx.Response:
    body = {"need": need or NEED, "parcel_ids": list(ids)}
    return place.ask(who, "POST", f"/matches/explain?lang={lang}", json=body)


def explained(place: Place, who: str, seen: str, **more: Any) -> Any:
    answer = ask(place, who, place.parcels[seen], **more)
    assert answer.status_code == 200, answer.text
    SCHEMA.validate(answer.json())
    (one,) = answer.json()["parcels"]
    return one


def test_every_criterion_says_what_it_would_take(place: Place) -> None:
    """Too small and too late: each loosened by itself, both at once, and what the land would need."""
    one = explained(place, "own", "public")
    assert (one["standing"], one["changes"]) == ("rejected", [])
    criteria = {criterion["name"]: criterion for criterion in one["criteria"]}
    land = criteria["land_m2"]
    assert (land["verdict"], land["fact"], land["source"]) == ("fail", pytest.approx(10_000, rel=0.01), "test")
    (change,) = land["takes"]["need"]
    assert (change["path"], change["to"]) == ("/land_m2/min", pytest.approx(10_000, rel=0.01))
    assert change["says"] == "Accepter un terrain dès 1,00 ha au lieu de 1,20 ha"
    late = criteria["start_by"]
    assert late["verdict"] == "fail"
    assert late["takes"]["need"][0]["path"] == "/start_by"
    assert late["takes"]["land"][0]["kind"] == "gain"
    assert late["takes"]["land"][0]["then"]["p80"] is not None
    assert criteria["use"]["takes"] is None
    assert [part["path"] for part in (one["together"], *one["together"]["also"])] == ["/land_m2/min", "/start_by"]
    assert one["together"]["then"] == "proved"


def test_one_change_is_enough_where_one_thing_is_missing(place: Place) -> None:
    one = explained(place, "nobody", "public", need={"land_m2": {"min": 12_000}}, lang="en")
    assert [(change["path"], change["then"]) for change in one["changes"]] == [("/land_m2/min", "proved")]
    assert one["together"] is None
    assert one["says"][0] == "Lot public is rejected."
    assert "accepting 1.00 ha or more instead of 1.20 ha" in one["says"][1]


def test_a_parcel_that_matches_says_so(place: Place) -> None:
    one = explained(place, "nobody", "public", need={"land_m2": {"min": 5_000}})
    assert (one["standing"], one["changes"], one["together"]) == ("proved", [], None)
    assert one["says"] == ["Lot public répond à tous les critères."]


@pytest.mark.parametrize("who", SEES)
def test_what_one_may_not_see_is_not_there(place: Place, who: str) -> None:
    """The same bytes, but for the id that was asked and that of the request; also beside a parcel one sees."""
    nowhere = 987_654
    expected = _bare(ask(place, who, nowhere), nowhere)
    assert expected[0] == 404
    for seen in VISIBILITIES:
        parcel = place.parcels[seen]
        if seen in SEES[who]:
            assert ask(place, who, parcel).status_code == 200
        else:
            assert _bare(ask(place, who, parcel), parcel) == expected
            assert _bare(ask(place, who, place.parcels["public"], parcel), parcel) == expected


def _bare(answer: httpx.Response, asked: int) -> tuple[int, str]:
    told = answer.json()
    said = answer.text.replace(told["request_id"], "-").replace(f"terrain {asked}.", "terrain #.")
    return answer.status_code, said


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], ""),
        ({"parcel_ids": [1]}, "need"),
        ({"need": NEED, "parcel_ids": []}, "parcel_ids"),
        ({"need": NEED, "parcel_ids": ["1"]}, "parcel_ids"),
        ({"need": NEED, "parcel_ids": [True]}, "parcel_ids"),
        ({"need": NEED, "parcel_ids": [2**63]}, "parcel_ids"),
        ({"need": NEED, "parcel_ids": list(range(1, 22))}, "parcel_ids"),
        ({"need": {"land_m2": -1}, "parcel_ids": [1]}, "need.land_m2"),
        ({"need": NEED, "parcel_ids": [1], "why": True}, "why"),
    ],
    ids=str,
)
def test_a_bad_question_is_told_by_field(place: Place, body: Any, field: str) -> None:
    answer = place.ask("nobody", "POST", "/matches/explain", json=body)
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert error["field"].startswith(field)
    assert "{" not in error["detail"]


def test_questions_come_when_asked_for(place: Place) -> None:
    plain = place.ask("nobody", "POST", "/matches", json={"land_m2": 5_000}).json()
    assert plain["questions"] is None
    asked = place.ask("nobody", "POST", "/matches?questions=true", json={"land_m2": 5_000}).json()
    assert [one["field"] for one in asked["questions"]]
    assert asked["digest"] != plain["digest"]


@pytest.mark.parametrize("need", [{"land_m2": 12_000}, {"land_m2": 5_000, "extension": {"land_m2": 5_000}}])
def test_many_parcels_are_read_as_one(place: Place, need: Any) -> None:
    ids = [place.parcels[seen] for seen in reversed(VISIBILITIES)]
    ask(place, "admin", *ids, need=need)
    counts = []
    for some in (ids[:1], ids):
        with sent_meanwhile() as statements:
            answer = ask(place, "admin", *some, need=need)
        assert [one["parcel_ids"] for one in answer.json()["parcels"]] == [[one] for one in some]
        counts.append(len(statements))
    assert counts[0] == counts[1]

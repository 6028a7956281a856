"""What a single step would gain, over HTTP: on a parcel for whoever sees it, over a territory for planners."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from geo.cluster import Running
from geo.readiness.catalogue_file import default
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.api.planning_place import Place, a_territory
from tests.conftest import copied

SOON = {"date_dispo": "2026-01-01"}
"""What an exchange table declares: available since then."""


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    with copied(cluster, template, "what_if") as address:
        database = Database(address, pool_size=2)
        with database.connection(Role.WORKER) as connection:
            raw = {"stade_amngt": "non aménagé, non viabilisé", "etat_occup": "occupé", "stade_comm": "en vente"}
            parcel = rows.parcel(connection, "raw", rows.square(0, 600), maitrise_fonc="commune", **raw, published=SOON)
        with a_territory(database) as made:
            yield replace(made, parcels={**made.parcels, "raw": parcel})
        database.close()


def one(place: Place, who: str, seen: str, body: object, query: str = "") -> Any:
    path = f"/parcels/{place.parcels[seen]}/readiness/what-if{query}"
    answer = place.ask(who, "POST", path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_steps_that_gain_the_most_come_first_with_their_cost(place: Place) -> None:
    found = one(place, "nobody", "raw", {})
    assert (found["schema"], found["scope"], found["milestone"]) == ("emprise/what-if/1", "owner", "start")
    assert found["catalogue"] == default().version
    works = found["steps"][0]
    assert (works["code"], works["how"], works["state"]) == ("VRD", "done", "to_do")
    assert works["gained_months"]["p80"] > 3
    assert found["now"]["p80"] > works["then"]["p80"] >= found["as_of"]
    ground_m2 = works["cost"]["min"] / 30
    assert ground_m2 == pytest.approx(10_000, rel=0.01)
    assert works["cost"]["max"] == pytest.approx(120 * ground_m2, abs=4)
    assert (works["cost"]["currency"], works["cost"]["payer"], works["cost"]["confidence"]) == ("EUR", "owner", "E")
    gains = [step["gained_months"]["p80"] for step in found["steps"]]
    assert gains == sorted(gains, reverse=True)


def test_labels_are_in_the_language_of_the_reader(place: Place) -> None:
    (french, english) = (one(place, "own", "raw", {}, f"?lang={lang}")["steps"][0] for lang in ("fr", "en"))
    assert (french["label"], english["label"]) == ("Travaux de viabilisation", "Servicing works")


def test_a_need_brings_its_own_steps(place: Place) -> None:
    need = {"buildings": [{"length_m": 60, "width_m": 40}], "icpe": {"regime": "A"}, "power_mw": {"at_opening": 60}}
    start = one(place, "own", "agency", {"need": need})
    assert (start["scope"], start["steps"][0]["code"]) == ("need", "AE")
    power = one(place, "own", "agency", {"need": need, "milestone": "power"})
    assert power["steps"][0]["code"] == "EL_HTB"


def test_a_parcel_one_may_not_see_leaves_no_trace(place: Place) -> None:
    path = "/parcels/{}/readiness/what-if"
    hidden = place.ask("nobody", "POST", path.format(place.parcels["private"]), json={})
    absent = place.ask("nobody", "POST", path.format(999_999), json={})
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["detail"].replace(str(place.parcels["private"]), "999999") == absent.json()["detail"]


def test_a_territory_is_for_planners_over_what_they_see(place: Place) -> None:
    assert place.ask("nobody", "POST", "/readiness/what-if", json={}).status_code == 401
    assert place.ask("company", "POST", "/readiness/what-if", json={}).status_code == 403
    everything = place.ask("own", "POST", "/readiness/what-if", json={}).json()
    assert everything["counts"] == {"parcels": 5, "dated": 5, "situations": 2}
    steps = {step["code"]: step for step in everything["steps"]}
    assert (steps["LAND_OPT"]["parcels"], steps["VRD"]["parcels"]) == (4, 1)
    assert steps["LAND_OPT"]["cost"] is None
    each = steps["LAND_OPT"]["gained_months_each"]
    assert steps["LAND_OPT"]["gained_parcel_months"] == pytest.approx(4 * each, abs=0.3)
    alone = one(place, "own", "raw", {})["steps"][0]
    assert steps["VRD"]["gained_parcel_months"] == pytest.approx(alone["gained_months"]["p80"], abs=0.3)
    assert steps["VRD"]["cost"] == alone["cost"]
    neighbour = place.ask("neighbour", "POST", "/readiness/what-if", json={}).json()
    assert neighbour["counts"]["parcels"] == 3
    listed = {"parcel_ids": [place.parcels["public"], place.parcels["private"], 999_999]}
    assert place.ask("neighbour", "POST", "/readiness/what-if", json=listed).json()["counts"]["parcels"] == 1


def test_the_question_may_be_of_another_day_or_of_what_was_known_then(place: Place) -> None:
    parcel = place.parcels["raw"]
    today = one(place, "own", "raw", {})
    assert (today["known_at"], today["as_of"]) == (None, place.get("own", f"/parcels/{parcel}/readiness")["as_of"])
    for when in ("as_of=2026-01-15", "as_of=2027-06-01", "as_of=2026-01-15&known_at=2100-01-01"):
        told = place.get("own", f"/parcels/{parcel}/readiness?{when}")
        found = one(place, "own", "raw", {}, f"?{when}")
        assert (found["as_of"], found["known_at"]) == (told["as_of"], told["known_at"])
        assert {name: found["now"][name] for name in ("p50", "p80")} == {n: told["start"][n] for n in ("p50", "p80")}
    long_ago = one(place, "own", "raw", {}, "?known_at=2020-01-01")
    assert (long_ago["now"], long_ago["steps"], long_ago["as_of"]) == (None, [], "2020-01-01")
    assert (today["flags"], long_ago["flags"]) == ([], ["catalogue_of_today"])
    assert [note["code"] for note in long_ago["notes"]] == long_ago["flags"]


def test_a_territory_of_another_day_is_the_sum_of_its_parcels_then(place: Place) -> None:
    listed = {"parcel_ids": [place.parcels["raw"], place.parcels["public"]]}
    for when in ("", "?as_of=2026-01-15", "?as_of=2027-06-01", "?known_at=2100-01-01"):
        answer = place.ask("own", "POST", f"/readiness/what-if{when}", json=listed)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found["counts"] == {"parcels": 2, "dated": 2, "situations": 2}
        alone = [step for seen in ("raw", "public") for step in one(place, "own", seen, {}, when)["steps"]]
        for step in found["steps"]:
            same = [
                one_["gained_months"]["p80"]
                for one_ in alone
                if (one_["code"], one_["how"]) == (step["code"], step["how"])
            ]
            assert step["gained_parcel_months"] == pytest.approx(sum(same), abs=0.2), (when, step["code"])
    nothing = place.ask("own", "POST", "/readiness/what-if?known_at=2020-01-01", json=listed).json()
    assert (nothing["counts"], nothing["steps"]) == ({"parcels": 2, "dated": 0, "situations": 0}, [])
    assert nothing["flags"] == ["catalogue_of_today"]
    assert place.ask("own", "POST", "/readiness/what-if?as_of=soon", json=listed).status_code == 400


def test_a_record_made_since_counts_not_in_what_was_known(place: Place) -> None:
    before = datetime.now(UTC)
    first = one(place, "own", "public", {})
    assert place.record("own", place.parcels["public"], effective_on="2026-03-02").status_code == 201
    after = one(place, "own", "public", {})
    assert (after["now"], after["steps"]) != (first["now"], first["steps"])
    then = one(place, "own", "public", {}, f"?known_at={before.isoformat().replace('+', '%2B')}")
    assert (then["now"], then["steps"]) == (first["now"], first["steps"])


def test_a_place_counts_what_is_known_to_lie_in_it(place: Place) -> None:
    here = {"place": {"near": {"lon": 4.84, "lat": 45.76, "km": 500}}}
    assert place.ask("own", "POST", "/readiness/what-if", json=here).json()["counts"]["parcels"] == 5
    far = {"place": {"near": {"lon": -1.5, "lat": 47.2, "km": 5}}}
    found = place.ask("own", "POST", "/readiness/what-if", json=far).json()
    assert (found["counts"], found["steps"]) == ({"parcels": 0, "dated": 0, "situations": 0}, [])
    unknown = {"place": {"communes": ["69123"]}}  # no commune is loaded: nobody knows that they lie there
    assert place.ask("own", "POST", "/readiness/what-if", json=unknown).json()["counts"]["parcels"] == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], ""),
        ({"mile": "start"}, "mile"),
        ({"milestone": "soon"}, "milestone"),
        ({"milestone": ["start"]}, "milestone"),
        ({"milestone": "power"}, "milestone"),
        ({"need": {"land_m2": "lots"}}, "need.land_m2.min"),
        ({"need": 1}, "need"),
        ({"place": {"communes": ["1"]}}, "place.communes[0]"),
        ({"place": {}}, "place"),
        ({"parcel_ids": []}, "parcel_ids"),
        ({"parcel_ids": ["1"]}, "parcel_ids"),
        ({"parcel_ids": [True]}, "parcel_ids"),
        ({"parcel_ids": [2**63]}, "parcel_ids"),
        ({"parcel_ids": list(range(1, 10_002))}, "parcel_ids"),
    ],
)
def test_a_bad_question_is_told_what_where_and_an_example(place: Place, body: object, field: str) -> None:
    answer = place.ask("own", "POST", "/readiness/what-if?lang=fr", json=body)
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert error["example"] is not None
    assert error["detail"] != error["code"]


def test_the_questions_are_described(place: Place) -> None:
    paths = place.client.get("/api").json()["paths"]
    for path in ("/parcels/{parcel_id}/readiness/what-if", "/readiness/what-if"):
        assert "requestBody" in paths[path]["post"]


def test_the_declared_class_stands_beside_the_computed_one(place: Place) -> None:
    """Design: every vocabulary from the one date, and their disagreement as a fact."""
    raw = place.get("nobody", f"/parcels/{place.parcels['raw']}/readiness?lang=fr")
    said = raw["vocabularies"]
    assert said["declared"] == {"declared": "immediate", "computed": "over_12", "verdict": "too_early"}
    assert (said["class"], said["foncier_plus"], said["turnkey"]) == ("over_12", "MORE_THAN_12", "no")
    assert said["words"]["prudent"] == raw["start"]["p80"]
    (note,) = (one for one in raw["notes"] if one["code"].startswith("declared"))
    assert note["message"].startswith("Disponibilité déclarée : immédiat ; calculée : plus de 12 mois.")
    lot = place.get("nobody", f"/parcels/{place.parcels['public']}/readiness")
    assert lot["vocabularies"]["declared"] is None
    assert not [one for one in lot["notes"] if one["code"].startswith("declared")]
    need = {"buildings": [{"length_m": 60, "width_m": 40}], "icpe": {"regime": "A"}, "start_by": "2040-01-01"}
    answer = place.ask("own", "POST", "/matches", json=need).json()
    found: list[Any] = [*answer["matches"], *answer["to_check"]]
    match = found[0]
    assert match["readiness"]["vocabularies"]["class"] == match["readiness"]["class"]
    assert match["readiness"]["catalogue"] == default().version

"""What pages ask of a need: counts while it is typed, and sentences beside everything the answer says."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from geo.match.schemas.schemas import answer_schema, count_schema
from geo.store.database import Database
from tests.api.plants import ask
from tests.api.serving import Served

Plants = tuple[Served, Database, dict[str, int]]
HALL = {"length_m": 190, "width_m": 190}


def test_counts_are_those_of_the_answer_and_hidden_land_leaves_none(standing_plants: Plants) -> None:
    served, _, _ = standing_plants
    need: dict[str, Any] = {"land_m2": {"min": "5 ha"}}
    counted = served.client.post("/matches/count", json=need).json()
    Draft202012Validator(count_schema()).validate(counted)
    assert counted["counts"] == ask(served, **need)["counts"]
    assert counted["counts"]["considered"] == 4, "five parcels are planted, one of them private"


def test_a_fit_that_is_not_proved_yet_is_counted_open(standing_plants: Plants) -> None:
    served, _, _ = standing_plants
    counts = served.client.post("/matches/count", json={"buildings": [HALL]}).json()["counts"]
    told = counts["proved"] + counts["open"] + counts["to_check"] + sum(counts["rejected"].values())
    assert told == counts["considered"]
    assert served.client.post("/matches/count", json={}).status_code == 422


@pytest.mark.parametrize(("lang", "label"), [("fr", "puissance électrique"), ("en", "electric power")])
def test_everything_has_its_sentence_in_the_language_and_the_digest_stays(
    standing_plants: Plants, lang: str, label: str
) -> None:
    served, _, _ = standing_plants
    need: dict[str, Any] = {"buildings": [HALL], "land_m2": {"min": "3 ha"}, "power_mw": 5}
    plain = ask(served, **need)
    answer = served.client.post("/matches?says=true", json=need, headers={"Accept-Language": lang}).json()
    Draft202012Validator(answer_schema()).validate(answer)
    assert answer["digest"] == plain["digest"]
    shown = [*answer["matches"], *answer["to_check"]]
    assert shown
    for row in shown:
        assert row["title"]
        for criterion in row["criteria"]:
            assert criterion["says"]
            assert criterion["label"]
            assert (criterion["ask"] is None) == ("who" not in criterion["detail"] or criterion["verdict"] != "unknown")
    names = {one["label"] for row in shown for one in row["criteria"] if one["name"] == "power_mw"}
    assert names == {label}
    assert all(one["says"] for one in answer["relaxations"])

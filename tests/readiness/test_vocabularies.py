"""What each vocabulary calls the one computed date."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute
from geo.readiness.result import Readiness
from geo.readiness.states import states_of
from geo.readiness.status import DONE, NOT_NEEDED, RUNNING, STATES, TO_DO, UNKNOWN, StepStatus
from geo.readiness.vocabularies import CLASSES, FONCIER_PLUS, Declared, compared, vocabularies, words
from tests.readiness.situations import RAW, SERVICED, TODAY, only

ALL_DONE = {step.code: StepStatus(DONE) for step in default().side("owner")}


def ready(states: Mapping[str, StepStatus], as_of: date = TODAY) -> Readiness:
    return compute(default(), states, None, as_of)


def of(states: Mapping[str, StepStatus], market: str | None = "for_sale", **declared: object) -> dict[str, object]:
    return vocabularies(ready(states), market, Declared(**declared))  # type: ignore[arg-type]


def test_everything_done_is_ready_in_every_vocabulary() -> None:
    today = TODAY.isoformat()
    assert of(ALL_DONE) == {
        "words": {"earliest": today, "likely": today, "prudent": today},
        "class": "immediate",
        "foncier_plus": "IMMEDIATLY",
        "turnkey": "yes",
        "france_2030": "2025_2027",
        "roannais": "commercialisable",
        "bfc": "commercialisation_en_cours",
        "vbrsp": [5, 5],
        "declared": None,
    }


def test_raw_land_is_late_in_every_vocabulary() -> None:
    raw = of(states_of(RAW, TODAY))
    assert (raw["class"], raw["foncier_plus"], raw["turnkey"]) == ("over_12", "MORE_THAN_12", "no")
    assert (raw["france_2030"], raw["roannais"], raw["bfc"]) == ("2028_2030", "avant_2030", "non_engagee")
    assert raw["vbrsp"] == [2, 2]


def test_a_serviced_lot_waits_for_its_sale_and_its_access_only() -> None:
    lot = of(states_of(SERVICED, TODAY))
    assert (lot["class"], lot["turnkey"], lot["roannais"]) == ("0_6", "yes", "commercialisable")
    assert lot["vbrsp"] == [3, 3]
    assert of(only(LAND_OPT=TO_DO))["vbrsp"] == [5, 5]


def test_what_bounds_disagree_on_is_unknown() -> None:
    doubt = of(only(PLU_REV=UNKNOWN))
    assert (doubt["class"], doubt["foncier_plus"], doubt["turnkey"]) == ("unknown", None, "unknown")
    assert doubt["france_2030"] == UNKNOWN
    assert doubt["roannais"] == "avant_2030"  # 2029 at worst
    assert doubt["vbrsp"] == [2, 5]


def test_what_never_comes_is_late() -> None:
    never = of(only(VRD="blocked"))
    assert (never["class"], never["turnkey"], never["france_2030"]) == ("over_12", "no", "after_2030")
    assert never["roannais"] == "apres_2030"


@pytest.mark.parametrize(
    ("state", "market", "said"),
    [
        (only(VRD=TO_DO, PA=TO_DO), "not_marketed", "non_engagee"),
        (only(VRD=TO_DO, PA=RUNNING), "not_marketed", "engagee"),
        (only(VRD=TO_DO, PA=DONE), "for_sale", "engagee"),
        (only(VRD=RUNNING, PA=DONE), "for_sale", "engagee"),
        (only(VRD=DONE, PA=DONE), "for_sale", "commercialisation_en_cours"),
        (only(VRD=DONE, PA=DONE), "optioned", "commercialisation_en_cours"),
        (only(VRD=DONE, PA=DONE), "not_marketed", "engagee"),
        (only(VRD=TO_DO), "sold", "terminee"),
        (only(VRD=UNKNOWN), "for_sale", UNKNOWN),
    ],
)
def test_the_development_of_bourgogne_franche_comte(state: Mapping[str, StepStatus], market: str, said: str) -> None:
    assert of(state, market)["bfc"] == said


def test_the_market_of_roannais() -> None:
    assert of(ALL_DONE, "optioned")["roannais"] == "sous_option"
    assert of(ALL_DONE, "not_marketed")["roannais"] == "avant_2030"
    assert of(ALL_DONE, None)["vbrsp"] == []


def test_2030_is_parted_at_new_year() -> None:
    states = only(VRD=TO_DO)
    p80 = ready(states).start.on(0.8)
    assert p80 is not None
    eve = date(2029, 12, 31) - (p80 - TODAY)
    for as_of, said in ((eve, "avant_2030"), (eve + timedelta(days=1), "apres_2030")):
        assert vocabularies(ready(states, as_of), "not_marketed", Declared())["roannais"] == said


@pytest.mark.parametrize(
    ("declared", "computed", "verdict"),
    [
        ("immediate", "over_12", "too_early"),
        ("0_6", "0_6", "agrees"),
        ("over_12", "0_6", "too_late"),
        ("immediate", "unknown", "open"),
    ],
)
def test_the_declared_class_beside_the_computed_one(declared: str, computed: str, verdict: str) -> None:
    assert compared(declared, computed) == {"declared": declared, "computed": computed, "verdict": verdict}
    assert compared(None, computed) is None


def test_what_is_declared_is_a_day_or_a_label() -> None:
    assert Declared().ready_class(TODAY) is None
    assert Declared(turnkey=False).ready_class(TODAY) is None
    assert Declared(turnkey=True).ready_class(TODAY) == "immediate"
    assert Declared(on=date(2020, 1, 1)).ready_class(TODAY) == "immediate"
    assert Declared(on=date(2027, 5, 22)).ready_class(TODAY) == "0_6"
    assert Declared(on=date(2027, 5, 23)).ready_class(TODAY) == "6_12"
    assert Declared(on=date(2030, 1, 1)).ready_class(TODAY) == "over_12"
    raw = of(states_of(RAW, TODAY), turnkey=True)["declared"]
    assert raw == {"declared": "immediate", "computed": "over_12", "verdict": "too_early"}


def test_the_words_are_the_quantiles() -> None:
    start = ready(states_of(RAW, TODAY)).start
    assert words(start) == {"earliest": start.on(0.1), "likely": start.on(0.5), "prudent": start.on(0.8)}
    assert words(ready(only(VRD="blocked")).start) == {"earliest": None, "likely": None, "prudent": None}


SOME = st.dictionaries(
    st.sampled_from([step.code for step in default().side("owner") if step.code != "ZAN"]),
    st.sampled_from(sorted(STATES)),
    max_size=6,
)


@settings(max_examples=25)
@given(SOME)
def test_the_vocabularies_never_contradict_one_another(states: dict[str, str]) -> None:
    found = of({**only(), **{code: StepStatus(state) for code, state in states.items()}})
    if found["class"] in CLASSES:
        assert found["foncier_plus"] == FONCIER_PLUS[str(found["class"])]
    if found["turnkey"] == "yes":
        assert found["class"] in ("immediate", "0_6")
        assert found["france_2030"] == "2025_2027"
    tiers = found["vbrsp"]
    assert isinstance(tiers, list)
    assert tiers[0] <= tiers[1]
    if tiers[0] == 5:
        assert {code for code, state in states.items() if state not in (DONE, NOT_NEEDED)} <= {"LAND_OPT", "DPU"}

"""Every parcel gets a state for every owner-side step, whatever is known of it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.land.vocabulary import Industry, ReadyClass, StepState
from geo.readiness.catalogue_file import default
from geo.readiness.facts import LandFacts
from geo.readiness.land_operation import TOUCHED
from geo.readiness.result import class_of
from geo.readiness.states import SPEAKING, states_of
from geo.readiness.status import BLOCKED, DONE, NOT_NEEDED, STATES, TO_DO, UNKNOWN, StepStatus
from tests.readiness.situations import RAW, SERVICED, TODAY

ANY = st.none() | st.text(max_size=8)
FACTS = st.builds(
    LandFacts,
    stade_amngt=ANY
    | st.sampled_from(
        ["viabilisé et aménagé", "viabilisé non aménagé", "viabilisation en cours", "non aménagé, non viabilisé"]
    )
    | st.just("non aménageable"),
    stade_comm=ANY | st.sampled_from(["en vente", "vendu, commercialisation achevée", "non commercialisable"]),
    etat_occup=ANY | st.sampled_from(["inoccupé", "occupé", "vacant", "friche"]),
    usage=ANY | st.sampled_from(["espace agricole", "espace naturel ou forestier"]),
    maitrise_fonc=ANY | st.sampled_from(["commune", "personne physique", "inconnu"]),
    cle_en_main=st.none() | st.booleans(),
    typezone=ANY | st.sampled_from(["U", "AUc", "AUs", "A", "N"]),
    zone_created_on=st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    industry=st.none() | st.sampled_from([verdict.value for verdict in Industry]),
    pollution=ANY | st.sampled_from(["pollution avérée", "pollution supposée", "pollution traitée"]),
    built=st.none() | st.booleans(),
    touched=st.none() | st.frozensets(st.sampled_from([*TOUCHED, "polluted_site", "preemption", "noise"])),
    surface_m2=st.none() | st.floats(0, 1e6),
    owners=st.none() | st.integers(1, 30),
)


@given(FACTS)
def test_every_owner_side_step_has_a_state_and_a_source(facts: LandFacts) -> None:
    states = states_of(facts, TODAY)
    assert {step.code for step in default().side("owner")} <= states.keys() <= default().steps.keys()
    assert all(status.source for status in states.values())


def test_other_kinds_of_constraints_say_nothing_of_a_step() -> None:
    for kind in ("noise", "flood_red", "pprt_blue", "power_line"):
        touched = replace(RAW, touched=frozenset({kind}))
        assert kind not in SPEAKING
        assert states_of(touched, TODAY) == states_of(replace(RAW, touched=frozenset()), TODAY)
    for kind in SPEAKING:
        facts = replace(RAW, maitrise_fonc="personne physique", surface_m2=9_000.0, etat_occup="vacant")
        assert states_of(replace(facts, touched=frozenset({kind})), TODAY) != states_of(facts, TODAY), kind


def test_words_of_the_room_are_those_of_the_domain() -> None:
    assert {state.value for state in StepState} == STATES
    classes = {class_of(TODAY, days) for days in (0, 100, 300, 900)} | {"unknown"}
    assert {ready.value for ready in ReadyClass} == classes


def test_the_source_names_the_fact() -> None:
    states = states_of(replace(SERVICED, touched=frozenset({"wetland"})), TODAY)
    assert states["VRD"].source == "terr_stade_amngt=viabilisé non aménagé"
    assert states["FLORA4"].source == "constraint=wetland"
    assert states["LAND_OPT"].source.startswith("terr_maitrise_fonc=structure intercommunale")


def test_surfaces_of_one_class_make_one_state() -> None:
    """Parcels share few distinct states: a surface in the source would make one a parcel."""
    assert states_of(replace(RAW, surface_m2=31_000.0), TODAY) == states_of(replace(RAW, surface_m2=49_000.0), TODAY)
    assert states_of(replace(RAW, surface_m2=31_000.0), TODAY) != states_of(replace(RAW, surface_m2=51_000.0), TODAY)


def test_a_zone_to_urbanise_grows_old_on_its_sixth_birthday() -> None:
    facts = replace(RAW, typezone="AUs", industry="after_plan_change", zone_created_on=date(2020, 2, 29))
    assert states_of(facts, date(2026, 2, 27))["PLU_REV"].state == NOT_NEEDED
    assert states_of(facts, date(2026, 2, 28))["PLU_REV"].state == UNKNOWN


def test_each_owner_is_one_more_to_convince() -> None:
    facts = replace(RAW, maitrise_fonc="personne physique", stade_comm="non commercialisé", owners=4)
    assert states_of(facts, TODAY)["LAND_PRIV"].units == 4


def test_unsellable_and_undevelopable_land_is_blocked() -> None:
    assert states_of(replace(RAW, stade_comm="non commercialisable"), TODAY)["LAND_OPT"].state == BLOCKED
    assert states_of(replace(RAW, stade_amngt="non aménageable"), TODAY)["VRD"].state == BLOCKED


def test_turnkey_settles_doubts_but_not_known_work() -> None:
    facts = replace(SERVICED, cle_en_main=True, built=None, etat_occup=None, pollution="pollution avérée")
    states = states_of(facts, TODAY)
    assert states["DEMOL"] == StepStatus(DONE, source="terr_cle_en_main=oui")
    assert states["DEPOL_2"].state == TO_DO
    assert states["LAND_OPT"].state == TO_DO


def test_case_accents_and_apostrophes_do_not_matter() -> None:
    shouted = replace(SERVICED, stade_amngt="VIABILISE  NON AMENAGE", maitrise_fonc="Structure Intercommunale")
    assert states_of(shouted, TODAY)["VRD"].state == states_of(SERVICED, TODAY)["VRD"].state
    assert states_of(shouted, TODAY)["DPU"].state == NOT_NEEDED


def test_a_status_is_checked() -> None:
    with pytest.raises(ValueError, match="state 'finished'"):
        StepStatus("finished")
    with pytest.raises(TypeError, match="not an instant"):
        StepStatus(DONE, datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="units"):
        StepStatus(TO_DO, units=0)
    with pytest.raises(TypeError, match="instant"):
        states_of(RAW, datetime(2026, 1, 1, tzinfo=UTC))

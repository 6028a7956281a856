"""Statuses past their term: which are, and that they only ever move a date later and apart."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.readiness.begun import state_on
from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute
from geo.readiness.freshness import Attested, due_from, is_stated, said_on, terms
from geo.readiness.needclass import ProjectFacts, need_class
from geo.readiness.states import contradictions, standing
from geo.readiness.status import BLOCKED, DONE, EXPIRED, NOT_NEEDED, RUNNING, STATES, TO_DO, UNKNOWN, StepStatus
from tests.readiness.situations import RAW, SERVICED, TODAY, small
from tests.readiness.test_states import FACTS

OBSERVED = date(2025, 6, 1)
OLD = replace(RAW, observed_on=OBSERVED)
CATALOGUE = default()


def test_a_status_of_the_record_keeps_for_its_term() -> None:
    for as_of, stale in ((date(2026, 5, 31), False), (date(2026, 6, 1), True)):
        states = standing(CATALOGUE, OLD, {}, {}, as_of)
        assert states["VRD"].stale is stale, as_of
    assert not states["CASE_BY_CASE"].stale, "sizes do not age"
    assert not states["ZAC"].stale
    assert not standing(CATALOGUE, replace(OLD, observed_on=None), {}, {}, TODAY)["VRD"].stale, "no day, no age"


def test_what_is_done_stays_done_until_it_expires() -> None:
    states = standing(CATALOGUE, replace(SERVICED, observed_on=date(2015, 1, 1)), {}, {}, TODAY)
    assert (states["VRD"].state, states["VRD"].stale) == (DONE, False)
    assert states["LAND_OPT"].stale, "a willing seller of 2015 may not sell today"


def test_saying_it_again_makes_it_fresh_as_long_as_it_is_the_same() -> None:
    seen = {"VRD": Attested(TO_DO, date(2026, 11, 1)), "PA": Attested(DONE, date(2026, 11, 1))}
    states = standing(CATALOGUE, OLD, {}, seen, TODAY)
    assert (states["VRD"].stale, states["PA"].stale) == (False, True)
    assert terms(CATALOGUE, states, OBSERVED, seen)["VRD"] == date(2027, 11, 1)


def test_an_entry_is_as_old_as_it_was_last_seen() -> None:
    entry = {"VRD": StepStatus(RUNNING, date(2025, 1, 10), "step_state")}
    for day, stale in ((date(2025, 3, 1), True), (date(2026, 3, 1), False)):
        states = standing(CATALOGUE, RAW, entry, {"VRD": Attested(RUNNING, day)}, TODAY)
        assert states["VRD"].stale is stale
    assert said_on(entry["VRD"], "VRD", OBSERVED, {}) is None, "the file's day says nothing of a planner's entry"


def test_only_what_the_record_states_rests_on_it() -> None:
    assert is_stated("terr_stade_amngt=viabilisé non aménagé")
    assert is_stated("terr_maitrise_fonc=None terr_stade_comm=en vente")
    assert not is_stated("terr_maitrise_fonc=None terr_stade_comm=None")
    assert not is_stated("typezone=AUc built=None")
    assert not is_stated("step_state")


@pytest.mark.parametrize("state", sorted(STATES))
def test_states_that_time_may_change_are_due(state: str) -> None:
    due = due_from(CATALOGUE.steps["VRD"], StepStatus(state), OBSERVED)
    assert due == (date(2026, 6, 1) if state in (TO_DO, RUNNING, BLOCKED) else None)


def test_a_term_of_its_own_and_its_month_end() -> None:
    catalogue = small(A="1 2 3|attest = 6")
    assert due_from(catalogue.steps["A"], StepStatus(TO_DO), date(2025, 8, 31)) == date(2026, 2, 28)


@settings(max_examples=15, deadline=None)
@given(FACTS, st.lists(st.sampled_from(sorted(CATALOGUE.steps)), max_size=6), st.integers(0, 2_000))
def test_a_stale_status_never_brings_a_date_forward_nor_narrows_it(facts, codes, ago) -> None:  # type: ignore[no-untyped-def]
    entries = {code: StepStatus(RUNNING, TODAY - timedelta(days=ago), "step_state") for code in codes}
    fresh = standing(CATALOGUE, replace(facts, observed_on=TODAY), entries, {}, TODAY)
    stale = {code: replace(status, stale=status.state in (TO_DO, RUNNING, BLOCKED)) for code, status in fresh.items()}
    before, after = (compute(CATALOGUE, states, None, TODAY, draws=300) for states in (fresh, stale))
    for one, other in ((before.start, after.start), (before.start_cleared, after.start_cleared)):
        for days, later in ((one.days, other.days), (one.optimistic, other.optimistic)):
            assert all(a <= b for a, b in zip(days, later, strict=True))


def test_a_stale_step_is_wider_and_no_sooner() -> None:
    fresh = compute(CATALOGUE, standing(CATALOGUE, replace(OLD, observed_on=TODAY), {}, {}, TODAY), None, TODAY)
    stale = compute(CATALOGUE, standing(CATALOGUE, OLD, {}, {}, TODAY), None, TODAY)

    def width(days: tuple[float, ...]) -> float:
        return days[89] - days[9]

    assert width(stale.start.days) > 1.1 * width(fresh.start.days)
    assert {flag for flag in stale.flags if flag.startswith("stale:")} >= {"stale:VRD", "stale:PA"}
    assert not any(flag.startswith("stale:") for flag in fresh.flags)


def test_starting_a_stale_step_brings_it_forward() -> None:
    """A step that runs, stale too, is never later than the same step still to do, stale."""
    for ago in (0, 30, 200, 900):
        running = StepStatus(RUNNING, TODAY - timedelta(days=ago), stale=True)
        days = [
            compute(CATALOGUE, {"VRD": status}, None, TODAY, draws=500).start.days
            for status in (running, StepStatus(TO_DO, stale=True))
        ]
        assert all(a <= b + 1e-9 for a, b in zip(*days, strict=True)), ago


def test_an_entry_holds_until_its_last_day() -> None:
    step = CATALOGUE.steps["VRD"]
    done = StepStatus(DONE, date(2026, 1, 1), expires_on=date(2026, 11, 22))
    assert state_on(step, done, date(2026, 11, 22)) == DONE
    assert state_on(step, done, date(2026, 11, 23)) == EXPIRED
    running = replace(done, state=RUNNING)
    assert state_on(step, running, date(2026, 11, 23)) == EXPIRED
    survey = CATALOGUE.steps["FLORA4"]
    by_law = StepStatus(DONE, date(2023, 11, 23))
    assert [state_on(survey, by_law, day) for day in (date(2026, 11, 22), date(2026, 11, 23))] == [DONE, EXPIRED]
    longer = replace(by_law, expires_on=date(2027, 11, 23))
    assert state_on(survey, longer, date(2027, 1, 1)) == DONE, "what is said of it comes before the law's months"
    leap = StepStatus(DONE, date(2024, 2, 29))
    assert state_on(survey, leap, date(2027, 2, 27)) == DONE
    assert state_on(survey, leap, date(2027, 2, 28)) == EXPIRED


def test_what_only_prepared_a_step_that_has_begun_is_over() -> None:
    offer, works = StepStatus(DONE, date(2026, 5, 2), "step_state"), StepStatus(RUNNING, date(2026, 7, 1), "step_state")
    alone = standing(CATALOGUE, SERVICED, {"EL_OFFER": offer}, {}, TODAY)
    assert state_on(CATALOGUE.steps["EL_OFFER"], alone["EL_OFFER"], TODAY) == EXPIRED
    both = standing(CATALOGUE, SERVICED, {"EL_OFFER": offer, "EL_HTA": works}, {}, TODAY)
    assert (both["EL_OFFER"].state, both["EL_OFFER"].source) == (DONE, "step_state")
    project = need_class(ProjectFacts(regime="NC", power_mw=2, floor_m2=2_000), CATALOGUE)
    found, again = (compute(CATALOGUE, land, project, TODAY) for land in (both, alone))
    assert "expired:EL_OFFER" not in found.flags
    assert "expired:EL_OFFER" in again.flags
    unsaid = standing(CATALOGUE, SERVICED, {"EL_HTA": works}, {}, TODAY)
    assert compute(CATALOGUE, unsaid, project, TODAY).power == found.power, "works run: an offer was signed"
    said = {"EL_OFFER": StepStatus(TO_DO, source="step_state"), "EL_HTA": works}
    assert standing(CATALOGUE, SERVICED, said, {}, TODAY)["EL_OFFER"].state == TO_DO, "who records it must know"


def test_a_planner_contradicts_what_the_record_states_alone() -> None:
    entries = {
        "VRD": StepStatus(DONE, date(2026, 1, 1)),
        "CASE_BY_CASE": StepStatus(NOT_NEEDED),
        "PA": StepStatus(TO_DO),
        "DPU": StepStatus(DONE),
    }
    found = contradictions(replace(RAW, maitrise_fonc="personne physique"), entries, TODAY)
    assert [(code, entry.state, mapped.state) for code, entry, mapped in found] == [("VRD", DONE, TO_DO)]
    nobody_knows = contradictions(replace(RAW, stade_amngt="inconnu", typezone=None), entries, TODAY)
    assert nobody_knows == [], "pre-emption waived or not needed: nothing is left of it either way"


def test_an_entry_overrides_but_leaves_how_many_owners_there_are() -> None:
    facts = replace(RAW, maitrise_fonc="personne physique", stade_comm="non commercialisé", owners=4)
    states = standing(CATALOGUE, facts, {"LAND_PRIV": StepStatus(RUNNING, date(2026, 1, 1))}, {}, TODAY)
    assert (states["LAND_PRIV"].state, states["LAND_PRIV"].units) == (RUNNING, 4)
    assert "NO_STEP" not in standing(CATALOGUE, facts, {"NO_STEP": StepStatus(DONE)}, {}, TODAY)
    assert UNKNOWN in {status.state for status in states.values()}

"""A readiness as a planner reads it in a terminal."""

from typing import Any

import pytest
from rich.console import Console

from api.cli.plan_of_work import print_plan
from api.planning.telling import told

DATES = {"p10": "2027-07-29", "p50": "2027-09-01", "p80": "2027-09-24", "p90": "2027-10-04"}


def step(code: str, state: str, **said: Any) -> dict[str, Any]:
    named = {"code": code, "label": f"Étape {code}", "label_en": f"Step {code}", "state": state}
    plain = {"since": None, "over_on": None, "begins": None, "ends": None, "slack_days": None, "chance": None}
    return {**named, **plain, "said_by": {"who": "planner"}, **said}


def document(*steps: dict[str, Any], **said: Any) -> dict[str, Any]:
    dates = {"start": DATES, "start_cleared": DATES, "power": None, "production": None}
    plain = {"scope": "owner", "class": "6_12", "critical_path": [], "flags": [], "blocked": [], "as_of": "2026-11-22"}
    return {**plain, **dates, "steps": list(steps), **said}


def printed(found: dict[str, Any], lang: str = "fr") -> str:
    console = Console(record=True, width=140, no_color=True)
    print_plan(64, told(found, lang), lang, console)
    return " ".join(console.export_text().replace("\u202f", " ").split())


def test_what_lapsed_did_so_on_the_day_it_stopped_to_hold_not_on_the_day_it_was_done() -> None:
    offer = step("EL_OFFER", "expired", since="2026-06-01", over_on="2026-09-01")
    assert "périmé depuis le 01/09/2026" in printed(document(offer))
    said = step("EL_OFFER", "expired", since="2026-08-12")
    assert "expired since 2026-08-12" in printed(document(said), "en"), "a planner gave the day itself"


@pytest.mark.parametrize(("lang", "words"), [("fr", "fait le 05/03/2026"), ("en", "done on 2026-03-05")])
def test_what_is_done_was_done_on_a_day(lang: str, words: str) -> None:
    assert words in printed(document(step("VRD", "done", since="2026-03-05")), lang)


@pytest.mark.parametrize(("lang", "words"), [("fr", "éventuel, 5 %"), ("en", "possible, 5%")])
def test_a_chance_is_no_question_for_anybody(lang: str, words: str) -> None:
    chance = {"outcome_of": "APPEAL", "probability": 0.05}
    assert words in printed(document(step("LITIG", "unknown", chance=chance)), lang)
    assert "inconnu" in printed(document(step("DPU", "unknown")))


def test_a_class_is_of_the_land_by_itself_whatever_the_project() -> None:
    assert "Classe : 6-12 mois" in printed(document())
    assert "Classe du terrain seul : 6-12 mois" in printed(document(scope="need"))
    assert "Class of the land by itself: 6-12 months" in printed(document(scope="need"), "en")


def test_where_nothing_was_known_nothing_is_said_to_be_waited_for() -> None:
    assert "Chemin critique : rien n'est à attendre" in printed(document())
    nothing = document(start=None, start_cleared=None, flags=["not_known_then"])
    nothing["class"] = "unknown"
    shown = printed(nothing)
    assert "rien n'est à attendre" not in shown
    assert "Classe : inconnue" in shown


def test_old_statuses_are_told_in_one_line_with_what_to_do() -> None:
    old = document(step("VRD", "running"), step("PA", "to_do"), flags=["stale:VRD", "stale:PA"])
    shown = printed(old)
    assert shown.count("reconfirm") == 1
    assert "Étape VRD ; Étape PA" in shown
    assert "emprise due --confirm 64 --reason" in shown
    assert "Step VRD; Step PA" in printed(old, "en")

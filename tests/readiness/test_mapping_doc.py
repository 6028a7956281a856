"""The documented mapping from facts to states is the one that runs."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from geo.readiness.catalogue_file import default
from geo.readiness.facts import LandFacts
from geo.readiness.land_operation import TOUCHED
from geo.readiness.states import states_of
from geo.readiness.status import STATES
from tests.readiness.situations import TODAY

PAGE = Path(__file__).parents[2] / "docs" / "readiness-mapping.md"
ROW = re.compile(r"^\| (`\w+=.*?) \| (.*) \|$", re.MULTILINE)
CODED = re.compile(r"`([^`]+)`")


def rows() -> list[tuple[str, str]]:
    return ROW.findall(PAGE.read_text(encoding="utf-8"))


def value(name: str, text: str) -> Any:
    if name == "touched":
        return frozenset(text.split(",")) if text else frozenset()
    if name in ("built", "cle_en_main"):
        return {"oui": True, "non": False}[text]
    if name == "surface_m2":
        return float(text)
    if name == "owners":
        return int(text)
    return date.fromisoformat(text) if name in ("zone_created_on", "zone_known_on") else text


@pytest.mark.parametrize(("left", "right"), rows())
def test_a_row_of_the_page_holds(left: str, right: str) -> None:
    named = (fact.split("=", 1) for fact in CODED.findall(left))
    states = states_of(LandFacts(**{name: value(name, text) for name, text in named}), TODAY)
    told = [coded.split() for coded in CODED.findall(right)]
    assert told
    for code, state in told:
        assert states[code].state == state, (left, code, states[code])


def test_the_page_is_whole() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(rows()) > 50
    for step in default().side("owner"):
        assert f"`{step.code}" in text, step.code
    for kind in TOUCHED:
        assert f"touched={kind}`" in text, kind
    for state in STATES:
        assert f"`{state}`" in text, state
    for other in ("readiness-unknowns", "readiness-durations", "readiness-freshness"):
        assert (PAGE.parent / "decisions" / f"{other}.md").exists()

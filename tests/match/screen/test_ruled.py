"""Rules on buildings said of zones hold on most land: they are asked once for each that differs."""

import numpy as np
import pytest

from geo.land.building_limits import ZONE, BuildingRule, Limit
from geo.match.relaxing.far import far
from geo.match.screen.asking import FAIL, PASS, UNKNOWN, Asking
from geo.match.screen.dating import ByCandidate
from geo.match.screen.land import land_of
from geo.match.screen.ruled import Limits
from geo.match.screen.verdicts import FORMS
from tests.match.parcels import need, parcel, ready

RULES: tuple[dict[BuildingRule, Limit], ...] = (
    {},
    {BuildingRule.HEIGHT: Limit(10.0, "PLU", ZONE), BuildingRule.CES: Limit(0.05, "PLU", ZONE)},
    {BuildingRule.HEIGHT: Limit(15.0, "PLU", ZONE)},
    {BuildingRule.CES: Limit(0.05, "PLU", ZONE, loosest=Limit(None, "PLU", ZONE))},
)


def test_rules_are_asked_once_for_each_that_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = need(height_m=12, footprint_m2=6_000)
    land = [parcel(number, limits=RULES[number % 4]) for number in range(400)]
    ask = Asking(asked, land_of(land), ByCandidate(asked, land, ready))
    calls, keeps = [], Limit.keeps

    def counted(limit: Limit, rule: BuildingRule, value: float) -> bool | None:
        calls.append(rule)
        return keeps(limit, rule, value)

    monkeypatch.setattr(Limit, "keeps", counted)
    rows = ask.land.rows
    assert FORMS["height_m"](ask, rows).tolist() == [UNKNOWN, FAIL, PASS, UNKNOWN] * 100
    assert FORMS["footprint_m2"](ask, rows).tolist() == [PASS, FAIL, PASS, UNKNOWN] * 100
    (lower,) = far(ask, "height_m", rows)
    assert np.nan_to_num(lower.size).tolist() == [0, 2, 0, 0] * 100
    (less,) = far(ask, "footprint_m2", rows)
    assert np.nan_to_num(less.size, nan=-1)[:4] == pytest.approx([-1, 1_000, -1, 1_000])
    assert len(calls) <= 2 * 2 * len(RULES)


def test_the_stamp_tells_rules_and_parcels_apart() -> None:
    """It does not depend on who else has rules, or on the order they were read in."""
    of = {1: RULES[1], 2: RULES[2], 3: RULES[1]}
    ids = np.array([1, 2, 3, 9])
    stamp = Limits(of).stamp(ids)
    assert stamp == Limits(dict(reversed(of.items())) | {7: RULES[3]}).stamp(ids)
    others: tuple[dict[int, dict[BuildingRule, Limit]], ...] = (
        {**of, 3: RULES[2]},
        {1: RULES[2], 2: RULES[1], 3: RULES[1]},
        {**of, 9: RULES[3]},
        {1: RULES[1]},
        {},
    )
    assert len({stamp, *(Limits(one).stamp(ids) for one in others)}) == 6
    assert Limits(of).stamp(np.array([9])) == 0

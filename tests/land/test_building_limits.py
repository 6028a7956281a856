"""Which figure of a rule counts: the parcel's own, else the strictest of all its zones."""

import pytest

from geo.land.building_limits import PARCEL, ZONE, BuildingRule, Limit, Said, effective

CES, OPEN = BuildingRule.CES, BuildingRule.OPEN_GROUND


def said(rule: BuildingRule, value: float | None, share: float = 1.0, of: str = ZONE) -> Said:
    return Said(rule, Limit(value, "règlement", of), share)


@pytest.mark.parametrize(
    ("listed", "value"),
    [
        ([said(CES, 0.6)], 0.6),
        ([said(CES, 0.6, 0.7), said(CES, 0.4, 0.3)], 0.4),
        ([said(OPEN, 0.1, 0.7), said(OPEN, 0.2, 0.3)], 0.2),
        ([said(CES, None, 0.5), said(CES, 0.8, 0.5)], 0.8),
        ([said(CES, None)], None),
        ([said(CES, 0.4), said(CES, 0.9, of=PARCEL)], 0.9),
        ([said(CES, 0.4), said(CES, None, of=PARCEL)], None),
        ([said(CES, 0.6, 0.995)], 0.6),
    ],
)
def test_the_figure_that_counts(listed: list[Said], value: float | None) -> None:
    (limit,) = effective(listed).values()
    assert limit.value == value


@pytest.mark.parametrize(
    ("rule", "figures", "asked", "keeps"),
    [
        (CES, [0.6, 0.4], 0.4, True),
        (CES, [0.6, 0.4], 0.5, None),
        (CES, [0.6, 0.4], 0.61, False),
        (CES, [0.6, None], 0.9, None),
        (CES, [0.4, 0.4], 0.5, False),
        (CES, [None, None], 1.0, True),
        (OPEN, [0.1, 0.2], 0.2, True),
        (OPEN, [0.1, 0.2], 0.15, None),
        (OPEN, [0.1, 0.2], 0.05, False),
        (CES, [0.6], 0.60004, False),
        (CES, [0.6], 0.6000000001, True),
    ],
)
def test_zones_that_differ_refuse_only_what_none_of_them_allows(
    rule: BuildingRule, figures: list[float | None], asked: float, keeps: bool | None
) -> None:
    listed = [said(rule, figure, 1 / len(figures)) for figure in figures]
    assert effective(listed)[rule].keeps(rule, asked) is keeps


def test_a_rule_that_some_zone_says_nothing_of_is_not_known() -> None:
    assert effective([said(CES, 0.6, 0.7)]) == {}
    assert effective([said(CES, 0.6, 0.7), said(OPEN, 0.1)]).keys() == {OPEN}

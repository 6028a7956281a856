"""One verdict for a parcel that straddles zones."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.land.vocabulary import Industry
from geo.land.zoning import IndustryDecision, ZoneShare, of_shares, sliver_share


def zone(share: float, verdict: str, libelle: str | None = None, confidence: float = 0.5) -> ZoneShare:
    label = libelle or verdict
    return ZoneShare(share, IndustryDecision(Industry(verdict), "rule", f"LIBELONG={label}", confidence), label, "U")


@pytest.mark.parametrize(
    ("shares", "verdict", "rule"),
    [
        ([], "unknown", "no_zone"),
        ([zone(0.0, "allowed")], "unknown", "no_zone"),
        ([zone(1.0, "allowed")], "allowed", "rule"),
        ([zone(0.96, "allowed")], "allowed", "rule"),
        ([zone(0.985, "allowed"), zone(0.015, "forbidden")], "allowed", "rule"),
        ([zone(0.96, "allowed"), zone(0.04, "forbidden")], "allowed", "rule"),
        ([zone(0.015, "allowed"), zone(0.985, "forbidden")], "forbidden", "rule"),
        ([zone(0.5, "allowed"), zone(0.5, "allowed", "UY")], "allowed", "rule"),
        ([zone(0.6, "allowed"), zone(0.4, "forbidden")], "conditional", "mix:allowed+forbidden"),
        ([zone(0.1, "conditional"), zone(0.9, "forbidden")], "conditional", "mix:forbidden+conditional"),
        ([zone(0.6, "allowed"), zone(0.4, "unknown")], "conditional", "mix:allowed+unknown"),
        ([zone(0.6, "forbidden"), zone(0.4, "unknown")], "unknown", "mix:forbidden+unknown"),
        (
            [zone(0.6, "forbidden"), zone(0.4, "after_plan_change")],
            "after_plan_change",
            "mix:forbidden+after_plan_change",
        ),
        ([zone(0.7, "allowed")], "conditional", "mix:allowed+uncovered"),
        ([zone(0.4, "allowed")], "unknown", "mix:uncovered+allowed"),
        ([zone(0.9, "forbidden")], "unknown", "mix:forbidden+uncovered"),
        ([zone(0.01, "allowed")], "unknown", "mix:uncovered+allowed"),
        ([zone(1.0, "allowed"), zone(1.0, "forbidden")], "conditional", "mix:allowed+forbidden"),
    ],
)
def test_table_of_mixtures(shares: list[ZoneShare], verdict: str, rule: str) -> None:
    zoning = of_shares(shares)
    assert (zoning.verdict, zoning.rule) == (verdict, rule)


def test_main_zone_adds_up_its_pieces() -> None:
    zoning = of_shares([zone(0.4, "forbidden", "N"), zone(0.3, "allowed", "UX"), zone(0.3, "allowed", "UX")])
    assert (zoning.libelle, zoning.typezone) == ("UX", "U")
    assert zoning.source == "LIBELONG=N + LIBELONG=UX"


def test_confidence_is_weighted_in_one_verdict_and_the_least_in_a_mixture() -> None:
    same = of_shares([zone(0.75, "allowed", "UX", 0.8), zone(0.25, "allowed", "UY", 0.4)])
    assert same.confidence == pytest.approx(0.7)
    mixed = of_shares([zone(0.75, "allowed", "UX", 0.8), zone(0.25, "forbidden", "N", 0.4)])
    assert mixed.confidence == 0.4
    assert of_shares([zone(0.5, "unknown", "U", 0.0), zone(0.5, "forbidden", "N", 0.4)]).confidence == 0


def test_small_parcels_bear_a_wider_sliver() -> None:
    assert sliver_share(10_000, 400) == 0.02
    assert sliver_share(600, 100) == pytest.approx(0.5 * 25 / 600)
    assert sliver_share(50, 60) == 0.10
    assert sliver_share(0, 10) == 0.02
    shares = [zone(0.955, "allowed"), zone(0.045, "forbidden")]
    assert of_shares([zone(0.94, "allowed"), zone(0.06, "forbidden")], sliver=0.10).verdict == "allowed"
    assert of_shares(shares, sliver=0.02).verdict == "allowed"


@pytest.mark.parametrize("bad", [-0.1, math.nan, math.inf])
def test_a_share_that_is_no_share_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="zone shares"):
        of_shares([zone(bad, "allowed")])


SHARES = st.lists(
    st.builds(zone, st.floats(0, 1), st.sampled_from([v.value for v in Industry])), min_size=1, max_size=6
)


@given(SHARES.flatmap(lambda shares: st.tuples(st.just(shares), st.permutations(shares))))
def test_the_order_of_zones_does_not_matter(both: tuple[list[ZoneShare], list[ZoneShare]]) -> None:
    one, other = both
    assert of_shares(one).verdict == of_shares(other).verdict


@given(SHARES)
def test_no_verdict_comes_from_nowhere(shares: list[ZoneShare]) -> None:
    verdict = of_shares(shares).verdict
    present = {zone.decision.verdict for zone in shares}
    assert verdict in present | {Industry.CONDITIONAL, Industry.UNKNOWN}
    if verdict is Industry.CONDITIONAL:
        assert present & {Industry.ALLOWED, Industry.CONDITIONAL}

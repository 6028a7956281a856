"""Prescriptions of a plan: the table of their codes, how their wording is read, and what they make of a zone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.land.plan_areas import Overlay, area_of, areas, changed, overlaid, read_areas, says_of_industry
from geo.land.vocabulary import Effect, Industry
from geo.land.zoning import IndustryDecision, ZoneShare

ALLOWED = IndustryDecision(Industry.ALLOWED, "dominant_use", "DESTDOMI=02", 0.55)
PROTECTED = IndustryDecision(Industry.FORBIDDEN, "zone_protected", "TYPEZONE=A", 0.9)
CLOSED = IndustryDecision(Industry.AFTER_PLAN_CHANGE, "zone_closed", "TYPEZONE=AUs", 0.9)


def test_the_table_names_all_the_domain_asks_for() -> None:
    """domain.md 3.2; the names geo/readiness reads are among the kinds."""
    asked = ["01", "02-01", "02-02", "05", "05-07", "07", "15-01", "16-03", "18", "18-11", "25", "38-02", "39-02"]
    asked += ["40", "43", "44", "47-01", "48", "49-01", "49-02", "50", "51", "52"]
    for code in asked:
        assert area_of("PSC", *f"{code}-00".split("-")[:2]).kind != "plan_prescription", code
    for code in ("02", "04", "05", "12", "13", "14", "16", "19", "21", "27", "30", "32", "34", "38", "41"):
        assert area_of("INF", code, "00").kind != "plan_information", code
    kinds = {area.kind for area in areas().values()}
    assert kinds >= {"archaeology", "polluted_site", "whole_operation", "frozen_by_plan", "preemption"}


def test_a_subtype_comes_before_its_type_and_the_rest_informs() -> None:
    assert area_of("PSC", "05", "07").kind == "frozen_by_plan"
    assert area_of("PSC", "05", "99").kind == "reserved_land"
    assert (area_of("PSC", "66", "00").kind, area_of("PSC", "66", "00").effect) == ("plan_prescription", Effect.INFORMS)
    assert area_of("INF", "66", "00").kind == "plan_information"


@pytest.mark.parametrize(
    "line",
    ['"01" = { kind = "nothing_known" }', '"01" = { kind = "ebc", industry = "x" }', '"01" = { kind = "ebc", x = 1 }'],
)
def test_a_table_that_cannot_be_used_is_refused_by_its_line(line: str) -> None:
    with pytest.raises(ValueError, match="PSC 01"):
        read_areas(f"[PSC]\n{line}")


@pytest.mark.parametrize(
    ("reading", "text", "said"),
    [
        (None, "Industries interdites", None),
        ("annulled", None, Industry.UNKNOWN),
        ("forbidden", "Industries et entrepôts interdits", Industry.FORBIDDEN),
        ("forbidden", "Destinations industrielles", Industry.FORBIDDEN),
        ("forbidden", "Toute activité économique", Industry.FORBIDDEN),
        ("forbidden", "Commerces", None),
        ("forbidden", "Secteur b", Industry.UNKNOWN),
        ("forbidden", None, Industry.UNKNOWN),
        ("conditional", "Activités industrielles sous conditions", Industry.CONDITIONAL),
        ("conditional", "Logements", None),
        ("stecal", "Secteur d'activités économiques", Industry.CONDITIONAL),
        ("stecal", "Hébergement touristique", Industry.FORBIDDEN),
        ("stecal", "Nx", Industry.UNKNOWN),
    ],
)
def test_the_wording_of_an_area(reading: str | None, text: str | None, said: Industry | None) -> None:
    assert says_of_industry(reading, text) is said


@pytest.mark.parametrize(
    ("zone", "kind", "says", "verdict"),
    [
        (PROTECTED, "stecal", Industry.CONDITIONAL, Industry.CONDITIONAL),
        (PROTECTED, "stecal", Industry.UNKNOWN, Industry.UNKNOWN),
        (PROTECTED, "stecal", Industry.FORBIDDEN, None),
        (ALLOWED, "stecal", Industry.CONDITIONAL, None),
        (ALLOWED, "use_forbidden", Industry.FORBIDDEN, Industry.FORBIDDEN),
        (ALLOWED, "use_forbidden", Industry.UNKNOWN, Industry.UNKNOWN),
        (PROTECTED, "use_forbidden", Industry.UNKNOWN, None),
        (CLOSED, "use_forbidden", Industry.FORBIDDEN, None),
        (ALLOWED, "use_conditional", Industry.UNKNOWN, Industry.CONDITIONAL),
        (PROTECTED, "use_conditional", Industry.CONDITIONAL, Industry.CONDITIONAL),
        (PROTECTED, "use_conditional", Industry.UNKNOWN, None),
        (CLOSED, "use_conditional", Industry.CONDITIONAL, None),
        (PROTECTED, "plan_annulled", Industry.UNKNOWN, Industry.UNKNOWN),
    ],
)
def test_what_an_area_makes_of_its_zone(
    zone: IndustryDecision, kind: str, says: Industry, verdict: Industry | None
) -> None:
    found = changed(zone, Overlay(0.5, kind, says, "PSC"))
    assert (found.verdict if found else None) is verdict


KINDS = st.sampled_from(["stecal", "use_forbidden", "use_conditional", "plan_annulled"])
OVERLAYS = st.lists(
    st.builds(Overlay, st.floats(0, 1), KINDS, st.sampled_from([Industry.FORBIDDEN, Industry.UNKNOWN]), st.just("x"))
)


@given(st.floats(0.01, 1), OVERLAYS, st.sampled_from([ALLOWED, PROTECTED]), st.randoms())
def test_pieces_make_up_the_zone_in_any_order(
    share: float, overlays: list[Overlay], zone: IndustryDecision, dice: object
) -> None:
    whole = ZoneShare(share, zone, "UX", "U")
    pieces = overlaid(whole, overlays)
    assert sum(piece.share for piece in pieces) == pytest.approx(share)
    assert all(piece.share > 0 for piece in pieces)
    assert overlaid(whole, overlays[::-1]) == pieces
    if not overlays:
        assert pieces == [whole]

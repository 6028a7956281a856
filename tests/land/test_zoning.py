"""The order in which attributes decide, and what each code says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.land.vocabulary import Industry
from geo.land.zoning import ZoneFacts, decide, zone_kind


@pytest.mark.parametrize(
    ("typezone", "kind"),
    [
        ("U", "U"),
        ("UX", "U"),
        ("AUc", "AUc"),
        ("1AU", "AUc"),
        ("1AUa", "AUc"),
        ("INA", "AUc"),
        ("AUs", "AUs"),
        ("AUS", "AUs"),
        ("2AU", "AUs"),
        ("IIAU", "AUs"),
        ("AU", "AU"),
        ("NA", "AU"),
        ("A", "A"),
        ("Ah", "A"),
        ("NC", "A"),
        ("N", "N"),
        ("Nh", "N"),
        ("ND", "N"),
        ("ZnC", "ZnC"),
        ("Zc", "ZC"),
        ("ZCa", "ZCa"),
        ("NB", None),
        ("", None),
        (None, None),
        ("99", None),
    ],
)
def test_zone_types_of_every_age_are_recognised(typezone: str | None, kind: str | None) -> None:
    assert zone_kind(typezone) == kind


@pytest.mark.parametrize(
    ("facts", "verdict", "rule"),
    [
        (ZoneFacts(typezone="A", destdomi="07"), Industry.FORBIDDEN, "zone_protected"),
        (ZoneFacts(typezone="N", destoui="51"), Industry.FORBIDDEN, "zone_protected"),
        (ZoneFacts("N", "Nx", "Secteur d'activités industrielles isolées"), "conditional", "sector_of_limited_size"),
        (ZoneFacts("N", "UA", "Zone urbaine du centre"), Industry.UNKNOWN, "typezone_contradicts_label"),
        (ZoneFacts(typezone="AUs"), Industry.AFTER_PLAN_CHANGE, "zone_closed"),
        (ZoneFacts(typezone="2AU", destdomi="02"), Industry.AFTER_PLAN_CHANGE, "zone_closed"),
        (ZoneFacts(typezone="AUs", destdomi="01"), Industry.AFTER_PLAN_CHANGE, "zone_closed_for_other_uses"),
        (ZoneFacts(typezone="ZnC"), Industry.FORBIDDEN, "zone_not_constructible"),
        (ZoneFacts(typezone="ZCa"), Industry.ALLOWED, "zone_for_activities"),
        (ZoneFacts(typezone="ZC"), Industry.UNKNOWN, "zone_open_to_building"),
        (ZoneFacts(typezone="U", destoui="31-51-52"), Industry.ALLOWED, "industry_allowed"),
        (ZoneFacts(typezone="U", destoui="50"), Industry.ALLOWED, "industry_allowed"),
        (ZoneFacts(typezone="U", destcdt="51"), Industry.CONDITIONAL, "industry_conditional"),
        (ZoneFacts(typezone="U", destnon="50", destdomi="02"), Industry.FORBIDDEN, "industry_forbidden"),
        (ZoneFacts(typezone="U", destnon="50", destoui="51"), Industry.ALLOWED, "industry_allowed"),
        (ZoneFacts(typezone="U", destnon="51", destoui="50"), Industry.FORBIDDEN, "industry_forbidden"),
        (ZoneFacts(typezone="U", destnon="51", destoui="51"), Industry.CONDITIONAL, "destinations_contradict"),
        (ZoneFacts(typezone="U", destoui="21-22", formdomi="0201"), Industry.ALLOWED, "dominant_use"),
        (ZoneFacts(typezone="U", destoui="151"), Industry.UNKNOWN, "nothing_decides"),
        (ZoneFacts(typezone="U", formdomi="0200"), Industry.CONDITIONAL, "dominant_use"),
        (ZoneFacts(typezone="U", formdomi="201"), Industry.ALLOWED, "dominant_use"),
        (ZoneFacts(typezone="U", formdomi="0300"), Industry.CONDITIONAL, "dominant_use"),
        (ZoneFacts(typezone="U", formdomi="0101"), Industry.FORBIDDEN, "dominant_use"),
        (ZoneFacts(typezone="U", formdomi="0602"), Industry.UNKNOWN, "nothing_decides"),
        (ZoneFacts(typezone="U", formdomi="9900"), Industry.UNKNOWN, "nothing_decides"),
        (ZoneFacts(typezone="U", destdomi="02"), Industry.ALLOWED, "dominant_use"),
        (ZoneFacts(typezone="U", destdomi="2"), Industry.ALLOWED, "dominant_use"),
        (ZoneFacts(typezone="U", destdomi="99"), Industry.UNKNOWN, "nothing_decides"),
        (ZoneFacts(typezone="U", destdomi="activité"), Industry.ALLOWED, "wording_names_activity"),
        (ZoneFacts("U", None, "Zone commerciale", "02"), Industry.FORBIDDEN, "wording_narrows_dominant_use"),
        (ZoneFacts("U", None, "Zone artisanale", "02"), Industry.CONDITIONAL, "wording_narrows_dominant_use"),
        (ZoneFacts("U", None, "Activités économiques", "01"), Industry.ALLOWED, "wording_beats_dominant_use"),
        (ZoneFacts("U", None, "Activités économiques", "02"), Industry.ALLOWED, "dominant_use_confirmed"),
        (ZoneFacts("U", None, "Zone d'habitat", "03"), Industry.CONDITIONAL, "dominant_use"),
        (ZoneFacts("U", None, "Sans industrie", None, "0201"), Industry.FORBIDDEN, "wording_narrows_dominant_use"),
        (ZoneFacts(typezone="AU", destdomi="02"), Industry.CONDITIONAL, "opening_unsaid"),
        (ZoneFacts(typezone="U", libelle="UX"), Industry.UNKNOWN, "nothing_decides"),
        (ZoneFacts(), Industry.UNKNOWN, "nothing_decides"),
    ],
)
def test_the_most_binding_attribute_decides(facts: ZoneFacts, verdict: str, rule: str) -> None:
    decision = decide(facts)
    assert (decision.verdict, decision.rule) == (verdict, rule)


def test_the_source_is_the_attribute_read() -> None:
    assert decide(ZoneFacts(typezone="U", destdomi="02")).source == "DESTDOMI=02"
    assert decide(ZoneFacts(typezone="U", destcdt="31-51")).source == "DESTCDT=31-51"
    assert decide(ZoneFacts("U", None, "Zone commerciale", "02")).source == "LIBELONG=Zone commerciale DESTDOMI=02"
    assert decide(ZoneFacts(typezone="U", destdomi="activité")).source == "DESTDOMI=activité"


def test_without_a_zone_type_an_answer_is_less_sure() -> None:
    assert decide(ZoneFacts(destoui="51")).confidence == 0.4


CODES = st.sampled_from([None, "", "51", "50", "31-51", "20-21", "51-99", "x"])
WORDS = st.sampled_from([None, "", "activités économiques", "habitat", "industrie interdite", "Zone 2AU", "é" * 300])


@given(
    st.builds(
        ZoneFacts,
        typezone=st.sampled_from([None, "U", "AUc", "AUs", "A", "N", "Nh", "2AU", "ZnC", "?"]) | st.text(max_size=3),
        libelle=st.none() | st.text(max_size=12),
        libelong=WORDS | st.text(max_size=254),
        destdomi=st.none() | st.text(max_size=4),
        formdomi=st.none() | st.text(max_size=4),
        destoui=CODES,
        destcdt=CODES,
        destnon=CODES,
    )
)
def test_any_row_gets_an_answer_and_unknown_alone_has_no_confidence(facts: ZoneFacts) -> None:
    decision = decide(facts)
    assert 0 <= decision.confidence <= 1
    assert (decision.confidence == 0) == (decision.verdict is Industry.UNKNOWN)
    assert decision.source or decision.verdict is Industry.UNKNOWN

"""The regime of a classified installation, from its entries and quantities."""

from typing import Any

import pytest

from geo.land.vocabulary import Origin
from geo.match.need.reading import read_need
from geo.match.parcel.candidate import Candidate
from geo.match.readiness.readiness import project_facts
from geo.readiness.icpe import Classified, classified, rubriques


@pytest.mark.parametrize(
    ("codes", "quantities", "expected"),
    [
        ([], {}, Classified(None, None, ())),
        (["2560"], {"2560": 149}, Classified("NC", None, ())),
        (["2560"], {"2560": 150}, Classified("DC", None, ())),
        (["2560-1"], {"2560-1": 1000}, Classified("E", None, ())),
        (["2560"], {}, Classified(None, None, ("2560",))),
        (["2560", "2661"], {"2560": 200, "2661": 70}, Classified("A", None, ())),
        (["2330"], {"2330": 0.05}, Classified("D", None, ())),
        (["2330"], {"2330": 1}, Classified("A", None, ())),
        ([], {"4715": 0.5}, Classified("D", None, ())),
        ([], {"4715": 5}, Classified("A", "SB", ())),
        ([], {"4715": 50}, Classified("A", "SH", ())),
        (["3410.a"], {}, Classified("A", None, ())),
        (["3410", "1510"], {}, Classified("A", None, ("1510",))),
        (["1510"], {"1510": 60_000}, Classified(None, None, ("1510",))),
        (["2560", "1510"], {"2560": 1200}, Classified(None, None, ("1510",))),
        (["moteur"], {}, Classified(None, None, ("moteur",))),
        (["325"], {}, Classified(None, None, ("325",))),
    ],
)
def test_entries_and_quantities_give_the_regime(
    codes: list[str], quantities: dict[str, float], expected: Classified
) -> None:
    assert classified(codes, quantities) == expected


def test_every_entry_says_its_source_and_rises() -> None:
    for entry in rubriques().values():
        assert entry.source
        assert entry.confidence in "RLME"
        starts = [start for start, _ in entry.regimes]
        assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("icpe", "expected"),
    [
        (None, (None, None)),
        ({"regime": "E", "quantities": {"2560": 10}}, ("E", None)),  # who says a regime is believed
        ({"rubriques": ["2560"]}, (None, None)),
        ({"quantities": {"2560": 160}}, ("DC", None)),
        ({"ied": True, "rubriques": ["2560"]}, ("A", None)),
        ({"seveso": "SH"}, (None, "SH")),
        ({"quantities": {"4715": 6}}, ("A", "SB")),
    ],
)
def test_the_regime_of_a_need(icpe: dict[str, Any] | None, expected: tuple[str | None, str | None]) -> None:
    asked = read_need({"land_m2": 1, **({} if icpe is None else {"icpe": icpe})})
    facts = project_facts(asked, Candidate(id=1, origin=Origin.TERRAIN))
    assert (facts.regime, facts.seveso) == expected

"""The parcels that one change alone would let in, those that ask the least first."""

from dataclasses import replace
from datetime import date
from typing import Any

from geo.land.vocabulary import Market, Origin
from geo.match.answer import Answer, answer
from geo.match.document import to_document
from geo.match.parcel.candidate import Candidate
from tests.match.parcels import AS_OF, VERSIONS, Dates, need, parcel, ready, to_lonlat


def asked(*land: Candidate, readiness: Any = ready, **members: Any) -> Answer:
    return answer(need(**members), land, readiness, as_of=AS_OF, versions=VERSIONS)


def test_the_smallest_change_comes_first() -> None:
    """Four months late, a quarter too dear, a fiftieth too small; sold land and land that lacks two things never."""
    land = [
        parcel(1, price_eur_m2=50.0),
        parcel(2, surface_m2=9_800.0, price_eur_m2=30.0),
        parcel(3, price_eur_m2=30.0),
        parcel(4, price_eur_m2=30.0, market=Market.SOLD),
        parcel(5, price_eur_m2=50.0, surface_m2=9_000.0),
    ]

    def dates(candidate: Candidate) -> Dates:
        return Dates(date(2027, 5, 1) if candidate.id == 3 else date(2026, 12, 1))

    found = asked(*land, readiness=dates, price_max_eur_m2=40, start_by="2027-01-01")
    told = [(near.one.candidate.id, [change.path for change, _ in near.changes]) for near in found.near_misses]
    assert told == [(1, ["/price_max_eur_m2"]), (3, ["/start_by"])]


def test_what_moves_dates_needs_them_again() -> None:
    land = parcel(2, surface_m2=9_800.0)
    assert asked(land, start_by="2027-06-01").near_misses == ()
    found = answer(
        need(start_by="2027-06-01"), [land], ready, as_of=AS_OF, versions=VERSIONS, readiness_for=lambda *_: ready
    )
    ((near,)) = found.near_misses
    assert [(change.path, change.to, standing) for change, standing in near.changes] == [
        ("/land_m2/min", 9_800, "proved")
    ]


def test_none_is_told_beside_as_many_matches_as_were_asked_for() -> None:
    land = [parcel(1), parcel(2, price_eur_m2=50.0)]
    assert asked(*land, price_max_eur_m2=40, limit=1).near_misses == ()
    assert [near.one.candidate.id for near in asked(*land, price_max_eur_m2=40, limit=2).near_misses] == [2]


class Cleaned(Dates):
    """Late for its ground still has to be cleaned."""

    def document(self, candidate: Candidate) -> dict[str, object]:
        step = {"label": "Dépollution", "label_en": "Depollution", "p50_end": "2028-02-01"}
        steps = [{"code": "DEPOL_1", "state": "to_do", **step}, {"code": "DEPOL_2", "state": "not_needed", **step}]
        return {"start": {"p50": "2028-03-01", "p80": "2028-06-01"}, "steps": steps}


def test_a_brownfield_says_when_it_will_be_clean() -> None:
    land = [parcel(1, origin=Origin.FRICHE), replace(parcel(2), etat_occup="vacant")]
    found = asked(*land, readiness=lambda _: Cleaned(date(2028, 6, 1)), start_by="2027-01-01")
    document: Any = to_document(found, to_lonlat)
    near = {one["parcel_ids"][0]: one["depollution"] for one in document["near_misses"]}
    assert near[2] is None
    assert near[1]["steps"] == [{"code": "DEPOL_1", "label": "Dépollution", "label_en": "Depollution"}]
    assert (near[1]["over_p50"], near[1]["start"]) == ("2028-02-01", {"p50": "2028-03-01", "p80": "2028-06-01"})

"""Sites of several parcels for a need that none meets alone: which, how they are judged, what is said of them."""

from dataclasses import replace
from datetime import date

import pytest
import shapely
from shapely.affinity import translate

from geo.fit.adjacency import neighbours
from geo.fit.profile import Told
from geo.fit.profile_build import measure
from geo.land.vocabulary import Effect, Industry, Market
from geo.match.answer import Match, answer
from geo.match.assembly import assembly
from geo.match.assembly.assembly import Assembled, assemblies
from geo.match.assembly.merged import shape_of
from geo.match.criteria.criterion import Verdict
from geo.match.fit.told import told
from geo.match.judged import Readiness
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, Touched
from tests.match.parcels import AS_OF, VERSIONS, Dates, need, parcel, ready, rectangle

HECTARE = 10_000.0


def row(*widths: float, **facts: object) -> list[Candidate]:
    """Parcels side by side, 100 m deep, numbered from 1."""
    east, made = 0.0, []
    for place, width in enumerate(widths):
        shape = translate(rectangle(width, 100), east + width / 2)
        made.append(parcel(place + 1, shape, **facts))
        east += width
    return made


def found(
    asked: Need, land: list[Candidate], owners: dict[int, str] | None = None, readiness: Readiness = ready
) -> Assembled:
    """The sites of an answer that no parcel is proved in."""
    made = answer(asked, land, readiness, as_of=AS_OF, versions=VERSIONS)
    assert made.matches == ()
    shapes = [one.candidate.geometry for one in made.parts]
    pairs = neighbours([shape for shape in shapes if isinstance(shape, shapely.Polygon)])
    return assemblies(asked, made.parts, pairs, owners, AS_OF)


def ids(rows: tuple[Match, ...]) -> list[tuple[int, ...]]:
    return [tuple(part.id for part in one.parts) for one in rows]


def test_neighbours_are_put_together_until_there_is_enough() -> None:
    sites = found(need(land_m2={"min": 3 * HECTARE}), row(100, 100, 100)).sites
    assert ids(sites) == [(1, 2, 3)]
    (site,) = sites
    assert site.together is not None
    assert site.candidate.surface_m2 == pytest.approx(30_000)
    assert (site.together.surplus_m2, site.together.price_eur) == pytest.approx((0.0, 30_000 * 40.0), abs=1e-3)
    assert [one.code for one in site.criteria if one.name == "land_m2"] == ["land.enough"]
    assert found(need(land_m2={"min": 3 * HECTARE, "max": 3.5 * HECTARE}), row(100, 100, 260)).sites == ()


def test_a_part_of_what_one_owner_has_may_be_what_is_asked() -> None:
    """Six hectares in one hand are too many, three of them are not."""
    land, owner = row(100, 100, 100, 100, 100, 100), dict.fromkeys(range(1, 7), "552100554")
    sites = found(need(land_m2={"min": 2.5 * HECTARE, "max": 3.5 * HECTARE}), land, owner).sites
    assert sites
    assert {(len(site.parts), site.together and site.together.owners) for site in sites} == {(3, 1)}


def test_a_parcel_that_is_enough_alone_leaves_nothing_to_put_together() -> None:
    made = answer(need(land_m2={"min": HECTARE}), row(100, 90), ready, as_of=AS_OF, versions=VERSIONS)
    assert [match.candidate.id for match in made.matches] == [1]
    assert made.parts == ()


def test_a_set_grows_on_until_the_building_fits_and_stands_on_it() -> None:
    """The surface is there with two parcels, the length of the building with three."""
    asked = need(land_m2={"min": 1.5 * HECTARE}, buildings=[{"length_m": 240, "width_m": 60}], setback_m=5)
    (site,) = found(asked, row(90, 90, 90)).sites
    assert ids((site,)) == [(1, 2, 3)]
    assert site.fit is not None
    assert site.fit.placement is not None
    assert site.candidate.geometry is not None
    assert site.candidate.geometry.covers(site.fit.placement)
    assert site.candidate.geometry.boundary.distance(site.fit.placement) >= 5
    assert site.together is not None
    assert site.together.beyond_owned_m2 == 0.0


def test_what_is_forbidden_on_one_parcel_is_forbidden_on_the_site() -> None:
    land = row(100, 100, 100)
    middle = land[1].geometry
    assert middle is not None
    across = shapely.box(*middle.bounds).intersection(translate(rectangle(400, 30), 150))
    strip = [parcel(one.id, one.geometry, buildable=one.geometry.difference(across)) for one in land if one.geometry]  # type: ignore[arg-type]
    asked = need(buildings=[{"length_m": 280, "width_m": 50}])
    assert ids(found(asked, land).sites) == [(1, 2, 3)]
    assert found(asked, strip).sites == ()


def test_only_land_that_lacks_nothing_but_room_is_put_together() -> None:
    """Sold, forbidden, too late, being recomputed or outside the place: no part of a site."""
    asked = need(land_m2={"min": 2 * HECTARE}, use="industrie", start_by="2027-06-30", place={"communes": ["69123"]})
    for facts in (
        {"market": Market.SOLD},
        {"industry": Industry.FORBIDDEN},
        {"stale": True},
        {"commune_insee": "38185"},
    ):
        land = row(100, 100)
        land[1] = parcel(2, land[1].geometry, **facts)  # type: ignore[arg-type]
        assert found(asked, land).sites == ()
    late = found(asked, row(100, 100), readiness=lambda one: Dates(date(2027 + one.id, 1, 1)))
    assert late.sites == ()


def test_the_site_is_ready_when_its_last_parcel_is() -> None:
    def dates(candidate: Candidate) -> Dates:
        return Dates(date(2027, candidate.id, 1))

    (site,) = found(need(land_m2={"min": 2 * HECTARE}, start_by="2027-12-31"), row(100, 100), readiness=dates).sites
    assert site.readiness is not None
    assert site.readiness.date_at("start", 0.5) == date(2027, 2, 1)
    assert site.readiness.document(site.candidate)["parcel"] == 2
    assert [one.fact for one in site.criteria if one.name == "start_by"] == ["2027-02-01"]


def test_an_unknown_must_of_one_parcel_is_to_check_on_the_site() -> None:
    land = row(100, 100)
    land[1] = parcel(2, land[1].geometry, industry=Industry.UNKNOWN)  # type: ignore[arg-type]
    sites = found(need(land_m2={"min": 2 * HECTARE}, use="industrie"), land)
    assert sites.sites == ()
    (site,) = sites.to_check
    assert [one.name for one in site.criteria if one.verdict is Verdict.UNKNOWN] == ["use"]


def test_owners_are_counted_and_land_of_one_is_one_unit() -> None:
    """Five parcels are one unit of one owner and one more: within the four that are searched whole."""
    land = row(60, 60, 60, 60, 60)
    asked = need(land_m2={"min": 3 * HECTARE})
    owners = {1: "552100554", 2: "552100554", 3: "552100554", 4: "552100554"}
    made = found(asked, land, owners)
    (site,) = made.sites
    assert site.together is not None
    assert (site.together.owners, site.together.owners_unknown) == (2, 1)
    assert made.found.units == 4
    hidden = found(asked, land)
    (site,) = hidden.sites
    assert site.together is not None
    assert (site.together.owners, site.together.owners_unknown) == (None, None)
    assert (hidden.found.units, hidden.found.complete) == (6, True)


def test_of_an_owner_s_block_only_what_is_needed_is_told() -> None:
    land = row(60, 60, 60, 60, 60)
    (site,) = found(need(land_m2={"min": 1.6 * HECTARE}), land, dict.fromkeys(range(1, 6), "552100554")).sites
    assert len(site.parts) == 3


def test_constraints_of_every_parcel_are_those_of_the_site() -> None:
    land = row(100, 100)
    noise = Touched(7, "noise", Effect.RESTRICTS, translate(rectangle(20, 100), 150))
    land[1] = parcel(2, land[1].geometry, constraints=(noise,))  # type: ignore[arg-type]
    (site,) = found(need(buildings=[{"length_m": 190, "width_m": 80}]), land).sites
    assert site.fit is not None
    assert site.fit.touches == (7,)


def test_no_site_told_is_beaten_by_another() -> None:
    """Two parcels at a high price or three at a low one; three at a middling one are as large and told by nobody."""
    land = row(70, 90, 60, 110, 80, 75, 65)
    priced = [replace(one, price_eur_m2=price) for one, price in zip(land, (40, 10, 10, 50, 50, 10, 10), strict=True)]
    sites = found(need(land_m2={"min": 1.72 * HECTARE}), priced).sites
    assert sorted(ids(sites)) == [(1, 2, 3), (4, 5)]


def test_what_was_derived_of_a_part_says_nothing_of_the_site() -> None:
    """The profile of each hectare refuses a hall that is 150 m long; together they hold it."""
    land = [replace(one, profile=measure(shape_of(one.geometry)).to_bytes()) for one in row(100, 100)]
    asked = need(buildings=[{"length_m": 150, "width_m": 60}])
    assert all(told(asked, one) is Told.NO for one in land)
    assert ids(found(asked, land).sites) == [(1, 2)]


def test_what_is_tried_on_land_put_together_is_bounded_by_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two halls lie one after the other on four parcels in a row: with no work left after the first pair, on none."""
    asked = need(land_m2={"min": 2 * HECTARE}, buildings=[{"length_m": 200, "width_m": 45, "count": 2}], gap_m=15)
    land = row(*[110.0] * 6)
    whole = found(asked, land)
    assert (whole.found.complete, whole.found.tested > 3, len(whole.sites[0].parts)) == (True, True, 4)
    monkeypatch.setattr(assembly, "MOST_WORK", 1e-9)
    cut = found(asked, land)
    assert (cut.found.complete, cut.found.tested) == (False, 1)
    assert cut.sites == ()

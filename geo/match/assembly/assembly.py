"""Sites put together from neighbouring parcels, where no single parcel meets a need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import inf

import numpy as np

from geo.fit.adjacency import Pairs
from geo.fit.assembly import MOST_TESTS, Ask, Found, Holds, assemble
from geo.fit.trim import trimmed
from geo.fit.union import beyond_owned
from geo.fit.units import Parcels, Units, units_of
from geo.match.answer import Match
from geo.match.assembly.merged import Site, Together, latest, price_of, shape_of, site_of
from geo.match.assembly.parts import least_m2
from geo.match.fit.fit import FitOutcome, FitVerdict, is_one_rectangle
from geo.match.fit.phases import decide_phases
from geo.match.judged import Judged, judge_all
from geo.match.need.need import Need
from geo.match.need.parts import RectangleBuilding
from geo.match.parcel.candidate import Candidate
from geo.match.ranking import SCORE, ranking
from geo.match.wishes import wishes_of

AT_MOST_UNITS = 6
"""Units a site may have where there is none of four: looked for as far as the bounds below go."""
FURTHER_SETS = 2_000_000
SLOW_TESTS = 100
"""Sites on which what is no single rectangle is tried, at most."""
MOST_WORK = 200_000.0
"""Sweeps (geo/fit/work.py) after which nothing more is tried: some six seconds. What is left was not gone through."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """The sites found and those with something to check, in order, and how far the search went (``found``)."""

    sites: tuple[Match, ...]
    to_check: tuple[Match, ...]
    found: Found


@dataclass(slots=True)
class _Ground:
    """The land of one search, and what was asked of it."""

    need: Need
    parts: Sequence[Judged]
    owners: Mapping[int, str] | None
    pairs: Pairs
    parcels: Parcels = field(init=False)
    is_slow: bool = field(init=False)
    work: float = field(init=False)

    def __post_init__(self) -> None:
        self.is_slow = bool(self.need.buildings) and not is_one_rectangle(self.need)
        self.work = MOST_WORK
        land = [one.candidate for one in self.parts]
        k = max((one.scale for one in land), default=1.0)
        # overlaps are planar, surfaces are of the ground
        self.pairs = self.pairs._replace(overlap=self.pairs.overlap / k**2)
        owner = [None if self.owners is None else self.owners.get(one.id) for one in land]
        self.parcels = Parcels(
            [shape_of(one.geometry) for one in land],
            np.array([one.surface_m2 for one in land], dtype=np.float64),
            owner,
            np.array([_ready(one, self.need) for one in self.parts], dtype=np.float64),
            np.array([inf if (price := price_of(one)) is None else price for one in land], dtype=np.float64),
        )

    def site(self, places: Sequence[int]) -> Site | None:
        """The land of these parcels as one."""
        return site_of([self.parts[place].candidate for place in places])

    def holds(self, places: tuple[int, ...]) -> bool | None:
        """Whether what is to be built fits on the land of these parcels, and on land that is owned.

        None when there is no work left to know it.
        """
        if len(places) == 1 and self.is_slow:
            return False  # no parcel was found to hold it alone
        if self.work <= 0:
            return None
        fit = self._fit(places)
        self.work -= 0.0 if fit is None else fit.work
        return fit is not None and fit.verdict is FitVerdict.FITS

    def _fit(self, places: tuple[int, ...]) -> FitOutcome | None:
        if len(places) == 1:
            return decide_phases(self.need, self.parts[places[0]].candidate)
        site = self.site(places)
        return None if site is None else _fit(self.need, site)[0]


def assemblies(
    need: Need,
    parts: Sequence[Judged],
    pairs: Pairs,
    owners: Mapping[int, str] | None,
    as_of: date,
    sort: str = SCORE,
) -> Assembled:
    """The sites of several of these parcels (parts.possible) that meet a need and that no other such site beats.

    Judged by owners, surplus, day and price (geo.fit.assembly). Complete for sites of up to four units; where there is
    none, of five and six as far as a bound on the work allows.
    """
    ground = _Ground(need, parts, owners, pairs)
    ask = _ask(need, ground)
    units = units_of(ground.parcels, ground.pairs, ask.most_m2)
    holds = ground.holds if need.buildings else None
    found = _searched(units, ask, holds, SLOW_TESTS if ground.is_slow else MOST_TESTS)
    sets = {_trim(ground, one.parcels, holds) for one in found.assemblies}
    made = [_assembly(ground, places, as_of) for places in sorted(sets) if len(places) > 1]
    rank = ranking(need, sort)
    kept = sorted(
        (one for one in made if one is not None and not one.judged.blocking),
        key=lambda one: (rank(one.judged), _surplus(one)),
    )
    proved = [_is_proved(one) for one in kept]
    sites = tuple(one for one, proof in zip(kept, proved, strict=True) if proof)
    to_check = tuple(one for one, proof in zip(kept, proved, strict=True) if not proof)
    return Assembled(sites[: need.limit], to_check[: need.limit], found)


def _searched(units: Units, ask: Ask, holds: Holds | None, tests: int) -> Found:
    found = assemble(units, ask, holds, most_tests=tests)
    if found.assemblies or not found.complete:
        return found
    return assemble(units, ask, holds, most_units=AT_MOST_UNITS, most_sets=FURTHER_SETS, most_tests=tests)


def _ready(one: Judged, need: Need) -> float:
    day = None if one.readiness is None else one.readiness.date_at("start", need.probability)
    return inf if day is None or day == date.max else float(day.toordinal())


def _ask(need: Need, ground: _Ground) -> Ask:
    """What a site must meet: surfaces on the ground, the largest rectangle in planar metres."""
    land = None if "land_m2" in need.wishes else need.land_m2
    most = (land.max if land is not None else None) or inf
    k = min((one.candidate.scale for one in ground.parts), default=1.0)
    boxes = [(b.length_m * k, b.width_m * k) for b in need.buildings or [] if isinstance(b, RectangleBuilding)]
    box = max(boxes, key=lambda sides: sides[0] * sides[1], default=None)
    return Ask(least_m2(need), most, box, min(need.setbacks) * k if box else 0.0)


def _trim(ground: _Ground, places: tuple[int, ...], holds: Holds | None) -> tuple[int, ...]:
    return trimmed(places, ground.parcels.surface, ground.pairs, _ask(ground.need, ground).least_m2, holds)


def _assembly(ground: _Ground, places: tuple[int, ...], as_of: date) -> Match | None:
    """The site of these parcels, judged as any candidate; None when its land does not come together after all."""
    made = put_together(ground.need, [ground.parts[place] for place in places], ground.owners, as_of)
    return None if made is None or (made.fit is not None and made.fit.verdict is FitVerdict.NO) else made


def put_together(need: Need, parts: Sequence[Judged], owners: Mapping[int, str] | None, as_of: date) -> Match | None:
    """Several parcels judged as one, whatever comes out; None when their land does not come together.

    ``owners``: the owner of each parcel where it is known; None for those who may not see owners.
    """
    site = site_of([one.candidate for one in parts])
    if site is None:
        return None
    dates = latest(parts)
    (judged,) = judge_all(need, [site.candidate], lambda _: dates, wishes_of(need, as_of))
    fit, beyond = _fit(need, site) if need.buildings else (None, None)
    surplus = (site.candidate.surface_m2 or 0.0) - least_m2(need)
    land = tuple(one.candidate for one in parts)
    return Match(judged, fit, Together(land, *_owners(parts, owners), surplus, _price(land), beyond))


def _price(parts: Sequence[Candidate]) -> float | None:
    """What is asked for all of it, EUR."""
    known = [price for part in parts if (price := price_of(part)) is not None]
    return round(sum(known), 2) if len(known) == len(parts) else None


def _owners(parts: Sequence[Judged], owners: Mapping[int, str] | None) -> tuple[int | None, int | None]:
    if owners is None:
        return None, None
    known = [owners.get(part.candidate.id) for part in parts]
    unknown = known.count(None)
    return len(set(known) - {None}) + unknown, unknown


def _fit(need: Need, site: Site) -> tuple[FitOutcome, float | None]:
    """The fit on joined land, and the m2 of it on slivers; a placement that reaches beyond them proves nothing."""
    outcome = decide_phases(need, site.candidate)
    if outcome.placement is None:
        return outcome, None
    beyond = beyond_owned(outcome.placement, site.joined)
    if beyond is None:
        return FitOutcome(FitVerdict.BORDERLINE, "fit.borderline", detail=outcome.detail, work=outcome.work), None
    told = round(beyond / site.candidate.scale**2, 2)
    return (replace(outcome, detail={**outcome.detail, "beyond_owned_m2": told}) if told else outcome), told


def _is_proved(one: Match) -> bool:
    return not one.judged.asking and (one.fit is None or one.fit.verdict is FitVerdict.FITS)


def _surplus(one: Match) -> float:
    return 0.0 if one.together is None else one.together.surplus_m2

"""How far land is beyond what is asked, on many rows at once: from it, which parcels a change is made for.

The change itself is made by the rule (geo/match/relaxing/proposals.py) of the parcel that is chosen here. A criterion
without a form here is taken to have no scale: asked, or not asked any more.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geo.land.building_limits import SLACK
from geo.match.criteria.dates import MILESTONES
from geo.match.need.quantities import LAST_DAY
from geo.match.relaxing.change import YEAR_DAYS
from geo.match.relaxing.ruled import Limits, lower, smaller
from geo.match.screen import areas, distances
from geo.match.screen.asking import FAIL, NO_DAY, Asking
from geo.match.screen.columns import Column, Rows
from geo.match.screen.rounding import Floats
from geo.match.screen.verdicts import most_ces


@dataclass(frozen=True, slots=True)
class Far:
    """Of each row, how far one value of the need is to be moved for it: NaN where no change of that value would do.

    ``path`` is that of the change (of the first, where several go together), None for whichever the rule makes;
    ``size`` is in the unit of the value, ``effort`` as of `Change`.
    """

    path: str | None
    size: Floats
    effort: Floats


Form = Callable[[Asking, Rows], Iterator[Far]]


def far(ask: Asking, name: str, rows: Rows) -> Iterator[Far]:
    """How far rows are that fail one criterion."""
    if name in FORMS:
        yield from FORMS[name](ask, rows)
    else:
        yield _without_scale(None, np.zeros(len(rows)))


def late(ask: Asking, names: Sequence[str], rows: Rows) -> Far:
    """How far the latest of some dates is, at rows that miss all of them."""
    size = np.zeros(len(rows))
    for name in names:
        days, wanted = ask.days(MILESTONES[name], rows), getattr(ask.need, name).toordinal()
        known = (days != NO_DAY) & (days <= LAST_DAY.toordinal())
        size = np.maximum(size, np.where(known, days - wanted, np.nan))
    return Far(f"/{names[0]}", size, size / YEAR_DAYS)


def _without_scale(path: str | None, size: Floats) -> Far:
    return Far(path, size, np.where(np.isnan(size), np.nan, 1.0))


def _asked(path: str, size: Floats, asked: float, possible: Column | None = None) -> Far:
    """Of a number: the share of it is the effort; nothing is beyond where it is not a positive number."""
    kept = size > 0 if possible is None else (size > 0) & possible
    size = np.where(kept, size, np.nan)
    return Far(path, size, size / asked if asked else np.where(kept, 1.0, np.nan))


def _land(ask: Asking, rows: Rows) -> Iterator[Far]:
    asked, surface = ask.need.land_m2, ask.column("surface", rows)
    if asked is not None and asked.min is not None:
        yield _asked("/land_m2/min", asked.min - surface, asked.min, surface >= 1)
    if asked is not None and asked.max is not None:
        yield _asked("/land_m2/max", surface - asked.max, asked.max)


def _footprint(ask: Asking, rows: Rows) -> Iterator[Far]:
    asked, surface, share = ask.need.footprint_m2 or 0.0, ask.column("surface", rows), ask.by_rules(rows, most_ces)
    ground = np.where(surface > 0, surface, np.nan)
    room = np.where(asked / ground > share + SLACK, share * ground, np.nan)
    free = np.fmin(ask.column("buildable", rows), room)
    yield _asked("/footprint_m2", asked - free, asked, free >= 1)


def _height(ask: Asking, rows: Rows) -> Iterator[Far]:
    def size(rules: Limits) -> float:
        change = lower(ask.need, rules)
        return np.nan if change is None else change.size

    yield _asked("/height_m", ask.by_rules(rows, size), ask.need.height_m or 0.0)


def too_much(ask: Asking, rows: Rows) -> Iterator[Far]:
    """How far what is built is beyond the plan's rules: how much smaller it, or the yard, would have to be."""
    sizes: dict[str, tuple[Floats, float]] = {}
    surface = ask.column("surface", rows)
    for at, limits in _limited(ask, rows):
        for path, asked, to in smaller(ask.need, limits, None if np.isnan(surface[at]) else float(surface[at])):
            sizes.setdefault(path, (np.full(len(rows), np.nan), asked))[0][at] = asked - to
    for path, (size, asked) in sizes.items():
        yield _asked(path, size, asked)


def _limited(ask: Asking, rows: Rows) -> Iterator[tuple[int, Limits]]:
    """Places of the rows of which a rule on buildings is known, with the rules."""
    limits = ask.land.limits
    numbers = limits.of(ask.column("id", rows))
    places = np.flatnonzero(numbers >= 0)
    for at, number in zip(places.tolist(), numbers[places].tolist(), strict=True):
        yield at, limits.distinct[number]


def _price(ask: Asking, rows: Rows) -> Iterator[Far]:
    asked = ask.need.price_max_eur_m2 or 0.0
    yield _asked("/price_max_eur_m2", ask.column("price", rows) - asked, asked)


def _power(ask: Asking, rows: Rows) -> Iterator[Far]:
    asked, power = ask.need.power_mw, ask.column("power", rows)
    if asked is not None:
        yield _asked("/power_mw/at_opening", asked.at_opening - power, asked.at_opening, power >= 0.001)


def _labour(ask: Asking, rows: Rows) -> Iterator[Far]:
    asked = ask.need.labour
    if asked is not None:
        people = areas.people(ask, rows)
        yield _asked("/labour/jobs", asked.jobs - people, asked.jobs, people >= 1)


def _near(ask: Asking, rows: Rows) -> Iterator[Far]:
    asked = [
        (f"/near/{number}/{bound}", one.kind, value, by_time)
        for number, one in enumerate(ask.need.near or ())
        for bound, value, by_time in (("max_km", one.max_km, False), ("max_minutes", one.max_minutes, True))
        if value is not None
    ]
    yield from _distances(ask, asked, rows)


def _max_km(ask: Asking, rows: Rows) -> Iterator[Far]:
    asked = [(f"/max_km/{kind}", kind, km, False) for kind, km in (ask.need.max_km or {}).items()]
    yield from _distances(ask, asked, rows)


def _distances(ask: Asking, asked: Sequence[tuple[str, str, float, bool]], rows: Rows) -> Iterator[Far]:
    """Of rows that are too far from one kind alone: a change of one distance lets no other in."""
    ways = [distances.too_far(ask, kind, most, rows, by_time=by_time) for _, kind, most, by_time in asked]
    count = np.sum([~np.isnan(way) for way in ways], axis=0)
    for (path, _, most, _), way in zip(asked, ways, strict=True):
        yield _asked(path, np.where(count == 1, way - most, np.nan), most)


def _place(ask: Asking, rows: Rows) -> Iterator[Far]:
    """A part that fails alone, but for the areas listed: without these the whole place is asked no more."""
    where = ask.need.place
    parts = areas.place_parts(ask, rows)
    fails = {name: found == FAIL for name, found in parts.items()}
    count = np.sum(list(fails.values()), axis=0)
    for name, failing in fails.items():
        these = failing & (count == 1)
        if name == "near" and where is not None and where.near is not None:
            beyond = areas.km_to(ask, where.near, rows) - where.near.km
            yield _asked("/place/near/km", np.where(these, beyond, np.nan), where.near.km)
        elif name == "minutes_from" and where is not None and where.minutes_from is not None:
            beyond = areas.minutes_to(ask, rows) - where.minutes_from.minutes
            path, asked = "/place/minutes_from/minutes", where.minutes_from.minutes
            yield _asked(path, np.where(these, beyond, np.nan), asked)
        else:
            is_whole = name == "areas" or where is None or len(where.model_fields_set) < 2
            found = failing if name == "areas" else these
            yield _without_scale("/place" if is_whole else f"/place/{name}", np.where(found, 0.0, np.nan))


FORMS: Mapping[str, Form] = {
    "land_m2": _land,
    "footprint_m2": _footprint,
    "height_m": _height,
    "price_max_eur_m2": _price,
    "power_mw": _power,
    "labour": _labour,
    "max_km": _max_km,
    "near": _near,
    "place": _place,
}
"""Dates stand by themselves (`late`), the buildings in geo/match/relaxing/room.py."""

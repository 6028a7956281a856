"""Which small change of the need lets parcels in, and how many.

Only changes a company can make to its need are proposed: dates, price, surface, power, distance, place, tenure,
brownfield, prospects. A plan that forbids industry or land already sold opens by no change of the need.

A change opens a parcel when, judged again with the changed need, it fails no must and only musts that no fact can
answer yet (`Criterion.is_unanswerable`) are unknown. Land being recomputed, or whose surface alone proves that the
buildings do not fit, is never counted; the other fits are not decided here.

The power and the surface asked choose the procedures of the project, so its dates too. Less power or land is proposed
beside a date that is a must only when the readiness for the changed need can be asked (`readiness_for`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby
from typing import Any

from pydantic import ValidationError

from geo.match.candidate import ReadinessView
from geo.match.criteria.dates import reached_on
from geo.match.criteria.order import judge
from geo.match.criteria.place import distance_km
from geo.match.criterion import Criterion
from geo.match.fit import cannot_hold
from geo.match.judged import Judged, Readiness
from geo.match.need import DATE_WISHES, Need
from geo.match.quantities import LAST_DAY

MOVES_DATES = frozenset({"/land_m2/min", "/power_mw/at_opening"})
"""Values of a need that choose procedures of the project."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value of the need replaced. `path` is the JSON Pointer of the value; `to` None leaves it out.

    `also`: what has to change together with it for any land to come in.
    """

    criterion: str
    path: str
    before: object
    to: object
    size: float = 0.0
    also: tuple["Change", ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Everything it changes."""
        return (self.path, *(other.path for other in self.also))

    def apply(self, need: Need) -> Need:
        """The need with this change."""
        document: dict[str, Any] = need.model_dump(mode="json", by_alias=True, exclude_unset=True)
        for change in (self, *self.also):
            *parents, last = change.path.removeprefix("/").split("/")
            holder: Any = document
            for step in parents:
                holder = holder[int(step) if isinstance(holder, list) else step]
            if change.to is None:
                del holder[last]
            else:
                holder[last] = change.to
        return Need.model_validate(document)


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A change, how many parcels it opens (their fit not decided), and which of them ranks first."""

    change: Change
    opens: int
    first: int


Propose = Callable[[Need, Judged, Criterion], Change | None]
ReadinessFor = Callable[[Need], Readiness]
"""The readinesses of a changed need."""


def relaxations(
    need: Need, judged: Sequence[Judged], readiness_for: ReadinessFor | None = None
) -> tuple[Relaxation, ...]:
    """The changes that each open parcels kept out by one criterion alone, or by dates alone; most parcels first."""
    kept_out = [one for one in judged if one.blocking and not one.candidate.stale]
    open_to = [one for one in kept_out if not cannot_hold(need, one.candidate)]
    changes = [change for one in open_to if not _waits(one) and (change := _change(need, one)) is not None]
    if readiness_for is None and _dates_asked(need):
        changes = [change for change in changes if change.path not in MOVES_DATES]
    found: list[Relaxation] = []
    for _, same_paths in groupby(sorted(changes, key=lambda c: (c.paths, c.size)), key=lambda c: c.paths):
        counted = (_count(need, change, open_to, readiness_for) for change in _steps(list(same_paths)))
        found.extend(relaxation for relaxation in counted if relaxation is not None)
    return tuple(sorted(found, key=lambda one: (-one.opens, one.change.paths, one.change.size)))


def _dates_asked(need: Need) -> list[str]:
    """The dates that are musts."""
    return [name for name in sorted(DATE_WISHES) if getattr(need, name) is not None and name not in need.wishes]


def _waits(one: Judged) -> bool:
    """Whether it would still be to check for want of a fact that exists."""
    return any(criterion.asks and not criterion.is_unanswerable for criterion in one.criteria)


def _change(need: Need, one: Judged) -> Change | None:
    """The change that loosens what keeps one parcel out: one criterion, or several dates together."""
    failing = [criterion for criterion in one.criteria if criterion.blocks]
    if len(failing) > 1 and not DATE_WISHES.issuperset(one.blocking):
        return None
    proposals = [PROPOSALS[f.name](need, one, f) if f.name in PROPOSALS else None for f in failing]
    changes = [change for change in proposals if change is not None]
    if len(changes) < len(failing):
        return None
    first, *others = changes
    if not others:
        return first
    return replace(first, size=max(change.size for change in changes), also=tuple(others))


def _steps(changes: list[Change]) -> list[Change]:
    """Of changes sorted by size: the smallest, the one that opens half of the parcels, the largest; no repeats."""
    picked = (changes[0], changes[(len(changes) - 1) // 2], changes[-1])
    return list({change.size: change for change in picked}.values())


def _count(
    need: Need, change: Change, kept_out: Sequence[Judged], readiness_for: ReadinessFor | None
) -> Relaxation | None:
    """The parcels that the changed need lets in; None when it opens none."""
    try:
        changed = change.apply(need)
    except ValidationError:  # beyond what a need may ask
        return None
    # what the change does not touch still blocks
    touched = {change.criterion, *(other.criterion for other in change.also)}
    asks_again = readiness_for is not None and change.path in MOVES_DATES
    if asks_again:
        touched |= DATE_WISHES | {"use"}
    dates = readiness_for(changed) if readiness_for is not None and asks_again else None
    opened = [
        one
        for one in kept_out
        if touched.issuperset(one.blocking)
        and _is_let_in(changed, one, one.readiness if dates is None else dates(one.candidate))
    ]
    if not opened:
        return None
    return Relaxation(change, len(opened), min(opened, key=lambda one: one.rank).candidate.id)


def _is_let_in(changed: Need, one: Judged, readiness: ReadinessView | None) -> bool:
    criteria = judge(changed, one.candidate, readiness)
    return not any(c.blocks or (c.asks and not c.is_unanswerable) for c in criteria)


def _outward(value: float, digits: int, rounding: str) -> float:
    """A value rounded so that it still lets the parcel in."""
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding))


def _land(need: Need, one: Judged, failed: Criterion) -> Change | None:
    surface, asked = one.candidate.surface_m2, need.land_m2
    if surface is None or asked is None:
        return None
    if asked.min is not None and surface < asked.min:
        to = _outward(surface, 0, ROUND_FLOOR)
        return Change("land_m2", "/land_m2/min", asked.min, to, asked.min - to) if to > 0 else None
    if asked.max is not None and surface > asked.max:
        to = _outward(surface, 0, ROUND_CEILING)
        return Change("land_m2", "/land_m2/max", asked.max, to, to - asked.max)
    return None


def _price(need: Need, one: Judged, failed: Criterion) -> Change | None:
    price, asked = one.candidate.price_eur_m2, need.price_max_eur_m2
    if price is None or asked is None:
        return None
    to = _outward(price, 2, ROUND_CEILING)
    return Change("price_max_eur_m2", "/price_max_eur_m2", asked, to, to - asked)


def _power(need: Need, one: Judged, failed: Criterion) -> Change | None:
    power, asked = one.candidate.power_mw, need.power_mw
    if power is None or asked is None:
        return None
    to = _outward(power, 3, ROUND_FLOOR)
    return Change("power_mw", "/power_mw/at_opening", asked.at_opening, to, asked.at_opening - to) if to > 0 else None


def _distance(need: Need, one: Judged, failed: Criterion) -> Change | None:
    """A longer way to the object that is too far, by kind or among what must be near."""
    kind, by_time = str(failed.detail.get("kind")), "minutes" in failed.detail
    known = failed.detail.get("minutes" if by_time else "km")
    asked = failed.detail.get("asked_minutes" if by_time else "asked_max")
    if not isinstance(known, int | float) or not isinstance(asked, int | float):
        return None
    to = _outward(float(known), 0 if by_time else 1, ROUND_CEILING)
    bound, path = "max_minutes" if by_time else "max_km", f"/max_km/{kind}"
    if failed.name == "near":
        asks = (n for n, part in enumerate(need.near or ()) if (part.kind, getattr(part, bound)) == (kind, asked))
        path = f"/near/{next(asks)}/{bound}"
    return Change(failed.name, path, asked, to, to - asked)


def _date(need: Need, one: Judged, failed: Criterion) -> Change | None:
    name = failed.name
    wanted: date | None = getattr(need, name)
    found = reached_on(name, need, one.readiness)
    if wanted is None or found is None or found > LAST_DAY:
        return None
    return Change(name, f"/{name}", wanted.isoformat(), found.isoformat(), float((found - wanted).days))


def _place(need: Need, one: Judged, failed: Criterion) -> Change | None:
    """A wider circle when the circle is what fails, else the part of the place that keeps the parcel out."""
    place = need.place
    if place is None:
        return None
    part = str(failed.detail["part"])
    if part == "near" and place.near is not None:
        km = distance_km(place.near, one.candidate)
        to = _outward(km or 0.0, 1, ROUND_CEILING)
        return Change("place", "/place/near/km", place.near.km, to, to - place.near.km)
    if part in {"polygon", "exclude"} and len(place.model_fields_set) > 1:
        return Change("place", f"/place/{part}", _written(place)[part], None)
    return Change("place", "/place", _written(place), None)


def _written(place: Any) -> Mapping[str, object]:
    document: dict[str, object] = place.model_dump(mode="json", exclude_unset=True)
    return document


def _tenure(need: Need, one: Judged, failed: Criterion) -> Change | None:
    return Change("tenure", "/tenure", need.tenure, "any")


def _brownfield(need: Need, one: Judged, failed: Criterion) -> Change | None:
    return Change("brownfield", "/brownfield", need.brownfield, "any")


def _origin(need: Need, one: Judged, failed: Criterion) -> Change | None:
    return Change("origin", "/include", list(need.include), ["prospect"])


PROPOSALS: dict[str, Propose] = {
    "origin": _origin,
    "tenure": _tenure,
    "place": _place,
    "brownfield": _brownfield,
    "land_m2": _land,
    "price_max_eur_m2": _price,
    "power_mw": _power,
    "max_km": _distance,
    "near": _distance,
    **dict.fromkeys(sorted(DATE_WISHES), _date),
}
"""How each criterion that a company can loosen is loosened for one parcel."""

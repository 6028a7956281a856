"""Which small change of the need lets parcels in, and how many.

Only changes a company can make to its need are proposed: dates, price, surface, power, distance, place, tenure,
brownfield, prospects. A plan that forbids industry or land already sold opens by no change of the need.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby
from typing import Any

from pydantic import ValidationError

from geo.match.criteria.dates import reached_on
from geo.match.criteria.order import RULES
from geo.match.criteria.place import distance_km
from geo.match.criterion import Criterion, Verdict
from geo.match.judged import Judged
from geo.match.need import DATE_WISHES, Need


@dataclass(frozen=True, slots=True)
class Change:
    """One value of the need replaced. `path` is the JSON Pointer of the value; `to` None leaves it out."""

    criterion: str
    path: str
    before: object
    to: object
    size: float = 0.0

    def apply(self, need: Need) -> Need:
        """The need with this change."""
        document: dict[str, Any] = need.model_dump(mode="json", by_alias=True, exclude_unset=True)
        *parents, last = self.path.removeprefix("/").split("/")
        holder = document
        for step in parents:
            holder = holder[step]
        if self.to is None:
            del holder[last]
        else:
            holder[last] = self.to
        return Need.model_validate(document)


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A change, how many parcels it opens (their fit not decided), and which of them ranks first."""

    change: Change
    opens: int
    first: int


Propose = Callable[[Need, Judged, Criterion], Change | None]


def relaxations(need: Need, judged: Sequence[Judged]) -> tuple[Relaxation, ...]:
    """The changes that each open parcels kept out by that one criterion alone, most parcels first.

    Parcels with another failing or unknown must are not counted; fits are not decided here.
    """
    alone = sorted(
        (one for one in judged if len(one.blocking) == 1 and not one.asking), key=lambda one: one.blocking[0]
    )
    found: list[Relaxation] = []
    for name, group in groupby(alone, key=lambda one: one.blocking[0]):
        propose = PROPOSALS.get(name)
        if propose is not None:
            found.extend(_of_one_criterion(need, propose, list(group)))
    return tuple(sorted(found, key=lambda one: (-one.opens, one.change.path, one.change.size)))


def _of_one_criterion(need: Need, propose: Propose, group: list[Judged]) -> list[Relaxation]:
    changes = [change for one in group if (change := propose(need, one, _failing(one))) is not None]
    found = []
    for _, same_path in groupby(sorted(changes, key=lambda c: (c.path, c.size)), key=lambda c: c.path):
        for change in _steps(list(same_path)):
            relaxation = _count(need, change, group)
            if relaxation is not None:
                found.append(relaxation)
    return found


def _failing(one: Judged) -> Criterion:
    return next(criterion for criterion in one.criteria if criterion.blocks)


def _steps(changes: list[Change]) -> list[Change]:
    """Of changes sorted by size: the smallest, the one that opens half of the parcels, the largest; no repeats."""
    picked = (changes[0], changes[(len(changes) - 1) // 2], changes[-1])
    return list({change.size: change for change in picked}.values())


def _count(need: Need, change: Change, group: list[Judged]) -> Relaxation | None:
    """The parcels of the group that the changed need lets in; None when it opens none."""
    try:
        changed = change.apply(need)
    except ValidationError:  # beyond what a need may ask, such as a date in the 23rd century
        return None
    # a criterion reads its own part of the need alone: the others stay as they were judged
    rule = RULES[change.criterion]
    opened = [
        one
        for one in group
        if not rule.asked(changed) or rule.evaluate(changed, one.candidate, one.readiness).verdict is Verdict.PASS
    ]
    if not opened:
        return None
    return Relaxation(change, len(opened), min(opened, key=lambda one: one.rank).candidate.id)


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
    asked = (need.max_km or {}).get("substation")
    known = one.candidate.substation_km
    if asked is None or known is None:
        return None
    to = _outward(known, 1, ROUND_CEILING)
    return Change("max_km", "/max_km/substation", asked, to, to - asked)


def _date(need: Need, one: Judged, failed: Criterion) -> Change | None:
    name = failed.name
    wanted: date | None = getattr(need, name)
    found = reached_on(name, need, one.readiness)
    if wanted is None or found is None:
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
    **dict.fromkeys(sorted(DATE_WISHES), _date),
}
"""How each criterion that a company can loosen is loosened for one parcel."""

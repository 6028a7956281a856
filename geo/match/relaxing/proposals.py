"""How a criterion that keeps a parcel out is loosened just enough for it, by the fact it failed on."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from geo.match.criteria.criterion import Criterion
from geo.match.criteria.dates import reached_on
from geo.match.criteria.place import distance_km
from geo.match.judged import Judged
from geo.match.need.need import DATE_WISHES, Need
from geo.match.need.quantities import LAST_DAY
from geo.match.parcel.candidate import Candidate
from geo.match.relaxing.building import building_changes
from geo.match.relaxing.change import Change, floored, raised
from geo.match.relaxing.ruled import less_footprint, lower, rule_changes

Propose = Callable[[Need, Judged, Criterion], Change | None]


def proposed(need: Need, one: Judged) -> tuple[Change, ...]:
    """The changes that loosen what keeps one parcel out: one criterion, or several dates together; or its fit.

    Empty where more than that keeps it out, or where no change of a need could let it in.
    """
    failing = [criterion for criterion in one.criteria if criterion.blocks]
    if not failing:
        return fit_changes(need, one.candidate)
    if len(failing) > 1 and not DATE_WISHES.issuperset(one.blocking):
        return ()
    changes = [change for criterion in failing if (change := loosened(need, one, criterion)) is not None]
    if len(changes) < len(failing):
        return ()
    first, *others = changes
    if not others:
        return (first,)
    return (replace(first, size=max(change.size for change in changes), also=tuple(others)),)


def fit_changes(need: Need, candidate: Candidate) -> tuple[Change, ...]:
    """The buildings that would lie on the parcel, or keep to the plan's rules, instead of those asked."""
    return (*building_changes(need, candidate), *rule_changes(need, candidate))


def loosened(need: Need, one: Judged, failed: Criterion) -> Change | None:
    """The need loosened for one criterion that a parcel fails; None where no change of the need would do."""
    return PROPOSALS[failed.name](need, one, failed) if failed.name in PROPOSALS else None


def _land(need: Need, one: Judged, failed: Criterion) -> Change | None:
    surface, asked = one.candidate.surface_m2, need.land_m2
    if surface is None or asked is None:
        return None
    if asked.min is not None and surface < asked.min:
        to = floored(surface, 0)
        return Change("land_m2", "/land_m2/min", asked.min, to, asked.min - to) if to > 0 else None
    if asked.max is not None and surface > asked.max:
        to = raised(surface, 0)
        return Change("land_m2", "/land_m2/max", asked.max, to, to - asked.max)
    return None


def _footprint(need: Need, one: Judged, failed: Criterion) -> Change | None:
    """A smaller built surface, where the buildable surface is what lacks, or the CES refuses it."""
    return less_footprint(need, one.candidate)


def _height(need: Need, one: Judged, failed: Criterion) -> Change | None:
    """As high as the plan admits."""
    return lower(need, one.candidate.limits)


def _price(need: Need, one: Judged, failed: Criterion) -> Change | None:
    price, asked = one.candidate.price_eur_m2, need.price_max_eur_m2
    if price is None or asked is None:
        return None
    to = raised(price, 2)
    return Change("price_max_eur_m2", "/price_max_eur_m2", asked, to, to - asked)


def _power(need: Need, one: Judged, failed: Criterion) -> Change | None:
    power, asked = one.candidate.power_mw, need.power_mw
    if power is None or asked is None:
        return None
    to = floored(power, 3)
    return Change("power_mw", "/power_mw/at_opening", asked.at_opening, to, asked.at_opening - to) if to > 0 else None


def _labour(need: Need, one: Judged, failed: Criterion) -> Change | None:
    """Fewer jobs: as many as people live there is the least that does not fail."""
    if need.labour is None or not isinstance(failed.fact, int) or failed.fact < 1:
        return None
    return Change("labour", "/labour/jobs", need.labour.jobs, failed.fact, float(need.labour.jobs - failed.fact))


def _distance(need: Need, one: Judged, failed: Criterion) -> Change | None:
    """A longer way to the object that is too far, by kind or among what must be near."""
    kind, by_time = str(failed.detail.get("kind")), "minutes" in failed.detail
    known = failed.detail.get("minutes" if by_time else "km")
    asked = failed.detail.get("asked_minutes" if by_time else "asked_max")
    if not isinstance(known, int | float) or not isinstance(asked, int | float):
        return None
    to = raised(float(known), 0 if by_time else 1)
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
    """A wider circle or a longer way when that is what fails, else the part of the place that keeps the parcel out."""
    place = need.place
    if place is None:
        return None
    part = str(failed.detail["part"])
    if part == "near" and place.near is not None:
        return _wider("/place/near/km", place.near.km, _km(place.near, one.candidate), 1)
    if part == "minutes_from" and place.minutes_from is not None:
        minutes = failed.detail.get("minutes")
        known = float(minutes) if isinstance(minutes, int | float) else None
        return _wider("/place/minutes_from/minutes", place.minutes_from.minutes, known, 0)
    if part != "areas" and len(place.model_fields_set) > 1:
        return Change("place", f"/place/{part}", _written(place)[part], None)
    return Change("place", "/place", _written(place), None)


def _wider(path: str, asked: float, known: float | None, digits: int) -> Change | None:
    if known is None:
        return None
    to = raised(known, digits)
    return Change("place", path, asked, to, to - asked)


def _km(near: Any, candidate: Candidate) -> float | None:
    found: float | None = distance_km(near, candidate)
    return found


def _written(place: Any) -> Mapping[str, object]:
    document: dict[str, object] = place.model_dump(mode="json", exclude_unset=True)
    return document


def _tenure(need: Need, one: Judged, failed: Criterion) -> Change | None:
    return Change("tenure", "/tenure", need.tenure, "any")


def _brownfield(need: Need, one: Judged, failed: Criterion) -> Change | None:
    return Change("brownfield", "/brownfield", need.brownfield, "any")


def _origin(need: Need, one: Judged, failed: Criterion) -> Change | None:
    return Change("origin", "/include", list(need.include), ["prospect"])


def _left_out(need: Need, one: Judged, failed: Criterion) -> Change | None:
    """A criterion without a scale is asked no more."""
    return Change(failed.name, f"/{failed.name}", getattr(need, failed.name), None)


PROPOSALS: dict[str, Propose] = {
    "origin": _origin,
    "tenure": _tenure,
    "place": _place,
    "brownfield": _brownfield,
    "land_m2": _land,
    "footprint_m2": _footprint,
    "height_m": _height,
    "price_max_eur_m2": _price,
    "power_mw": _power,
    "labour": _labour,
    "max_km": _distance,
    "near": _distance,
    **dict.fromkeys(("no_enaf", "fibre", "aid_zone", "rail_siding"), _left_out),
    **dict.fromkeys(sorted(DATE_WISHES), _date),
}
"""How each criterion that a company can loosen is loosened for one parcel.

Not `use`: land with conditions passes already, and a plan that forbids opens by no change of a need. Nor `market`: land
under option passes already, as second rank.
"""

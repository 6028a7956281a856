"""Which questions, once answered, would remove most of the land that a vague need leaves.

Each field the need does not give has replies that a company may make, with the share of companies expected to make
each. A reply removes the candidates that would then fail; the question is worth the sum of share x removed. Land whose
fact is not known is never removed, so a question nobody's facts can answer is worth nothing.

Shares: land, power and building are those of the presets by sector, each as likely (geo/match/need/presets.toml); a
department is asked for as often as the land lies there; dates, price, tenure, brownfields and distances are estimates.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from geo.land.departments import department_of
from geo.match.criteria.criterion import Verdict
from geo.match.criteria.order import RULES
from geo.match.fit.fit import cannot_hold
from geo.match.judged import Judged
from geo.match.need.need import Need
from geo.match.need.presets import presets
from geo.readiness.dates import add_months

THREE = 3
MOST_LOOKED_AT = 2_000
"""Candidates that replies are tried on, evenly spread over all: the share removed is then right to some 2 %."""
TENURES = {"buy": 0.7, "lease": 0.2}
"""[estimate] One in ten does not mind."""
BROWNFIELDS = {"only": 0.15}
"""[estimate] The others do not mind."""
MONTHS_AHEAD = {6: 0.2, 12: 0.3, 24: 0.3, 36: 0.2}
"""[estimate] When works must start."""
PRICES = {30: 0.25, 60: 0.25, 100: 0.25, 150: 0.25}
"""[estimate] EUR a m2 at most."""
TIMES_LEAST = {1.5: 0.3, 2.5: 0.3}
"""[estimate] The most land, as times the least asked; the others have no upper limit."""


DISTANCES: Mapping[str, Mapping[float, float]] = {
    "motorway_junction": {5: 0.2, 10: 0.3, 20: 0.2},
    "airport": {30: 0.1, 60: 0.15},
    "station": {5: 0.1, 15: 0.1},
    "freight_station": {10: 0.05, 30: 0.05},
    "siding": {1: 0.05, 5: 0.05},
    "port": {20: 0.05, 50: 0.05},
    "quay": {5: 0.05, 20: 0.05},
    "substation": {3: 0.1, 10: 0.1},
}
"""[estimate] Kilometres at most to the nearest object of a kind; the others do not mind."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a company may say, how often, and how many candidates that removes."""

    value: object
    share: float
    removes: float


@dataclass(frozen=True, slots=True)
class Question:
    """A field the need does not give. ``removes``: candidates expected to be removed by its answer, of ``of``."""

    field: str
    removes: float
    of: int
    replies: tuple[Reply, ...]


def asking_near(need: Need) -> Need:
    """The need, of which the land is read with what lies around of all that a question may be about."""
    return need.model_copy(update={"max_km": {**dict.fromkeys(DISTANCES, 1.0), **(need.max_km or {})}})


def spread(ids: Sequence[int]) -> Sequence[int]:
    """Of the candidates a need leaves, those that replies are tried on."""
    return ids[:: max(1, -(-len(ids) // MOST_LOOKED_AT))]


def questions(need: Need, looked_at: Sequence[Judged], of: int, as_of: date) -> tuple[Question, ...]:
    """The three questions worth most for the candidates that a need leaves, the best first; all remove some.

    ``looked_at`` are evenly spread over all ``of`` of them (:func:`spread`).
    """
    asked = (_question(need, field, replies, looked_at, of) for field, replies in _open(need, looked_at, as_of))
    found = [one for one in asked if round(one.removes) > 0]
    return tuple(sorted(found, key=lambda one: (-one.removes, one.field))[:THREE])


Replies = Mapping[Any, float]


def _open(need: Need, left: Sequence[Judged], as_of: date) -> Iterator[tuple[str, Replies]]:
    """The fields that are not given, and what companies may say of each."""
    if need.place is None:
        yield "place", _departments(left)
    if need.tenure is None:
        yield "tenure", TENURES
    if need.brownfield is None:
        yield "brownfield", BROWNFIELDS
    if need.start_by is None:
        days = {add_months(as_of, months).isoformat(): share for months, share in MONTHS_AHEAD.items()}
        yield "start_by", days
    if need.price_max_eur_m2 is None:
        yield "price_max_eur_m2", PRICES
    near = {*(need.max_km or {}), *(one.kind for one in need.near or ())}
    yield from ((f"max_km.{kind}", replies) for kind, replies in DISTANCES.items() if kind not in near)
    yield from _sizes(need)


def _sizes(need: Need) -> Iterator[tuple[str, Replies]]:
    """How much land, power and room: as plants of the sectors that are known."""
    known = [preset.figures for preset in presets().values()]
    if need.power_mw is None:
        yield "power_mw", _even([one["power_mw"][0] for one in known])
    if need.buildings is None:
        yield "buildings", _even([tuple(one["building_m"]) for one in known])
    least = None if need.land_m2 is None else need.land_m2.min
    if least is None:
        yield "land_m2.min", _even([one["plot_ha"][0] * 10_000 for one in known])
    elif need.land_m2 is not None and need.land_m2.max is None:
        yield "land_m2.max", {round(times * least): share for times, share in TIMES_LEAST.items()}


def _even(values: Sequence[Any]) -> Replies:
    """Each as likely as it is often."""
    return {value: count / len(values) for value, count in sorted(Counter(values).items())}


def _departments(left: Sequence[Judged]) -> Replies:
    known = [one.candidate.commune_insee for one in left if one.candidate.commune_insee is not None]
    return _even([department_of(insee) for insee in known])


def _question(need: Need, field: str, replies: Replies, left: Sequence[Judged], of: int) -> Question:
    scale = of / len(left) if left else 0.0
    made = tuple(
        Reply(_told(value), share, _removed(need, field, value, left) * scale) for value, share in replies.items()
    )
    return Question(field, sum(one.share * one.removes for one in made), of, made)


def _told(value: object) -> object:
    """The value as a need says it."""
    return {"length_m": value[0], "width_m": value[1]} if isinstance(value, tuple) else value


def _removed(need: Need, field: str, value: Any, left: Sequence[Judged]) -> int:
    """The candidates that the need fails once it says so."""
    name, *_ = field.split(".")
    try:
        asked = Need.model_validate(_document(need) | {name: _member(need, field, value)})
    except ValidationError:  # what the need says already leaves no room for it
        return 0
    if name == "buildings":
        return sum(cannot_hold(asked, one.candidate) for one in left)
    rule = RULES[name]
    verdicts = (rule.evaluate(asked, one.candidate, one.readiness).verdict for one in left)
    return sum(verdict is Verdict.FAIL for verdict in verdicts)


def _document(need: Need) -> dict[str, Any]:
    return need.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _member(need: Need, field: str, value: Any) -> Any:
    """The value as the field of a need has it."""
    if field == "place":
        return {"departments": [value]}
    if field == "buildings":
        return [_told(value)]
    if field.startswith("max_km."):
        return {field.removeprefix("max_km."): value}
    if field.startswith("land_m2."):
        land = {} if need.land_m2 is None else need.land_m2.model_dump(exclude_none=True)
        return land | {field.removeprefix("land_m2."): value}
    return value


def question_document(question: Question) -> dict[str, object]:
    """A question as the interface publishes it."""
    return {
        "field": question.field,
        "removes": round(question.removes, 1),
        "of": question.of,
        "replies": [
            {"value": reply.value, "share": round(reply.share, 4), "removes": round(reply.removes)}
            for reply in question.replies
        ],
    }

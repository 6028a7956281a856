"""The catalogue of steps: what each procedure takes, costs, waits for and gates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

MILESTONES = ("start", "start_cleared", "power", "production")
MOST_STEPS = 63
"""Critical chains are told apart by one bit a step in a 64-bit word."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one step: a code with parameters (``months_rise``...) and the line its ``[[step]]`` is on.

    ``step`` is its code, its place in the file when it has none, empty for the file as a whole.
    """

    step: str
    code: str
    params: Mapping[str, object]
    line: int | None


class BadCatalogueError(ValueError):
    """The catalogue cannot be used; ``complaints`` says of each step what is wrong."""

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        told = (f"{one.step or 'catalogue'}: {one.code} {dict(one.params)}" for one in complaints)
        super().__init__("; ".join(told))
        self.complaints = tuple(complaints)


@dataclass(frozen=True, slots=True)
class Terms:
    """Months (min, typical, max) for procedures begun between two days (included; None = unbounded)."""

    months: tuple[float, float, float]
    begun_from: date | None
    begun_until: date | None
    source: str
    confidence: str

    def applies(self, began: date) -> bool:
        """Whether a procedure begun that day falls under these terms."""
        from_here = self.begun_from is None or self.begun_from <= began
        return from_here and (self.begun_until is None or began <= self.begun_until)


@dataclass(frozen=True, slots=True)
class Size:
    """What a step takes for a project of ``floor_m2`` (m2 of floor) or more, up to the next size."""

    floor_m2: float
    terms: Terms


@dataclass(frozen=True, slots=True)
class Cost:
    """Euros (``eur``), a square metre of land (``eur_m2``) or of building (``eur_m2_built``), and who pays."""

    minimum: float | None
    typical: float | None
    maximum: float | None
    unit: str
    payer: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Step:
    """One procedure. ``terms`` is empty for a flag without duration; the other fields are those of the file's head.

    A step with ``sizes`` has terms of its own for each; its ``terms`` hold where the floor area is not known.
    """

    code: str
    label: Mapping[str, str]
    side: str
    terms: tuple[Terms, ...]
    needs: tuple[str, ...]
    gates: tuple[str, ...]
    after_start: bool
    early: bool
    trigger: str
    outcome_of: str | None
    probability: float | None
    expires: int | None
    attest: int
    per_unit: float
    sizes: tuple[Size, ...]
    cost: Cost | None
    source: str
    confidence: str

    def terms_of(self, began: date, units: int = 1) -> Terms:
        """The terms for a procedure begun that day, of a project of the size ``units`` (:meth:`size_of`).

        Raises KeyError for a flag without duration.
        """
        if self.sizes and units > 1:
            return self.sizes[min(units - 1, len(self.sizes)) - 1].terms
        for terms in self.terms:
            if terms.applies(began):
                return terms
        raise KeyError(f"{self.code} has no duration")

    def size_of(self, floor_m2: float | None) -> int:
        """The number, from 2, of the size of a project of ``floor_m2``; 1 where it is unknown or changes nothing."""
        if not self.sizes or floor_m2 is None:
            return 1
        return 1 + max(1, sum(size.floor_m2 <= floor_m2 for size in self.sizes))

    @property
    def counts_units(self) -> bool:
        """Whether its duration depends on the units of a status."""
        return bool(self.per_unit or self.sizes)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Steps by code, in an order where each comes after what it needs; ``version`` changes with any figure.

    ``written`` is the file it was read from.
    """

    steps: Mapping[str, Step]
    gates: Mapping[str, tuple[str, ...]]
    version: str
    written: str = field(default="", repr=False)

    def side(self, side: str) -> tuple[Step, ...]:
        """The owner-side or project-side steps."""
        return tuple(step for step in self.steps.values() if step.side == side)

    def gating(self, milestone: str) -> tuple[str, ...]:
        """Codes of the steps a milestone waits for; start_cleared has those of start, production those of power."""
        return self.gates[milestone]


def gates_of(steps: Mapping[str, Step]) -> Mapping[str, tuple[str, ...]]:
    """For each milestone, the codes of the steps it waits for."""
    also = {"start_cleared": "start", "production": "power"}
    return MappingProxyType(
        {
            name: tuple(code for code, step in steps.items() if {name, also.get(name)} & set(step.gates))
            for name in MILESTONES
        }
    )


def ordered(steps: Mapping[str, Step]) -> Mapping[str, Step]:
    """``steps`` with each after what it needs, otherwise as given. Raises BadCatalogueError naming a cycle's path."""
    done: dict[str, Step] = {}
    for code in steps:
        _visit(code, steps, done, ())
    return MappingProxyType(done)


def _visit(code: str, steps: Mapping[str, Step], done: dict[str, Step], path: tuple[str, ...]) -> None:
    if code in done:
        return
    if code in path:
        cycle = " -> ".join((*path[path.index(code) :], code))
        raise BadCatalogueError([Complaint(code, "cycle", {"path": cycle}, None)])
    step = steps[code]
    for before in (*step.needs, *((step.outcome_of,) if step.outcome_of else ())):
        _visit(before, steps, done, (*path, code))
    if step.after_start:
        for before in steps.values():
            if "start" in before.gates:
                _visit(before.code, steps, done, (*path, code))
    done[code] = step

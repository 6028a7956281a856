"""Parcels by the day they can be used: up to a day, of a class of the portals, in the order of the days."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from geo.store.cql2.compiler import Clause
from geo.store.cql2.terms import Kind
from geo.store.dated import Dated
from geo.store.items.question import Order

READY_ON = "ready_on"
"""The property that says the day asked about."""


@dataclass(frozen=True, slots=True)
class ByDate:
    """What is asked of dates: which one (``dated``), no later than when, of which classes of the portals."""

    dated: Dated = field(default_factory=Dated)
    ready_by: date | None = None
    classes: Sequence[str] = ()

    def source(self) -> Clause:
        """The view of parcels with the dates beside it."""
        return Clause(self.dated.source(), self.dated.values())

    def conditions(self) -> tuple[Clause, ...]:
        """Rows that are ready by then, and of these classes."""
        clauses = []
        if self.ready_by is not None:
            clauses.append(Clause(f"{self.dated.day()} <= :ready_by", {"ready_by": self.ready_by}))
        if self.classes:
            classes = {"classes": list(self.classes)}
            clauses.append(Clause("ready_class = any(:classes)", classes))
        return tuple(clauses)

    def added(self) -> tuple[tuple[str, str], ...]:
        """The day asked about, as a property."""
        return ((READY_ON, self.dated.day()),)

    def order(self, dated: Dated | None = None, *, descending: bool = False) -> Order:
        """The order of the days asked about, or of others; those without one last."""
        by = dated or self.dated
        return Order(by.day(), Kind.DAY, descending, total=self.ready_by is not None and by == self.dated)

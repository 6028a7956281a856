"""A column of an audience's view: what a property is made of, and who has it."""

from collections.abc import Iterable
from dataclasses import dataclass

from geo.store.database import AUDIENCES, Role

ALL = frozenset(AUDIENCES)
SIGNED_IN = ALL - {Role.PUBLIC}
PLANNERS = frozenset({Role.PLANNER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a view: its name, JSON type, SQL over the view's tables, and who has it."""

    name: str
    type: str
    sql: str
    audiences: frozenset[Role] = ALL
    property: bool = True

    def json(self, source: str | None = None) -> str:
        """SQL of the value as JSON shows it, from ``source`` or the view's own tables.

        A number keeps its decimals even when they are zero: GDAL takes a column for whole numbers when its first
        page shows only such, and cuts the rest off.
        """
        value = source or self.sql
        return f"round(({value})::numeric, 2)" if self.type == "number" else value


def columns(view: Iterable[Column], role: Role) -> list[Column]:
    """The columns of ``view`` that ``role`` has, in order."""
    return [column for column in view if role in column.audiences]

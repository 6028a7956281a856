"""One change of a need: which value, from what to what, and the need as it then reads."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from geo.match.need.need import DATE_WISHES, Need

YEAR_DAYS = 365.0
STILL = frozenset({"price_max_eur_m2", "place", "tenure", "brownfield", "include", "max_km", "near", "setback_m"})
"""Fields of a need whose value chooses no procedure of the project, so moves no date."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value of the need replaced. `path` is the JSON Pointer of the value; `to` None leaves it out.

    `size` is how far it goes, in the unit of the value; `also`: what has to change together with it for any land to
    come in.
    """

    criterion: str
    path: str
    before: object
    to: object
    size: float = 0.0
    also: tuple["Change", ...] = ()

    @property
    def each(self) -> tuple["Change", ...]:
        """The change itself and what goes with it."""
        return (self, *self.also)

    @property
    def paths(self) -> tuple[str, ...]:
        """Everything it changes."""
        return tuple(change.path for change in self.each)

    @property
    def criteria(self) -> frozenset[str]:
        """The criteria it loosens."""
        return frozenset(change.criterion for change in self.each)

    @property
    def effort(self) -> float:
        """How much is given up, to compare changes of different kinds: the share of the value asked, or of a year.

        Leaving a criterion out altogether counts 1 [estimate].
        """
        return max(change._own_effort() for change in self.each)

    def _own_effort(self) -> float:
        if self.criterion in DATE_WISHES:
            return self.size / YEAR_DAYS
        if isinstance(self.before, int | float) and not isinstance(self.before, bool) and self.to is not None:
            return self.size / self.before if self.before else 1.0
        return self.size if self.criterion == "fit" else 1.0

    @property
    def moves_dates(self) -> bool:
        """Whether it may change the procedures of the project, hence its dates."""
        return any(path.split("/")[1] not in STILL | DATE_WISHES for path in self.paths)

    def apply(self, need: Need) -> Need:
        """The need with this change. Raises ValidationError for a value beyond what a need may ask."""
        document: dict[str, Any] = need.model_dump(mode="json", by_alias=True, exclude_unset=True)
        for change in self.each:
            *parents, last = change.path.removeprefix("/").split("/")
            holder: Any = document
            for step in parents:
                holder = holder[int(step) if isinstance(holder, list) else step]
            if change.to is None:
                del holder[last]
            else:
                holder[int(last) if isinstance(holder, list) else last] = change.to
        return Need.model_validate(document)


def floored(value: float, digits: int) -> float:
    """The value rounded down to so many digits."""
    return _rounded(value, digits, ROUND_FLOOR)


def raised(value: float, digits: int) -> float:
    """The value rounded up to so many digits."""
    return _rounded(value, digits, ROUND_CEILING)


def _rounded(value: float, digits: int, rounding: str) -> float:
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), rounding))

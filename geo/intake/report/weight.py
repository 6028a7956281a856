"""Which repairs change nothing but the spelling, and which a person should look at: the weightiest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.intake.problems import Repair
from geo.intake.report.told import Told

ROUTINE = frozenset(
    {
        *("cadastre.commune_added", "cadastre.id_respelt", "geometry.collection_opened"),
        *("text.control_characters", "text.mojibake", "text.windows_1252"),
        *("value.date_spelling", "value.decimal_comma", "value.id_respelt", "value.leading_zero"),
        *("value.own_unit", "value.respelt", "value.synonym", "value.year_of_date"),
    }
)
"""Codes of repairs after which a value means what it meant."""
WIDE_GAP_M = 0.5
"""A ring left open by more than this may lack a corner: its repair is no routine."""
_LOST = frozenset({"owner.natural_person", "person.withheld", "row.halves_joined", "geometry.point_taken"})


@dataclass(frozen=True, slots=True)
class Routine:
    """Repairs of one code that are all routine: how many there were, their fields, the first of them."""

    code: str
    count: int
    fields: tuple[str, ...]
    first: Told


def routine(told: Sequence[Told], counts: Mapping[str, int]) -> list[Routine]:
    """The routine repairs, one entry a code, the most frequent first; ``counts`` are of all that were made.

    ``told`` are the first repairs of each code, ``counts`` how many there were.
    """
    by_code: dict[str, list[Told]] = {}
    for one in told:
        if not is_real(one.message):
            by_code.setdefault(one.message.code, []).append(one)
    real = [one.message.code for one in told if is_real(one.message)]
    found = [
        Routine(code, counts[code] - real.count(code), tuple(dict.fromkeys(one.message.field for one in same)), same[0])
        for code, same in by_code.items()
    ]
    return sorted(found, key=lambda one: -one.count)


def real(told: Sequence[Told]) -> list[Told]:
    """The repairs a person should look at, the weightiest first: land first, by the share of its area that changed."""
    return sorted((one for one in told if is_real(one.message)), key=lambda one: _order(one.message))


def is_real(message: object) -> bool:
    """Whether a repair may have changed what the source meant."""
    if not isinstance(message, Repair) or message.code in ROUTINE:
        return False
    if message.code == "geometry.ring_closed":
        gap = message.before.get("gap_m") if isinstance(message.before, dict) else None
        return gap is None or gap > WIDE_GAP_M
    return True


def share_changed(repair: Repair) -> float:
    """The share of its area that a mended outline gained or lost; 0 where no areas are told."""
    before, after = (one.get("area_m2") if isinstance(one, dict) else None for one in (repair.before, repair.after))
    if not before or after is None:
        return 0.0
    return abs(float(after) - float(before)) / float(before)


def _order(message: object) -> tuple[int, float, int]:
    assert isinstance(message, Repair)  # noqa: S101 - asked for by real()
    land = message.code.startswith("geometry.")
    return (0 if land else 1 if message.code in _LOST else 2, -share_changed(message), message.row)

"""Values of the lists that a comma split over two fields, as in the published example of SITE-ECO.

``site_vocadomi = entrepôts``, ``site_etat = logistique``: the one value *entrepôts, logistique* was cut in two and the
second half took the place of the next field's value. It is mended when it is certain: neither half is in the list of
the field it stands in, and both together are a value of the first field's list. The second field's own value is lost:
unknown. When the value after it is one of the *second* field's list, the whole row stands one column to the right:
no field after it can be trusted, and the row is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from geo.intake.layers import cnig
from geo.intake.layers.cnig_fields import SITE, TERRAIN, Kind, Official
from geo.intake.layers.columns import Table
from geo.land.text import fold

Rows = Sequence[dict[str, object]]


@dataclass(slots=True)
class Mended:
    """What was found: ``repairs`` are (place, field, before, after), ``shifted`` (place, field, value)."""

    repairs: list[tuple[int, str, object, object]] = field(default_factory=list)
    shifted: list[tuple[int, str, object]] = field(default_factory=list)

    def tell(self, table: Table) -> None:
        """Put what was found into the report of a batch."""
        for place, name, before, after in self.repairs:
            table.repair(place, name, before, after, "row.halves_joined")
        for place, name, value in self.shifted:
            table.refuse(place, name, value, "row.shifted", name=name, text=value)


def mend(layer: str, present: dict[str, str], rows: Rows) -> Mended:
    """Join the halves in ``rows``, in place."""
    found = Mended()
    fields = {"sites": SITE, "parcels": TERRAIN}.get(layer, ())
    for first, second, third in zip(fields, fields[1:], (*fields[2:], None), strict=False):
        if first.kind is second.kind is Kind.LISTED and first.name in present and second.name in present:
            _mend_pair(found, rows, present, (first, second, third))
    return found


def _mend_pair(
    found: Mended, rows: Rows, present: dict[str, str], of: tuple[Official, Official, Official | None]
) -> None:
    first, second, third = of
    one, other = present[first.name], present[second.name]
    after = present.get(third.name) if third is not None else None
    whole = {fold(value): value for value in first.values if "," in value}
    for place, row in enumerate(rows):
        halves = row.get(one), row.get(other)
        if not (isinstance(halves[0], str) and isinstance(halves[1], str)):
            continue
        value = whole.get(fold(f"{halves[0]} {halves[1]}"))
        if value is None or _listed(halves[0], first) or _listed(halves[1], second):
            continue
        if after is not None and _belongs_left(row.get(after), second, third):
            found.shifted.append((place, second.name, halves[1]))
            continue
        row[one], row[other] = value, None
        found.repairs.append((place, first.name, f"{halves[0]} | {halves[1]}", value))


def _listed(value: str, official: Official) -> bool:
    said = fold(value)
    return any(fold(known) == said for known in official.values)


def _belongs_left(value: object, left: Official, own: Official | None) -> bool:
    """Whether a value is of the list of the field to its left and cannot be its own field's."""
    if not isinstance(value, str) or fold(value) in cnig.UNSAID or not _listed(value, left):
        return False
    return own is None or own.kind is not Kind.LISTED or not _listed(value, own)

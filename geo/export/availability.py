"""The computed availability of parcels beside the declared one: a table of its own, for official files have no room.

A declared value leaves in the official file as it was declared; this one stands beside it, row by row, joined by the
identifier of the official row, or by that of its source (``Id_site_eco`` of the national portal) where the row stays
out. Classes are in the codes of that portal (Foncier+), its spelling.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from geo.export.cnig import Made
from geo.readiness.vocabularies import CLASSES, FONCIER_PLUS, Declared, compared, day_of

IDENTIFIERS: Mapping[str, str] = {"terrain-eco": "terr_id", "friches": "site_id"}
"""Official classes whose rows are parcels, and the field that identifies a row."""
FIELDS = (
    "identifiant",
    "identifiant_source",
    "cle_en_main_declare",
    "date_declaree",
    "disponibilite_declaree",
    "disponibilite_calculee",
    "ecart",
    "date_probable",
    "date_prudente",
    "calcule_le",
    "catalogue",
)
VERDICTS: Mapping[str, str] = {
    "agrees": "concorde",
    "too_early": "declare_trop_tot",
    "too_late": "declare_trop_tard",
    "open": "non_calculable",
}
Record = Mapping[str, object]


class Beside:
    """Official rows on their way out, and what is computed of each, whether it may leave or not."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[list[object]] = []
        self._record: Record = {}

    def through(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records, each remembered until its row is made."""
        for record in records:
            self._record = record
            yield record

    def noted(self, made: Iterable[Made]) -> Iterator[Made]:
        """The rows made of them, one each and in their order."""
        for one in made:
            if self.name in IDENTIFIERS:
                identifier = None if one.row is None else one.row[IDENTIFIERS[self.name]]
                self.rows.append(availability(identifier, self._record))
            yield one


def availability(identifier: object, record: Record) -> list[object]:
    """The values of FIELDS for a parcel; None for what is not declared, or not known."""
    today, turnkey = record["today"], record["cle_en_main"]
    assert isinstance(today, date)  # noqa: S101 - of the statement itself
    day = day_of(None if record["date_dispo"] is None else str(record["date_dispo"]))
    declared = Declared(day, None if turnkey is None else bool(turnkey)).ready_class(today)
    computed = str(record["ready_class"] or "unknown")
    found = compared(declared, computed)
    return [
        identifier,
        record["key"],
        None if turnkey is None else "oui" if turnkey else "non",
        day,
        None if declared is None else FONCIER_PLUS[declared],
        FONCIER_PLUS[computed] if computed in CLASSES else None,
        None if found is None else VERDICTS[found["verdict"]],
        record["ready_p50"],
        record["ready_p80"],
        today,
        record["ready_catalogue"],
    ]

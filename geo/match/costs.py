"""What is known of the costs of a site: the land at the price asked, the steps that remain, and what is missing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from geo.match.assembly.merged import price_of
from geo.match.parcel.candidate import Candidate
from geo.readiness.catalogue import Step
from geo.readiness.catalogue_file import in_use
from geo.readiness.whatif import expense_of

OVER = frozenset({"done", "not_needed"})
Document = dict[str, Any]


def costs(parts: Sequence[Candidate], readiness: Mapping[str, Any] | None) -> Document:
    """The costs of parcels taken together, euros before tax.

    ``land_eur``: the price asked for all of it, None when one is not known. ``steps``: those that remain and whose cost
    the catalogue estimates. ``missing``: what no figure is known of: ``land``, and steps by their codes.
    """
    prices = [price_of(part) for part in parts]
    known = [price for price in prices if price is not None]
    land = round(sum(known), 2) if len(known) == len(parts) else None
    remaining = [] if readiness is None else [row for row in readiness.get("steps", ()) if row["state"] not in OVER]
    steps = [(row, in_use().steps[row["code"]]) for row in remaining if row["code"] in in_use().steps]
    surfaces = [part.surface_m2 for part in parts]
    surface = None if None in surfaces else sum(one or 0.0 for one in surfaces)
    return {
        "land_eur": land,
        "steps": list(_steps(steps, surface, len(parts))),
        "missing": [*(["land"] if land is None else []), *(row["code"] for row, step in steps if step.cost is None)],
    }


def _steps(steps: Iterable[tuple[Mapping[str, Any], Step]], surface: float | None, parcels: int) -> Iterable[Document]:
    for row, step in steps:
        found = expense_of(step, row["state"], surface, parcels)
        if found is not None:
            yield {
                "code": step.code,
                "low_eur": found.low,
                "typical_eur": found.typical,
                "high_eur": found.high,
                "payer": found.payer,
                "source": found.source,
                "confidence": found.confidence,
            }


def critical_step(readiness: Mapping[str, Any] | None) -> str | None:
    """The step that decides most often when works start: the one to begin with; None where none remains."""
    steps = () if readiness is None else readiness.get("steps", ())
    on_path = {code: place for place, code in enumerate((readiness or {}).get("critical_path", ()))}
    remaining = [row for row in steps if row["state"] not in OVER and row["code"] in on_path]
    if not remaining:
        return None
    most = max(row["criticality"] for row in remaining)
    alike = [row for row in remaining if row["criticality"] == most]
    first = alike[0] if len(alike) == 1 else max(alike, key=lambda row: (_length(row), -on_path[row["code"]]))
    return str(first["code"])


def _length(row: Mapping[str, Any]) -> int:
    from_, to = row.get("p50_start"), row.get("p50_end")
    if from_ is None or to is None:
        return 0
    return int(date.fromisoformat(to).toordinal() - date.fromisoformat(from_).toordinal())

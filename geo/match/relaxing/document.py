"""What would let land in, as the interface publishes it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from geo.match.criteria.use import is_brownfield
from geo.match.parcel.candidate import Candidate
from geo.match.relaxing.change import Change
from geo.match.relaxing.near import NearMiss
from geo.match.relaxing.relax import Relaxation

DEPOLLUTION = "DEPOL_"
"""How the codes of the steps that clean a ground begin (geo/readiness/catalogue.toml)."""
OVER = frozenset({"done", "not_needed"})
Parcel = Callable[[Candidate], dict[str, object]]


def relaxation_document(relaxation: Relaxation) -> dict[str, object]:
    """A change of the need, and by how many the proved, the undecided and those to check would be more."""
    return {
        "change": change_document(relaxation.change),
        "opens": relaxation.opens,
        "open": relaxation.open,
        "to_check": relaxation.to_check,
        "exact": relaxation.is_exact,
        "first": relaxation.first,
    }


def near_miss_document(near: NearMiss, parcel: Parcel, sites: Iterable[Sequence[int]]) -> dict[str, object]:
    """A parcel that one change lets in, and the sites of the answer (ids of their parcels) that it is a part of."""
    candidate = near.one.candidate
    return {
        "parcel_ids": [candidate.id],
        "parcel": parcel(candidate),
        "blocking": list(near.one.blocking) or ["fit"],
        "changes": [{**change_document(change), "then": standing.value} for change, standing in near.changes],
        "depollution": _depollution(near),
        "assemblies": [list(ids) for ids in sites if candidate.id in ids],
    }


def _depollution(near: NearMiss) -> dict[str, object] | None:
    """Of a brownfield to be cleaned: the steps left, when the last is probably over, and when works may start."""
    candidate, readiness = near.one.candidate, near.one.readiness
    if readiness is None or not is_brownfield(candidate):
        return None
    found: dict[str, Any] = readiness.document(candidate)
    left = [one for one in found.get("steps", ()) if one["code"].startswith(DEPOLLUTION) and one["state"] not in OVER]
    if not left:
        return None
    ends = [one["p50_end"] for one in left]
    over = None if None in ends else max(ends)
    start = found.get("start") or {}
    return {
        "steps": [{"code": one["code"], "label": one["label"], "label_en": one["label_en"]} for one in left],
        "over_p50": over,
        "start": {name: start.get(name) for name in ("p50", "p80")},
    }


def change_document(change: Change) -> dict[str, object]:
    """A change of the need, with what has to change together with it."""
    return {**_one(change), "also": [_one(other) for other in change.also]}


def _one(change: Change) -> dict[str, object]:
    return {"criterion": change.criterion, "path": change.path, "from": change.before, "to": change.to}

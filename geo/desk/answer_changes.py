"""What changed between two answers to one need: sites that are new, lost, or stand elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Site = Mapping[str, Any]
"""``parcels``, ``list`` (matches, to_check or near_misses), ``rank`` in it (from 1), ``failing``, ``p80`` of start."""
IN = ("matches", "to_check")
MOST_KEPT = 200
"""Sites of an answer that are kept: whatever stands below is not known to have been there or not."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A site of both answers, and by what it moved: ``list``, ``date``, ``rank``."""

    before: Site
    now: Site
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """The sites that are new, with what kept each out before where that is known; those lost; those that moved."""

    new: tuple[tuple[Site, Sequence[str]], ...]
    lost: tuple[Site, ...]
    moved: tuple[Moved, ...]


def sites_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sites of an answer as they are kept."""
    found = []
    for name in (*IN, "near_misses"):
        for rank, one in enumerate(document[name], 1):
            start = (one.get("readiness") or {}).get("start") or {}
            site = {"parcels": one["parcel_ids"], "list": name, "rank": rank, "failing": one.get("blocking", [])}
            found.append({**site, "p80": start.get("p80"), "name": one["parcel"]["name"]})
    return found


def compared(before: Sequence[Site], now: Sequence[Site]) -> Changes:
    """What changed from one answer to the next; the order is that of the answers."""
    then, today = (_by_parcels(sites) for sites in (before, now))
    missed = {tuple(one["parcels"]): one["failing"] for one in before if one["list"] not in IN}
    new = tuple((one, missed.get(key, ())) for key, one in today.items() if key not in then)
    lost = tuple(one for key, one in then.items() if key not in today)
    both = ((then[key], one) for key, one in today.items() if key in then)
    return Changes(new, lost, tuple(Moved(old, one, by) for old, one in both if (by := _moved(old, one))))


def _by_parcels(sites: Sequence[Site]) -> dict[tuple[int, ...], Site]:
    return {tuple(one["parcels"]): one for one in sites if one["list"] in IN}


def _moved(before: Site, now: Site) -> tuple[str, ...]:
    names = (("list", "list"), ("p80", "date"), ("rank", "rank"))
    by = tuple(told for name, told in names if before[name] != now[name])
    return by if "list" not in by else tuple(one for one in by if one != "rank")

"""What sites may be put together from: the parcels that lack nothing but surface or room, and who are neighbours."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, text

from geo.fit.adjacency import Floats, Pairs, Places
from geo.match.fit.building_surface import ground_area
from geo.match.judged import Judged
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate
from geo.store.database import Role
from geo.store.views.views import PLANNERS

MOST_PARTS = 1_000
"""Parcels that sites may be put together from."""
MOST_LOOKED_AT = 20_000
"""Parcels whose neighbours are looked at, to choose those."""

# Joined rather than `= any`, which looks through all the ids for each row.
PAIRS = text("""
    with asked as materialized (select unnest(cast(:ids as bigint[])) as id)
    select x.a, x.b, x.shared_m, x.overlap_m2
    from core.adjacency x join asked one on one.id = x.a join asked other on other.id = x.b
    order by x.a, x.b
""")
OWNERS = text("select id, owner_siren from core.parcel where id = any(:ids) and owner_siren is not null")


def possible(need: Need, judged: Sequence[Judged]) -> tuple[Judged, ...]:
    """The parcels that may be part of a site for this need, by id.

    Each passes, or leaves unknown, every must but the least surface. Nothing is put together from land being recomputed
    or without an outline.
    """
    if need.land_m2 is None and need.buildings is None:
        return ()
    fitting = (one for one in judged if _lacks_land_alone(one) and _is_drawn(one.candidate))
    return tuple(sorted(fitting, key=lambda one: one.candidate.id))


def _lacks_land_alone(one: Judged) -> bool:
    return all(c.name == "land_m2" and c.code == "land.too_small" for c in one.criteria if c.blocks)


def _is_drawn(candidate: Candidate) -> bool:
    if candidate.stale or candidate.geometry is None or candidate.buildable is None or not candidate.surface_m2:
        return False
    return not candidate.is_partly_forbidden or candidate.forbidden is not None


def least_m2(need: Need) -> float:
    """The ground that a site takes at least, m2."""
    built = sum(ground_area(building) for building in need.buildings or [])
    asked = None if "land_m2" in need.wishes else need.land_m2
    return max(built, (asked.min if asked is not None else None) or 0.0)


def joinable(connection: Connection, ids: Sequence[int], surfaces: Floats, least: float) -> list[int]:
    """Of these parcels (the best first), those whose neighbours among them make up enough land together, by id.

    The groups of the best first, ``MOST_PARTS`` parcels at most. ``surfaces`` in m2, NaN where unknown. As the worker.
    """
    order = np.argsort(ids)
    pairs = pairs_among(connection, np.asarray(ids)[order].tolist())
    group = _groups(len(ids), order[pairs.first[pairs.joined]], order[pairs.second[pairs.joined]])
    together = np.bincount(group, np.nan_to_num(surfaces), len(ids))
    several = np.bincount(group, minlength=len(ids)) > 1
    kept = np.flatnonzero((several & (together >= least))[group])
    best = kept[np.argsort(group[kept], kind="stable")][:MOST_PARTS]
    return sorted(ids[place] for place in best.tolist())


def _groups(count: int, first: Places, second: Places) -> Places:
    """The group of each of so many parcels, known by the first of them; pairs belong together."""
    group = np.arange(count)
    while True:
        least = np.minimum(group[first], group[second])
        found = group.copy()
        np.minimum.at(found, first, least)
        np.minimum.at(found, second, least)
        found = found[found]
        if np.array_equal(found, group):
            return group
        group = found


def pairs_among(connection: Connection, ids: Sequence[int]) -> Pairs:
    """The pairs of neighbours among these parcels (sorted ids), by places in ``ids``.

    Read by the worker: the ids are those that an audience was shown, and a pair tells no more of them.
    """
    rows = connection.execute(PAIRS, {"ids": list(ids)}).all()
    known = np.asarray(ids, dtype=np.int64)
    first = np.searchsorted(known, np.array([row.a for row in rows], dtype=np.int64))
    second = np.searchsorted(known, np.array([row.b for row in rows], dtype=np.int64))
    shared = np.array([row.shared_m for row in rows], dtype=np.float64)
    return Pairs(first, second, shared, np.array([row.overlap_m2 for row in rows], dtype=np.float64))


def owners_of(connection: Connection, role: Role, ids: Sequence[int]) -> dict[int, str] | None:
    """The SIREN of the owner of each parcel where it is known; None for those who may not see owners."""
    if role not in PLANNERS:
        return None
    return {row.id: row.owner_siren for row in connection.execute(OWNERS, {"ids": list(ids)})}

"""Which rows of the columns somebody may see: the row rule of geo/store/views on arrays; tests hold them equal."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from geo.match.screen.land import Land
from geo.store.database import Actor, Role
from geo.store.views.views import SIGNED_IN

CONSENTS = text("select parcel from core.consent where project = :project and until >= core.today() order by parcel")
AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class Audience:
    """Who looks: an audience, and of it what decides which parcels one sees."""

    role: Role
    organisation: int | None = None
    is_agency: bool = False
    consented: tuple[int, ...] = ()

    @classmethod
    def of(cls, connection: Connection, role: Role, actor: Actor | None) -> "Audience":
        """The audience of an actor; consents are read by the worker."""
        if actor is None or role in (Role.PUBLIC, Role.ADMIN):
            return cls(role)
        if role is Role.PLANNER:
            return cls(role, actor.organisation, actor.organisation_kind == AGENCY)
        if actor.project is None:
            return cls(role)
        return cls(role, consented=tuple(connection.scalars(CONSENTS, {"project": actor.project})))


def seen_by(land: Land, audience: Audience) -> Land:
    """The land that an audience sees."""
    rows = land.rows[_allowed(land, audience)]
    covered = land.column("covered", rows)
    if covered.any():
        by = np.unique(covered[covered > 0])
        ids = land.column("id", rows)
        covering = by[np.isin(by, ids[np.isin(ids, by)])]
        # a prospect under offered land is that land; under land one may not see it stays what it was
        rows = rows[~np.isin(covered, covering)]
    return replace(land, rows=rows, priced=audience.role in SIGNED_IN)


def _allowed(land: Land, audience: Audience) -> NDArray[np.bool_]:
    if audience.role is Role.ADMIN:
        return np.ones(len(land.rows), np.bool_)
    known = [value for (value,) in land.kinds["seen"].values]
    open_to = {"public"} if audience.role is Role.PUBLIC else {"public", "partners"}
    if audience.role is Role.PLANNER and audience.is_agency:
        open_to.add("agency")
    allowed = np.array([value in open_to for value in known], np.bool_)[land.column("seen", land.rows)]
    if audience.organisation is not None:
        allowed |= land.column("responsible", land.rows) == audience.organisation
    if audience.consented:
        allowed |= np.isin(land.column("id", land.rows), np.array(audience.consented, np.int64))
    return allowed


def data_version(land: Land) -> str:
    """A name for what there is to see, the plan's rules on buildings there included: it depends on nothing else."""
    with np.errstate(over="ignore"):
        total = int(land.column("stamp", land.rows).astype(np.uint64).sum(dtype=np.uint64))
    total = (total + land.limits.stamp(land.column("id", land.rows))) % (1 << 64)
    return f"{total:016x}/{len(land.rows)}"

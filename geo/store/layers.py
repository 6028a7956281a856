"""Which table each layer of a file fills, by which key, and the types its columns travel as."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from geo.land.market import MARKET_BY
from geo.store import tables


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer's target table, the columns that identify a row in it, and the facts a file may state.

    ``official`` are the names of official fields that a file says something of; None where any may be (a file that
    is read whole). See :meth:`said_by`. ``market_by`` are the stages a file derives the market from, where it states
    none (geo.store.merging.market_told): columns, and official fields as ``published.NAME``.
    """

    name: str
    table: Table
    key: tuple[str, ...]
    facts: tuple[str, ...]
    official: tuple[str, ...] | None = None
    market_by: tuple[str, ...] = ()

    def said_by(self, stated: Collection[str]) -> "Layer":
        """This layer with only the facts a file states: an update from it leaves the others as they are.

        ``stated`` names columns, and official fields as ``published.NAME``. Who may see a parcel is for the merge.
        """
        official = sorted(name.removeprefix("published.") for name in stated if name.startswith("published."))
        kept = {*stated, "visibility", *(["published"] if official else [])}
        told_by = sorted(name.removeprefix(MARKET_BY) for name in stated if name.startswith(MARKET_BY))
        facts = tuple(name for name in self.facts if name in kept)
        return replace(self, facts=facts, official=tuple(official), market_by=tuple(told_by))

    @property
    def partial(self) -> bool:
        """Whether the file says less than the layer holds, or, of official fields, only some."""
        return bool(self.official) or self.facts != LAYERS[self.name].facts

    @property
    def staged(self) -> dict[str, str]:
        """The columns of the staging table with their wire types, before the geometry."""
        identity = [k for k in self.key if k not in ("source", "document")]
        types = {name: _wire(self.table.c[name].type) for name in (*identity, *self.facts)}
        said = {"digest": "bytea", "raw": "bytea"} if self.remembers else {"digest": "bytea"}
        return {**said, **types, **(DOCUMENT if "document" in self.key else {})}

    @property
    def remembers(self) -> bool:
        """Whether its rows keep a hash of the text they were read from (``raw``)."""
        return "raw" in self.table.c

    @property
    def shapes(self) -> tuple[str, ...]:
        """The geometry columns, which travel as EWKB."""
        return tuple(name for name in ("geom", "location") if name in self.table.c)

    @property
    def sql_name(self) -> str:
        """The quoted, qualified name of the table."""
        return f'core."{self.table.name}"'


DOCUMENT = {
    "partition": "text",
    "idurba": "text",
    "plan_kind": "text",
    "plan_etat": "text",
    "plan_state": "text",
    "approved_on": "date",
    "enforceable_on": "date",
    "plan_ended_on": "date",
}
"""What a row of a plan says of the document it belongs to."""

OWN = frozenset(
    {"id", "source", "import", "digest", "raw", "document", "key", "geom", "location", "responsible", "overrides"}
    | {"version", "created_at", "updated_at", "deleted_on", "organisation", "retired_on"}
    | {"outline", "lane", "committed", "committed_on", "committed_deal"}
)
"""Columns no file states: the merge, the planner or the database writes them."""


def _wire(kind: TypeEngine[Any]) -> str:
    name = kind.compile(postgresql.dialect()).lower()  # type: ignore[no-untyped-call]
    return {"bigint": "int8", "integer": "int4", "double precision": "float8", "boolean": "bool"}.get(name, name)


OF_PLANS = ("code", "industry")
"""Facts of a constraint that only a plan's prescriptions state."""


def _layer(name: str, table: Table, *key: str, without: Collection[str] = ()) -> Layer:
    facts = tuple(c.name for c in table.columns if c.name not in {*OWN, *key, *without})
    return Layer(name, table, key, facts)


LAYERS = {
    layer.name: layer
    for layer in (
        _layer("parcels", tables.parcel, "source", "key"),
        _layer("cadastre", tables.cadastral_parcel, "idu"),
        _layer("zones", tables.zone, "document", "key"),
        _layer("prescriptions", tables.constraint_area, "document", "key"),
        _layer("constraints", tables.constraint_area, "source", "key", without=OF_PLANS),
        _layer("buildings", tables.building, "source", "key"),
        _layer("poles", tables.pole, "source", "key"),
        _layer("sites", tables.site, "source", "key"),
        _layer("establishments", tables.establishment, "siret"),
        _layer("networks", tables.network_point, "source", "key"),
        _layer("communes", tables.commune, "insee"),
        _layer("areas", tables.named_area, "kind", "code"),
        _layer("area_communes", tables.area_commune, "kind", "code", "insee"),
        _layer("travel_times", tables.travel_time, "source", "origin", "target"),
    )
}

"""Which table each layer of a file fills, by which key, and the types its columns travel as."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from geo.store import tables


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer's target table, the columns that identify a row in it, and the facts a file may state."""

    name: str
    table: Table
    key: tuple[str, ...]
    facts: tuple[str, ...]

    @property
    def staged(self) -> dict[str, str]:
        """The columns of the staging table with their wire types, before the geometry."""
        identity = [k for k in self.key if k not in ("source", "document")]
        types = {name: _wire(self.table.c[name].type) for name in (*identity, *self.facts)}
        return {"digest": "bytea", **types, **(DOCUMENT if "document" in self.key else {})}

    @property
    def shapes(self) -> tuple[str, ...]:
        """The geometry columns, which travel as EWKB."""
        return ("geom", "location") if "location" in self.table.c else ("geom",)

    @property
    def sql_name(self) -> str:
        """The quoted, qualified name of the table."""
        return f'core."{self.table.name}"'


DOCUMENT = {"partition": "text", "idurba": "text", "approved_on": "date"}
"""What a zone's row says of the plan it belongs to."""

OWN = frozenset(
    {"id", "source", "import", "digest", "document", "key", "geom", "location", "responsible", "overrides", "version"}
    | {"created_at", "updated_at", "deleted_on", "cadastre_complete_on", "organisation", "published"}
)
"""Columns no file states: the merge, the planner or the database writes them."""


def _wire(kind: TypeEngine[Any]) -> str:
    name = kind.compile(postgresql.dialect()).lower()  # type: ignore[no-untyped-call]
    return {"bigint": "int8", "integer": "int4", "double precision": "float8", "boolean": "bool"}.get(name, name)


def _layer(name: str, table: Table, *key: str) -> Layer:
    facts = tuple(c.name for c in table.columns if c.name not in OWN and c.name not in key)
    return Layer(name, table, key, facts)


LAYERS = {
    layer.name: layer
    for layer in (
        _layer("parcels", tables.parcel, "source", "key"),
        _layer("cadastre", tables.cadastral_parcel, "idu"),
        _layer("zones", tables.zone, "document", "key"),
        _layer("constraints", tables.constraint_area, "source", "key"),
        _layer("buildings", tables.building, "source", "key"),
        _layer("sites", tables.site, "source", "key"),
        _layer("networks", tables.network_point, "source", "key"),
        _layer("communes", tables.commune, "insee"),
        _layer("areas", tables.named_area, "kind", "code"),
    )
}

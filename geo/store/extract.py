"""The rows of a collection as one audience sees them, streamed from one snapshot of the base."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import psycopg
from sqlalchemy import literal_column

from geo.store.cql2.compiler import Clause, condition
from geo.store.cql2.terms import GEOMETRY, Kind, Term
from geo.store.cql2.text import read_text
from geo.store.database import Actor, Database, Role, act
from geo.store.extracted import KINDS, Driver, Extract, read, written
from geo.store.views import views

COLLECTIONS: Mapping[str, str] = {
    "parcels": "parcel",
    "cadastre": "cadastre",
    "sites": "site",
    "zones": "zone",
    "constraints": "constraint",
    "communes": "commune",
}
"""What may be exported, and the view that holds it."""

_DERIVED = {c.name for c in views.PARCEL if c.type == "number" and c.sql.startswith("d.")}
_PLAIN = {c.name for c in views.PARCEL if c.property} | {"row_version"}


@contextmanager
def extract(
    database: Database,
    role: Role,
    actor: Actor,
    collection: str,
    *,
    srid: int | None,
    digits: int,
    chosen: str | None = None,
) -> Iterator[Extract]:
    """The rows of a collection that ``role`` sees, in the order of their ids, read while they are taken.

    ``srid`` asks for WKB in that system (None: GeoJSON with ``digits`` decimals). ``chosen``: a filter in CQL2 text on
    the fields of the extract, its geometries in degrees; None takes all. Everything comes from one snapshot, however
    long the taking lasts.

    Raises:
        FilterFault: the filter is not CQL2, or names what this audience has not.
    """
    snapshot = database.engine(role).connect().execution_options(isolation_level="REPEATABLE READ")
    with snapshot as connection, connection.begin():
        act(connection, actor)
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)  # noqa: S101 - the one driver of this house
        driver.execute("set local statement_timeout = 0")
        driver.execute("set local idle_in_transaction_session_timeout = 0")
        form = _Form(srid, digits, chosen)
        yield _open(driver, collection, form, planner=role in views.PLANNERS)


@dataclass(frozen=True, slots=True)
class _Form:
    """How rows are written, and which."""

    srid: int | None
    digits: int
    chosen: str | None

    def drawn(self, shape: str) -> str:
        """SQL of a geometry as it is written."""
        if self.srid is None:
            return f"st_asgeojson(st_transform({shape}, 4326), {int(self.digits)})"
        return f"st_asbinary(st_transform({shape}, {int(self.srid)}))"

    def where(self, names: Sequence["_Named"], shape: str) -> Clause:
        """The condition of the filter on these columns."""
        if self.chosen is None:
            return Clause("true", {})
        known = {
            one.name: Term(_FILTERED[one.kind], literal_column(one.sql), one.name)
            for one in names
            if one.kind in _FILTERED
        }
        known[GEOMETRY] = Term(Kind.SHAPE, literal_column(f"st_transform({shape}, 4326)"), GEOMETRY)
        return condition(read_text(self.chosen), known, 4326, style="pyformat")


class _Named(NamedTuple):
    """A column: the name it is told by, its SQL, its type."""

    name: str
    sql: str
    kind: type


_FILTERED = {
    str: Kind.TEXT,
    int: Kind.NUMBER,
    float: Kind.NUMBER,
    bool: Kind.TRUTH,
    date: Kind.DAY,
    datetime: Kind.INSTANT,
}


def _open(driver: Driver, collection: str, form: _Form, *, planner: bool) -> Extract:
    own = planner and collection == "parcels"
    view = COLLECTIONS[collection]
    source = f'"{view}" v' + (" left join parcel_edit e on e.id = v.id" if own else "")
    shape = "coalesce(v.geom, e.location)" if own else "v.geom"
    names = _columns(driver, view, "v", _PLAIN if collection == "parcels" else None)
    if own:
        names += [one for one in _columns(driver, "parcel_edit", "e", None) if one.name not in _known(names)]
    where = form.where(names, shape)
    source += f" where {where.sql}"
    listed = ", ".join(f"{one.sql} as {one.name}" for one in names)
    counted = driver.execute(
        written(f"select count(*), coalesce(bool_or(st_dimension({shape}) = 0), false) from {source}"), where.values
    )
    total, points = counted.fetchone() or (0, False)
    rows = f"select {listed}, {form.drawn(shape)} from {source} order by v.id"
    return read(driver, rows, where.values, int(str(total)), "Unknown" if points else "MultiPolygon")


EDITED_AS = {"site_key": "site_id", "version": "row_version"}
"""Columns of the edited table that the collection shows under another name."""
_NOT_SHOWN = frozenset({"deleted_on", "location", "geom"})


def _known(names: Sequence[_Named]) -> set[str]:
    shown = {one.name for one in names}
    return shown | _NOT_SHOWN | {column for column, name in EDITED_AS.items() if name in shown}


def _columns(driver: Driver, view: str, alias: str, wanted: set[str] | None) -> list[_Named]:
    """The columns of a view, without its geometries. Measures are rounded to what they are worth."""
    found = driver.execute(written(f'select * from "{view}" limit 0')).description or []
    shown = [column for column in found if column.type_code in KINDS and column.name != "geom"]
    return [
        _Named(column.name, _rounded(alias, column.name), KINDS[column.type_code])
        for column in shown
        if wanted is None or column.name in wanted
    ]


def _rounded(alias: str, name: str) -> str:
    return f"round({alias}.{name}::numeric, 2)::float8" if name in _DERIVED else f"{alias}.{name}"

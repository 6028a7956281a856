"""A row as typed values with its geometry behind, for files that know types."""

from collections.abc import Mapping

from geo.store.database import Role
from geo.store.items.collection import Collection
from geo.store.items.feature import Form, stored_shape
from geo.store.views.column import Column


def told(collection: Collection, role: Role, form: Form, added: Mapping[str, str]) -> str:
    """SQL of the columns over the collection's view: the properties as a feature has them, then the geometry as WKB.

    The id is always there. Coordinates are east or longitude first, as these formats have it whatever the CRS says.
    ``added``: more columns by name, as SQL over the same.
    """
    wanted = None if form.properties is None else {"id", *form.properties}
    columns = {c.name: _value(c) for c in collection.shown(role) if wanted is None or c.name in wanted}
    columns |= added
    if wanted is None:
        columns |= {name: name for name in collection.flags}
    columns["shape"] = f"st_asbinary({stored_shape(form)})" if form.geometry else "null::bytea"
    return ", ".join(f"{sql} as {name}" for name, sql in columns.items())


def _value(column: Column) -> str:
    return f"{column.json(column.name)}::float8" if column.type == "number" else column.name

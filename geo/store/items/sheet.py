"""A row as a line of CSV (RFC 4180), written by the database, that no spreadsheet takes for a formula."""

from collections.abc import Mapping

from geo.store.database import Role
from geo.store.items.collection import Collection
from geo.store.items.feature import Form, decimals, shape
from geo.store.views.column import Column

WKT = "WKT"
"""The column of the geometry: GDAL, and so QGIS and geopandas, know it by this name."""


def header(collection: Collection, role: Role, form: Form, added: Mapping[str, str], delimiter: str) -> str:
    """The first line: the properties as a feature has them, then the geometry."""
    return delimiter.join(_cells(collection, role, form, added)) + "\r\n"


def line(collection: Collection, role: Role, form: Form, added: Mapping[str, str], delimiter: str) -> str:
    """SQL of a line over the collection's view; ``added``: more columns by name, as SQL over the same."""
    return f" || '{delimiter}' || ".join(_cells(collection, role, form, added).values()) + r" || E'\r\n'"


def _cells(collection: Collection, role: Role, form: Form, added: Mapping[str, str]) -> dict[str, str]:
    """SQL of each cell, by the name of its column."""
    cells = {c.name: _cell(c) for c in collection.shown(role) if form.properties is None or c.name in form.properties}
    cells |= {name: f"coalesce(({sql})::text, '')" for name, sql in added.items()}
    if form.properties is None:
        cells |= {name: f"coalesce({name}::text, '')" for name in collection.flags}
    if form.geometry:
        cells[WKT] = f"coalesce('\"' || st_astext({shape(form)}, {decimals(form)}) || '\"', '')"
    return cells


def _cell(column: Column) -> str:
    if column.type in ("number", "integer", "boolean", "date"):
        return f"coalesce(({column.json(column.name)})::text, '')"
    if column.type == "string":
        return _quoted(column.name)
    return _quoted(f"(to_json({column.name}) #>> '{{}}')")  # lists as JSON, instants as JSON writes them


def _quoted(value: str) -> str:
    r"""A text within quotes; one that begins like a formula (``= + - @``, tab, return) begins with ``'`` instead."""
    harmless = rf"regexp_replace({value}, E'^([=+@\\-\t\r])', E'''\\1')"
    return f"""coalesce('"' || replace({harmless}, '"', '""') || '"', '')"""

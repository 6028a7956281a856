"""A row as the text of a GeoJSON feature, written by the database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from geo.store.cql2.terms import DEGREES, GEOMETRY_COLUMNS, Kind, Places
from geo.store.database import Role
from geo.store.items.collection import Collection
from geo.store.views.column import ALL

DECIMALS = {4326: 9, 3857: 3}
"""Of coordinates, by EPSG code: a tenth of a millimetre in degrees, a millimetre in metres."""

REMEMBERED = 500
"""Forms written once; each is some kB."""


@dataclass(frozen=True, slots=True)
class Form:
    """How features are written: which properties (None: all), in which coordinates, with their geometry or without."""

    properties: tuple[str, ...] | None = None
    places: Places = DEGREES
    geometry: bool = True


WHOLE = Form()


def feature(collection: Collection, role: Role, form: Form = WHOLE, added: Mapping[str, str] | None = None) -> str:
    """SQL of the feature over the collection's view; ``added``: more properties by name, as SQL over the same."""
    return _feature(collection, role, form, tuple((added or {}).items()))


@lru_cache(REMEMBERED)
def _feature(collection: Collection, role: Role, form: Form, added: tuple[tuple[str, str], ...]) -> str:
    shown = {c.name: c.json(c.name) for c in collection.shown(role)}
    flags = {name: name for name in collection.flags}
    more = dict(added)
    if form.properties is not None:
        return _written(collection, form, {n: sql for n, sql in shown.items() if n in form.properties} | more)
    if collection.document is None:
        return _written(collection, form, shown | more | flags)
    kept = _kept(collection)
    daily = {name: sql for name, sql in shown.items() if name not in kept} | more | flags
    # a long text and a short one: each || copies what is before it
    return f"{_document(collection, form)} || (',' || {_listed(daily)} || '}}}}')"


def _written(collection: Collection, form: Form, properties: Mapping[str, str]) -> str:
    return f"""{_head(collection, form)} || '"properties":' || {_object(properties)} || '}}'"""


def _object(properties: Mapping[str, str]) -> str:
    # written as json_build_object does, in half its time
    parts = ["'{'", *(part for pair in _pairs(properties) for part in pair), "'}'"]
    return f"concat({', '.join(parts)})"


def _listed(properties: Mapping[str, str]) -> str:
    """The same few without their braces."""
    return " || ".join(part for pair in _pairs(properties) for part in pair)


def _pairs(properties: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """SQL of each name, with what is between it and the one before, and of its value."""
    for number, (name, sql) in enumerate(properties.items()):
        between = ", " if number else ""
        yield f"""'{between}"{name}" : '""", f"coalesce(to_json({sql})::text, 'null')"


def _document(collection: Collection, form: Form) -> str:
    """The stored document, left open after its last public property."""
    if form == WHOLE:
        return str(collection.document)
    return f"""{_head(collection, form)} || substr({collection.document},
        strpos({collection.document}, '"properties":{{'))"""


def _head(collection: Collection, form: Form) -> str:
    name = "id" if collection.id_kind is Kind.NUMBER else "to_json(id)::text"
    return f"""'{{"type":"Feature","id":' || {name} || ',"geometry":' || {_geometry(form)} || ','"""


def _geometry(form: Form) -> str:
    if not form.geometry:
        return "'null'"
    return f"coalesce(st_asgeojson({shape(form)}, {decimals(form)}, 0), 'null')"


def shape(form: Form) -> str:
    """SQL of the geometry over a collection's view, in the coordinates asked for."""
    stored = stored_shape(form)
    return f"st_flipcoordinates({stored})" if form.places.latitude_first else stored


def stored_shape(form: Form) -> str:
    """The same, east or longitude first."""
    return GEOMETRY_COLUMNS.get(form.places.srid, "geom")


def decimals(form: Form) -> int:
    """Of its coordinates."""
    return DECIMALS.get(form.places.srid, 3)


def _kept(collection: Collection) -> set[str]:
    """Properties the stored document holds: public, and not of the day."""
    return {c.name for c in collection.columns if c.audiences == ALL and not c.name.startswith("ready_")}

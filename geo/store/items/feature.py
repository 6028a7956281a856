"""A row as the text of a GeoJSON feature, written by the database."""

from collections.abc import Mapping
from dataclasses import dataclass

from geo.store import views
from geo.store.cql2.terms import DEGREES, GEOMETRY_COLUMNS, Places
from geo.store.database import Role

DECIMALS = {4326: 9, 3857: 3}
"""Of coordinates, by EPSG code: a tenth of a millimetre in degrees, a millimetre in metres."""


@dataclass(frozen=True, slots=True)
class Form:
    """How features are written: which properties (None: all), in which coordinates, with their geometry or without."""

    properties: tuple[str, ...] | None = None
    places: Places = DEGREES
    geometry: bool = True


WHOLE = Form()


def feature(role: Role, form: Form = WHOLE, added: Mapping[str, str] | None = None) -> str:
    """SQL of the feature over the view of parcels; ``added``: more properties by name, as SQL over the same."""
    more = added or {}
    if form.properties is not None:
        shown = {c.name: c.json(c.name) for c in _shown(role) if c.name in form.properties}
        pairs = ", ".join(f"'{name}', {sql}" for name, sql in {**shown, **more}.items())
        return f"""{_head(form)} || '"properties":' || json_build_object({pairs})::text || '}}'"""
    daily = {c.name: c.json(c.name) for c in _shown(role) if c.name not in _KEPT}
    pairs = ", ".join(f"'{name}', {sql}" for name, sql in {**daily, **more, "stale": "stale"}.items())
    return f"{_document(form)} || ',' || substr(json_build_object({pairs})::text, 2) || '}}'"


def _document(form: Form) -> str:
    """The stored document, left open after its last public property."""
    if form == WHOLE:
        return "doc"
    return f"""{_head(form)} || substr(doc, strpos(doc, '"properties":{{'))"""


def _head(form: Form) -> str:
    return f"""'{{"type":"Feature","id":' || id || ',"geometry":' || {_geometry(form)} || ','"""


def _geometry(form: Form) -> str:
    if not form.geometry:
        return "'null'"
    return f"coalesce(st_asgeojson({shape(form)}, {decimals(form)}, 0), 'null')"


def shape(form: Form) -> str:
    """SQL of the geometry over the view of parcels, in the coordinates asked for."""
    stored = GEOMETRY_COLUMNS.get(form.places.srid, "geom")
    return f"st_flipcoordinates({stored})" if form.places.latitude_first else stored


def decimals(form: Form) -> int:
    """Of its coordinates."""
    return DECIMALS.get(form.places.srid, 3)


def _shown(role: Role) -> list[views.Column]:
    return [column for column in views.columns(views.PARCEL, role) if column.property]


_KEPT = {c.name for c in views.PARCEL if c.audiences == views.ALL and not c.name.startswith("ready_")}
"""Properties the stored document holds: public, and not of the day."""

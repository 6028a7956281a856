"""Vector tiles of parcels (Mapbox Vector Tile 2.1, grid WebMercatorQuad), each one statement over the audience's view.

What would be under four pixels is not drawn for itself: it is counted in a point. So a tile stays small at any zoom,
and no parcel goes missing: the tile that holds the middle of its box draws it or counts it.
"""

from dataclasses import dataclass
from typing import Any

from geo.store.items.question import Question
from geo.store.reading import Asked, Reading, read

LAST_ZOOM = 18
"""Zooms with tiles: from 0, the world, where GDAL looks first, to a step of 3 cm. Readers enlarge the last."""

EXTENT = 4096
"""Steps of a tile's own coordinates."""
BUFFER = 64
"""Steps around a tile that are drawn as well, so that outlines do not show its edge."""
PIXELS = 512
"""Of a tile's side, as readers show it."""
SMALLEST_PIXELS = 4
"""The box of a parcel that is drawn for itself covers as many."""
MOST = 4_000
"""Parcels a tile draws, the largest first: about 400 kB."""
CELLS = 16
"""The parcels not drawn are counted in as many squares along a tile's side."""

LAYER, MERGED = "parcels", "parcels_merged"
"""The layers: outlines, and points that count the parcels not drawn."""

FIELDS = {
    "id": "id",
    "name": "name",
    "market": "market",
    "industry": "industry",
    "ready_class": "ready_class",
    "ready_p80": "ready_p80::text",
    "surface_m2": "round(surface_m2)::bigint",
    "buildable_m2": "round(buildable_m2)::bigint",
    "zone_label": "zone_label",
    "commune_name": "commune_name",
}
"""Properties of a parcel in a tile, as SQL over the view: those of the map, all public; surfaces in whole m²."""


@dataclass(frozen=True, slots=True)
class Place:
    """A tile's place in the grid: zoom, row from the north, column from the west."""

    zoom: int
    row: int
    column: int

    @property
    def exists(self) -> bool:
        """Whether there is such a tile."""
        last = 2**self.zoom - 1 if 0 <= self.zoom <= LAST_ZOOM else -1
        return 0 <= self.row <= last and 0 <= self.column <= last


WORLD = Place(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Tile:
    """A finished tile, empty where there is nothing; how many parcels it draws, and how many it only counts."""

    content: bytes
    drawn: int
    merged: int


def tile(connection: Reading, question: Question, place: Place) -> Tile:
    """The parcels that one may see and ``question`` asks for, within ``place``; its order is of no matter."""
    return read(connection, asking(question, place))


def asking(question: Question, place: Place) -> Asked[Tile]:
    """What :func:`tile` asks."""
    return Asked(statement(question), question.values() | values(place), told, question.planned)


def told(row: Any) -> Tile:
    """The tile of its row."""
    return Tile(bytes(row.content), row.drawn, row.merged)


def values(place: Place) -> dict[str, object]:
    """The parameters of :func:`statement` beside those of the question."""
    return {"zoom": place.zoom, "row": place.row, "col": place.column}


ENVELOPE = "st_tileenvelope(:zoom, :col, :row{})"
WITH_BUFFER = ENVELOPE.format(f", margin => {BUFFER / EXTENT}")

SIZE = "(st_xmax(geom_3857) - st_xmin(geom_3857)) * (st_ymax(geom_3857) - st_ymin(geom_3857)) as size"
MIDDLE = "(st_xmin({g}) + st_xmax({g})) / 2 as x, (st_ymin({g}) + st_ymax({g})) / 2 as y"
BOX_MIDDLE = f"{MIDDLE.format(g='geom_3857')}, {SIZE}"

GROUND = f"""tile as materialized (
            select e, st_xmin(e) as west, st_xmax(e) as east, st_ymin(e) as south, st_ymax(e) as north,
                   (st_xmax(e) - st_xmin(e)) / {CELLS} as cell,
                   {SMALLEST_PIXELS} * ((st_xmax(e) - st_xmin(e)) / {PIXELS}) ^ 2 as smallest
            from (select {ENVELOPE.format("")} as e) t)"""
"""The tile's own square, and what is drawn in it for itself."""

DRAWING = f"st_asmvtgeom(g, (select e from tile), {EXTENT}, {BUFFER}, true)"
COUNTED = "(select coalesce(sum(count), 0)::bigint from merged) as merged"
"""How many the second layer counts."""
MADE = "core.sight() as sight, core.today() as day, pg_current_snapshot()::text as made_at"
"""For whom a tile is made, of which day, at which moment."""


def statement(question: Question, made: str = "") -> str:
    """The SQL of a tile, with ``made`` as more columns. Parameters: those of the question, ``zoom``, ``row``, ``col``.

    A parcel is looked at once, with all that a tile says of it: to find it again costs more than what is joined. Large
    ones are drawn first.
    """
    properties = ", ".join(f"{sql} as {name}" for name, sql in FIELDS.items())
    return f"""
        with {GROUND},
        shown as materialized (
            select *, case when size >= (select smallest from tile) and place <= {MOST} then {DRAWING} end as drawing
            from (select *, row_number() over () as place
                  from (select {properties}, geom_3857 as g, {SIZE} from {question.source.sql}
                        where {question.where()} and geom_3857 && {WITH_BUFFER}
                        order by size desc, id) found) placed offset 0),
        merged as materialized (
            select count(*) as count, sum(surface_m2)::bigint as surface_m2, avg(x) as x, avg(y) as y
            from (select *, {MIDDLE.format(g="g")} from shown where drawing is null) left_out, tile
            where x >= west and x < east and y > south and y <= north
              and (size < smallest or place > {MOST} or st_intersects(g, e))
            group by floor((x - west) / cell), floor((north - y) / cell))
        select (select {outlines("drawing")}
                from (select id as feature, drawing, {", ".join(FIELDS)} from shown where drawing is not null) f)
            || {points()} as content,
            (select count(drawing) from shown) as drawn, {COUNTED}{f", {made}" if made else ""}"""


def outlines(drawing: str) -> str:
    """SQL of the first layer: features ``f``, whose column ``drawing`` is their outline."""
    return f"coalesce(st_asmvt(f, '{LAYER}', {EXTENT}, '{drawing}', 'feature'), '')"


def points() -> str:
    """SQL of the second layer: what is ``merged``, in a tile of the parameters."""
    place = f"st_asmvtgeom(st_setsrid(st_makepoint(x, y), 3857), (select e from tile), {EXTENT}, {BUFFER}, true)"
    return f"""(select coalesce(st_asmvt(f, '{MERGED}', {EXTENT}, 'place'), '')
                from (select count, surface_m2, {place} as place from merged order by y desc, x) f)"""

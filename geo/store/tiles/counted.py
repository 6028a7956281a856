"""Tiles of the low zooms, made of counts: a world of a million parcels is a few thousand sums.

The parcels of each square of zoom 10 are counted in 64 cells, as one sight has them. A cell of a tile of zoom 9 is one
of these, one of zoom 8 four of them, and so on; the parcels large enough to be drawn have an index of their own.
"""

from dataclasses import dataclass
from typing import Any

from geo.store.items.question import Question
from geo.store.reading import Reading, one
from geo.store.tiles.tiles import (
    BOX_MIDDLE,
    CELLS,
    COUNTED,
    DRAWING,
    FIELDS,
    GROUND,
    MADE,
    MOST,
    WITH_BUFFER,
    Place,
    outlines,
    points,
    values,
)

LAST_COUNTED = 9
"""The last zoom of tiles made so."""

SQUARES = LAST_COUNTED + 1
"""Zoom of the squares."""
SIDE = CELLS // 2
"""Cells of a square along its side: half as many as those of a tile of its zoom."""
LARGE = 90_000
"""Square metres (EPSG:3857) of a box, less than that of any parcel drawn here; as in migrations/serving."""

HALF = 20_037_508.342789244
CELL = 2 * HALF / (2**SQUARES * SIDE)
"""Metres (EPSG:3857) of a cell's side."""
CELL_OF = f"floor((x + {HALF}) / {CELL})::int as cx, floor(({HALF} - y) / {CELL})::int as cy"


@dataclass(frozen=True, slots=True)
class Gap:
    """A square whose parcels are not counted for this sight as they are now."""

    col: int
    row: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The parcels of a square, cell by cell: how many, their surfaces (m²), the sums of their middles (cm)."""

    sight: str
    recipe: str
    day: Any
    made_at: str
    cells: list[int]
    counts: list[int]
    surfaces: list[int]
    xs: list[int]
    ys: list[int]


def counts(connection: Reading, question: Question, gap: Gap, recipe: str) -> Counts:
    """Count a square as this audience sees it."""
    place = Place(SQUARES, gap.row, gap.col)
    row = one(connection, COUNT.format(where=question.where()), values(place))
    assert row is not None  # noqa: S101 - an aggregate
    return Counts(recipe=recipe, **row._asdict())


COUNT = f"""
    with cells as (
        select cy % {SIDE} * {SIDE} + cx % {SIDE} as cell, count(*)::int as n,
               coalesce(sum(round(surface_m2)), 0)::bigint as surface,
               sum(round(x * 100))::bigint as x, sum(round(y * 100))::bigint as y
        from (select surface_m2, x, y, {CELL_OF}
              from (select surface_m2, {BOX_MIDDLE} from listed
                    where {{where}} and geom_3857 && st_tileenvelope(:zoom, :col, :row)) p) m
        where cx / {SIDE} = :col and cy / {SIDE} = :row group by 1)
    select core.sight() as sight, core.today() as day, pg_current_snapshot()::text as made_at,
           coalesce(array_agg(cell order by cell), '{{{{}}}}') as cells,
           coalesce(array_agg(n order by cell), '{{{{}}}}') as counts,
           coalesce(array_agg(surface order by cell), '{{{{}}}}') as surfaces,
           coalesce(array_agg(x order by cell), '{{{{}}}}') as xs,
           coalesce(array_agg(y order by cell), '{{{{}}}}') as ys
    from cells"""


def squares(place: Place) -> dict[str, int]:
    """The parameters that name the squares of a tile."""
    more = SQUARES - place.zoom
    return {
        "first_col": place.column << more,
        "last_col": ((place.column + 1) << more) - 1,
        "first_row": place.row << more,
        "last_row": ((place.row + 1) << more) - 1,
        "shift": LAST_COUNTED - place.zoom,
    }


def statement(question: Question) -> str:
    """The SQL of a tile of zooms 0 to 9; the parameters of :func:`.tiles.values`, ``squares`` and ``recipe``.

    ``gaps``: the squares not counted; the content is right when there are none.
    """
    here = "s.col between :first_col and :last_col and s.row between :first_row and :last_row"
    properties = ", ".join(f"{sql} as {name}" for name, sql in FIELDS.items())
    return f"""
        with {GROUND},
        squares as materialized (
            select s.col, s.row, c.recipe, c.cells, c.counts, c.surfaces, c.xs, c.ys
            from tile_square s left join tile_count c on c.col = s.col and c.row = s.row and c.recipe = :recipe
            where {here}),
        large as materialized (
            select id, surface_m2, size, x, y, geom_3857 as g
            from (select *, {BOX_MIDDLE} from listed
                  where {question.where()} and geom_3857 && {WITH_BUFFER}
                    and (st_xmax(geom_3857) - st_xmin(geom_3857)) * (st_ymax(geom_3857) - st_ymin(geom_3857)) >= {LARGE}
                 ) found, tile where size >= smallest order by size desc, id limit {MOST}),
        drawn as materialized (
            select id, drawing from (select id, {DRAWING} as drawing from large offset 0) l
            where drawing is not null),
        apart as (
            select {CELL_OF}, surface_m2, x, y from large, tile
            where x >= west and x < east and y > south and y <= north
              and (id in (select id from drawn) or not st_intersects(g, e))),
        merged as materialized (
            select sum(n)::bigint as count, sum(surface)::bigint as surface_m2,
                   sum(sx) / sum(n) / 100 as x, sum(sy) / sum(n) / 100 as y
            from (select (s.col * {SIDE} + cell % {SIDE}) >> :shift as cx,
                         (s.row * {SIDE} + cell / {SIDE}) >> :shift as cy, n, surface, sx, sy
                  from squares s, unnest(s.cells, s.counts, s.surfaces, s.xs, s.ys) u (cell, n, surface, sx, sy)
                  union all
                  select cx >> :shift, cy >> :shift, -1, -coalesce(round(surface_m2), 0)::bigint,
                         -round(x * 100)::bigint, -round(y * 100)::bigint from apart) c
            group by cx, cy having sum(n) > 0)
        select (select {outlines("drawing")}
                from (select id as feature, drawing, {properties} from listed join drawn using (id)
                      where id = any(array(select id from drawn)) order by id) f)
            || {points()} as content,
            (select count(*) from drawn) as drawn, {COUNTED}, {MADE},
            (select coalesce(json_agg(json_build_array(col, row)), '[]') from squares where recipe is null) as gaps"""

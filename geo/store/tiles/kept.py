"""Tiles of zooms 0 to 12 are kept in the base, for each sight, until a change that a tile shows.

A change leaves a mark with its transaction; what is kept has the snapshot it was made in. A tile is as the land is now
when that snapshot saw every transaction that marked it: one that commits late is not missed.
"""

from concurrent.futures import CancelledError, Future
from dataclasses import asdict, replace
from functools import partial
from itertools import count
from threading import Event
from typing import Any

from sqlalchemy import Connection, text

from geo.store.database import Actor, Database, Role
from geo.store.items.question import Question
from geo.store.reading import Asked, Reading, digest, one, read
from geo.store.tiles import counted as tiles_counted
from geo.store.tiles import tiles
from geo.store.tiles.counted import LAST_COUNTED, Gap
from geo.store.tiles.makers import Makers
from geo.store.tiles.tiles import Place, Tile, values

LAST_KEPT = 12
"""The last zoom of tiles that are kept: later ones are made as fast."""
EVERYTHING = Question()
MOST_BYTES = 512_000_000
"""Of all tiles kept; those kept longest go first."""
PRUNED_EVERY = 100
"""Tiles a process keeps between two looks at their size."""
TRIES = 3

LIVE, COUNTED = tiles.statement(EVERYTHING, tiles.MADE), tiles_counted.statement(EVERYTHING)
RECIPE = digest(LIVE, COUNTED, tiles_counted.COUNT)
"""What is kept by a version of the service that makes other tiles is not taken."""

LOOK = """
    select content, drawn, merged from tile
    where zoom = :zoom and col = :col and "row" = :row and recipe = :recipe"""
KEEP = text("""
    insert into core.tile (sight, zoom, col, row, recipe, day, made_at, content, drawn, merged)
    values (:sight, :zoom, :col, :row, :recipe, :day, cast(:made_at as pg_snapshot), :content, :drawn, :merged)
    on conflict (sight, zoom, col, row) do update
        set recipe = excluded.recipe, day = excluded.day, made_at = excluded.made_at, kept_at = excluded.kept_at,
            content = excluded.content, drawn = excluded.drawn, merged = excluded.merged""")
KEEP_COUNTS = text("""
    insert into core.tile_count (sight, col, row, recipe, day, made_at, cells, counts, surfaces, xs, ys)
    values (:sight, :col, :row, :recipe, :day, cast(:made_at as pg_snapshot), :cells, :counts, :surfaces, :xs, :ys)
    on conflict (sight, col, row) do update
        set recipe = excluded.recipe, day = excluded.day, made_at = excluded.made_at, cells = excluded.cells,
            counts = excluded.counts, surfaces = excluded.surfaces, xs = excluded.xs, ys = excluded.ys""")


class KeptTiles:
    """The tiles of one process's readers: found, or made apart, each once for all who wait for it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._makers = Makers[Tile]()
        self._kept = count()
        self._ending = Event()
        self._horizon: dict[str, Any] | None = None

    def tile(self, role: Role, actor: Actor | None, place: Place) -> Tile:
        """The parcels one may see within ``place``, a zoom up to LAST_KEPT; however long it takes."""
        found = self._look(role, actor, place)
        if found is not None:
            return found
        made, new = self.making(role, actor, place)
        found = made.result()
        return found if new else self._look(role, actor, place) or self.making(role, actor, place)[0].result()

    def making(self, role: Role, actor: Actor | None, place: Place) -> tuple[Future[Tile], bool]:
        """The tile as it is being made, apart: nobody has to wait to its end; whether that began just now.

        What began before may be of the land before an edit that is over by now: who waited for it asks once more.

        Raises:
            CrowdedError: too many others are being made.
        """
        sight = actor and replace(actor, actor=None, request=None, reason=None)
        return self._makers.making((role, sight, place), partial(self._found_or_made, role, actor, place))

    def close(self) -> None:
        """End what is being made; one may begin again after."""
        self._ending.set()
        self._makers.close()
        self._ending.clear()

    def _found_or_made(self, role: Role, actor: Actor | None, place: Place) -> Tile:
        return self._look(role, actor, place) or self._made(role, actor, place)  # another may have kept it just now

    def _look(self, role: Role, actor: Actor | None, place: Place) -> Tile | None:
        with self._database.reading(role, actor) as connection:
            return read(connection, looking(place))

    def _made(self, role: Role, actor: Actor | None, place: Place) -> Tile:
        counted = place.zoom <= LAST_COUNTED
        for _ in range(TRIES):
            with self._database.reading(role, actor) as connection:
                row = _counted(connection, place) if counted else _live(connection, place)
            if not counted or not row.gaps:
                self._keep(row, place)
                return tiles.told(row)
            self._fill(role, actor, [Gap(*gap) for gap in row.gaps])
        with self._database.reading(role, actor) as connection:  # edited faster than it is counted
            return tiles.tile(connection, EVERYTHING, place)

    def _fill(self, role: Role, actor: Actor | None, gaps: list[Gap]) -> None:
        for gap in gaps:
            if self._ending.is_set():
                raise CancelledError
            with self._database.reading(role, actor) as connection:
                counts = tiles_counted.counts(connection, EVERYTHING, gap, RECIPE)
            with self._database.connection(Role.WORKER) as connection:
                connection.execute(KEEP_COUNTS, asdict(counts) | {"col": gap.col, "row": gap.row})

    def _keep(self, row: Any, place: Place) -> None:
        told = {name: getattr(row, name) for name in ("sight", "day", "made_at", "content", "drawn", "merged")}
        with self._database.connection(Role.WORKER) as connection:
            connection.execute(KEEP, told | values(place) | {"recipe": RECIPE})
        if next(self._kept) % PRUNED_EVERY == 0:
            self._makers.beside(self._prune)

    def _prune(self) -> None:
        with self._database.connection(Role.WORKER) as connection:
            self._horizon = prune(connection, self._horizon)


def looking(place: Place) -> Asked[Tile | None]:
    """What is asked for a tile that may be kept."""
    return Asked(LOOK, values(place) | {"recipe": RECIPE}, _kept)


def _kept(row: Any) -> Tile | None:
    return None if row is None else tiles.told(row)


def _live(connection: Reading, place: Place) -> Any:
    return one(connection, LIVE, values(place))


def _counted(connection: Reading, place: Place) -> Any:
    asked = values(place) | tiles_counted.squares(place) | {"recipe": RECIPE}
    return one(connection, COUNTED, asked)


def prune(connection: Connection, horizon: dict[str, Any] | None, most: int = MOST_BYTES) -> dict[str, Any]:
    """Drop tiles of other days and those beyond ``most`` bytes, and marks that nothing needs; as the worker.

    Marks go that every tile kept has seen, and every reader as well: those that were there at ``horizon``, the answer
    of an earlier call, by transactions that had ended, when that is longer ago than any reader's statement may take.
    """
    connection.execute(OTHER_DAYS)
    connection.execute(OTHER_DAYS_COUNTED)
    connection.execute(TOO_MANY, {"most": most})
    if horizon is not None:
        connection.execute(NEEDED_BY_NONE, horizon)
    row = connection.execute(NOW).one()
    return {"ended": row.ended, "at": row.at}


# A base that was restored elsewhere knows of transactions that its new server has yet to begin.
OTHER_DAYS = text("""
    delete from core.tile
    where day <> core.today() or pg_snapshot_xmax(made_at) > pg_snapshot_xmax(pg_current_snapshot())
""")
OTHER_DAYS_COUNTED = text("""
    delete from core.tile_count
    where day <> core.today() or pg_snapshot_xmax(made_at) > pg_snapshot_xmax(pg_current_snapshot())""")
TOO_MANY = text("""
    delete from core.tile t using (
        select sight, zoom, col, row, sum(octet_length(content)) over (order by kept_at desc) as size from core.tile) s
    where (t.sight, t.zoom, t.col, t.row) = (s.sight, s.zoom, s.col, s.row) and s.size > :most""")
NEEDED_BY_NONE = text("""
    delete from core.tile_mark
    where xid < cast(cast(:ended as text) as xid8) and cast(:at as timestamptz) < now() - interval '5 minutes'
      and xid < all (select pg_snapshot_xmin(made_at) from core.tile
                     union all select pg_snapshot_xmin(made_at) from core.tile_count)""")
NOW = text("select pg_snapshot_xmin(pg_current_snapshot())::text as ended, now() as at")

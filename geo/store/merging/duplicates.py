"""Rows that one file holds twice, settled over its whole staging table: once is enough when they agree, none stands
when they do not."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, text

from geo.store.layers import Layer
from geo.store.merging.staging import stage


@dataclass(frozen=True, slots=True)
class Twice:
    """What was taken out of a layer. Of the rows (row_number, key, name, first, outline as EWKB), only some are told.

    ``identical`` rows say what an earlier row (``first``) says. Rows in ``disputed`` have the key of another row, of
    which ``other`` is the first that differs. ``repaired`` counts rows of either kind with something mended.
    """

    identical: int = 0
    disputed: int = 0
    repaired: int = 0
    told_identical: list[Row[tuple[object, ...]]] = field(default_factory=list)
    told_disputed: list[Row[tuple[object, ...]]] = field(default_factory=list)


def settle(connection: Connection, layer: Layer, most: int) -> Twice:
    """Take the rows said twice out of the layer's staging table; ``most`` of each kind are told in full."""
    keys = _keys(layer)
    same = " and ".join(f"s.{n} {'is not distinct from' if n == 'approved_on' else '='} k.{n}" for n in keys)
    names = {"keys": ", ".join(keys), "same": same, "key": layer.key[-1], "name": name_of(layer), "stage": stage(layer)}
    connection.execute(text(FIND.format(**names)))
    counts = connection.execute(COUNT).one()
    outline = "public.st_asewkb(s.geom)" if "geom" in layer.shapes else "null::bytea"
    twice = Twice()
    if counts.all:
        identical = list(connection.execute(IDENTICAL, {"most": most}))
        disputed = list(connection.execute(text(DISPUTED.format(stage=stage(layer), outline=outline)), {"most": most}))
        twice = Twice(counts.all - counts.disputed, counts.disputed, counts.repaired, identical, disputed)
        connection.execute(text(f"delete from {stage(layer)} s using twice w where w.place = s.place"))
    connection.execute(text("drop table twice"))
    return twice


def _keys(layer: Layer) -> list[str]:
    """The columns that make two rows of a file the same row; those of one plan are of one document."""
    identity = [name for name in layer.key if name not in ("source", "document")]
    return [*identity, *(["partition", "approved_on"] if "document" in layer.key else [])]


def name_of(layer: Layer) -> str:
    """The column under which a planner knows a row; SQL."""
    for name in ("name", "libelle", "label"):
        if name in layer.staged:
            return f"s.{name}"
    return "null::text"


# Grouping sees every row; the windows only those whose key is there twice.
FIND = """
    create temporary table twice on commit drop as
    with rows as (
        select s.place, s.row_number, s.repaired, s.digest, s.{key} as key, {name} as name, k.number
        from {stage} s
        join (select {keys}, row_number() over () as number from {stage} group by {keys} having count(*) > 1) k
            on {same}
    ), seen as (
        select *, first_value(row_number) over w as first, first_value(digest) over w as first_digest
        from rows window w as (partition by number order by row_number)
    ), told as (
        select *, min(row_number) filter (where digest <> first_digest) over (partition by number) as second from seen
    )
    select place, row_number, repaired, key, name, first, second is not null as disputed,
           case when row_number = first then second else first end as other
    from told where second is not null or row_number <> first"""
COUNT = text("""
    select count(*) as all, count(*) filter (where disputed) as disputed, count(*) filter (where repaired) as repaired
    from twice""")
IDENTICAL = text("select * from twice where not disputed order by row_number limit :most")
DISPUTED = """
    select w.*, {outline} as outline from twice w join {stage} s using (place)
    where w.disputed order by w.row_number limit :most"""

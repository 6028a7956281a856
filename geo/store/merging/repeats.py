"""Rows that a file says again word for word: known by the hash of their text, counted without being staged.

The parts of a merge that ask what the file lacks look at the other rows only (``unsaid``): those of the source that
the file does not repeat, which are few, and those that it never could have. See docs/decisions/raw-skip.md.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from geo.store.layers import LAYERS, Layer

MOST = 4_000_000
"""So many rows of the base are looked through at most: 24 bytes each in the memory of who reads the file."""
UNSAID, UNKNOWN = bytes(16), 16
"""The hash of a row that no text stands for, and how many bytes of a digest are the record's own."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Where repeated rows are looked for: rows of a ``source`` that some ``imports`` wrote, said by files that state
    the same columns (``stated``, the end of their digests).
    """

    source: int
    imports: list[int]
    stated: bytes


@dataclass(frozen=True, slots=True)
class Again:
    """What a staged file repeats: how many rows of which candidates, and the xor of their hashes; ``newest`` is the
    import that was the last one then.
    """

    candidates: Candidates
    rows: int
    print: bytes
    newest: int = 0


FILES = """
    select array_agg(i.id) as imports, sum((i.counts ->> 'new')::bigint) as rows
    from core.import i
    where i.source = :source and i.layer = :layer and i.file_name in (
        select n.file_name from core.import n
        where n.id in (select t.import from {stage} s join {table} t on t.source = :source and t.{key} = s.{key}
                       where s.row_number <= :first))"""
LAST = text("""
    select report -> 'stated' -> layer as stated from core.import
    where source = :source and layer = :layer and report -> 'stated' ? layer order by id desc limit 1""")


def imports_of(connection: Connection, staged: str, layer: Layer, source: int, first: int) -> tuple[list[int], int]:
    """The imports of the files that wrote what stands of the ``first`` rows of a file, and how many rows they made."""
    statement = FILES.format(stage=staged, table=layer.sql_name, key=layer.key[-1])
    row = connection.execute(text(statement), {"source": source, "layer": layer.name, "first": first}).one()
    return list(row.imports or []), int(row.rows or 0)


def last_stated(connection: Connection, layer: Layer, source: int) -> Collection[str] | None:
    """What the newest file of a source stated of a layer; None where none did."""
    found = connection.scalar(LAST, {"source": source, "layer": layer.name})
    return None if found is None else set(found)


_STANDS = {"parcels": "t.deleted_on is null", "cadastre": "t.retired_on is null"}
# What a planner did meanwhile changes nothing of what the file says; what a merge ended, a merge brings back.
_STANDS_STILL = {
    "parcels": "(t.deleted_on is null or t.overrides ? 'deleted_on')",
    "cadastre": "t.retired_on is null",
}
_MORE_THAN_ITS_TEXT = {"parcels": "t.origin <> 'cadastre'", "cadastre": "false"}
TEXTS = """
    select string_agg(case when t.raw is not null and substr(t.digest, {own} + 1) = %(stated)s and not ({read})
                           then t.raw else %(unsaid)s end || int8send(t.id), '')
    from {table} t
    where t.source = %(source)s and t.import = any(%(imports)s) and {stands}
      and t.ctid >= %(first)s::tid and t.ctid < %(last)s::tid"""
PAGES = 16_384
"""Pages of the table looked through at once."""


def texts(connection: Connection, layer: Layer, told: Candidates, read: str) -> Iterator[bytes]:
    """The candidates, 24 bytes each: hash of the text (zeros: none, or the row ``t`` is one to ``read``: SQL), id
    (big-endian)."""
    return _texts(connection, layer, told, _STANDS, f"{read} or {_MORE_THAN_ITS_TEXT[layer.name]}")


def texts_still(connection: Connection, layer: Layer, told: Candidates) -> Iterator[bytes]:
    """The same of rows that a file was found to repeat, when it is confirmed."""
    return _texts(connection, layer, told, _STANDS_STILL, "false")


def _texts(
    connection: Connection, layer: Layer, told: Candidates, stands: Mapping[str, str], read: str
) -> Iterator[bytes]:
    names = {"table": layer.sql_name, "stands": stands[layer.name], "read": read, "own": UNKNOWN}
    values = {"source": told.source, "imports": told.imports, "stated": told.stated, "unsaid": UNSAID}
    driver: Any = connection.connection.driver_connection
    size = text("select pg_relation_size(cast(:table as regclass)) / current_setting('block_size')::int")
    pages = connection.scalar(size, {"table": layer.sql_name}) or 0
    with driver.cursor(binary=True) as cursor:
        for first in range(0, pages, PAGES):
            limits = {"first": f"({first},0)", "last": f"({first + PAGES},0)"}
            (block,) = cursor.execute(TEXTS.format(**names), values | limits).fetchone()
            yield block or b""


def rest_of(delivery: int, layer: Layer) -> str:
    """The qualified name of the table of candidates that a file does not repeat."""
    return f"staging.d{int(delivery)}_{layer.name}_rest"


KEEP = text("""
    insert into staging.again (delivery, layer, source, imports, newest, stated, rows, print, communes)
    select :delivery, :layer, :source, :imports, coalesce(max(i.id), 0), :stated, :rows, :print, :communes
    from core.import i""")
# One commune after the other by the index, and of each no more than the first row that is repeated.
COMMUNES = """
    with recursive named as (
        (select commune_insee as code from {table} where commune_insee is not null order by commune_insee limit 1)
        union all
        select (select t.commune_insee from {table} t where t.commune_insee > n.code order by t.commune_insee limit 1)
        from named n where n.code is not null)
    select coalesce(array_agg(code), '{{}}') from named
    cross join lateral (
        select from (select id from {table} t where t.commune_insee = code and t.source = :source
                     and t.import = any(:imports) and {stands} offset 0) t
        where not exists (select from {rest} r where r.id = t.id) limit 1) one"""


def keep(connection: Connection, delivery: int, layer: Layer, told: Again, rest: Iterable[int]) -> None:
    """Note what a file repeats, in which communes, and the ids of the candidates that it does not (``rest``)."""
    table = rest_of(delivery, layer)
    _forget(connection, delivery, layer)
    connection.execute(text(f"create unlogged table {table} (id bigint not null)"))
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"copy {table} from stdin") as sink:
        sink.write("".join(f"{number}\n" for number in rest))
    connection.execute(text(f"create index on {table} (id)"))
    connection.execute(text(f"analyze {table}"))
    where = told.candidates
    values = {"delivery": delivery, "layer": layer.name, "rows": told.rows, "print": told.print}
    values |= {"source": where.source, "imports": where.imports, "stated": where.stated}
    names = {"table": layer.sql_name, "rest": table, "stands": _STANDS[layer.name]}
    values["communes"] = connection.scalar(text(COMMUNES.format(**names)), values)
    connection.execute(KEEP, values)


FIND = text("select * from staging.again where delivery = :delivery and layer = :layer")


def find(connection: Connection, delivery: int, layer: Layer) -> Again | None:
    """What a staged file repeats of a layer; None when it was staged whole."""
    row = connection.execute(FIND, {"delivery": delivery, "layer": layer.name}).one_or_none()
    if row is None:
        return None
    return Again(Candidates(row.source, list(row.imports), bytes(row.stated)), row.rows, bytes(row.print), row.newest)


def none_since(connection: Connection, told: Again) -> bool:
    """Whether nothing was merged since the file was staged."""
    newer = text("select exists (select from core.import where id > :newest)")
    return not connection.scalar(newer, {"newest": told.newest})


def rest(connection: Connection, delivery: int, layer: Layer) -> list[int]:
    """The ids of the candidates that a staged file does not repeat."""
    return list(connection.scalars(text(f"select id from {rest_of(delivery, layer)}")))


def said_twice(connection: Connection, delivery: int, staged: str, layer: Layer) -> bool:
    """Whether a staged row has the key of a row that the file repeats as well: the file holds that key twice."""
    told = find(connection, delivery, layer)
    if told is None:
        return False
    key = layer.key[-1]
    statement = f"""select exists (
        select from {staged} s join {layer.sql_name} t on t.source = :source and t.{key} = s.{key}
        where t.import = any(:imports) and {_STANDS[layer.name]}
          and not exists (select from {rest_of(delivery, layer)} r where r.id = t.id))"""
    values = {"source": told.candidates.source, "imports": told.candidates.imports}
    return bool(connection.scalar(text(statement), values))


OTHERS = text("""
    select exists (select from core.import i
        where i.layer = :layer and (not :own or i.source = :source) and i.id <> all(:imports)
          and coalesce((i.counts ->> 'new')::bigint + (i.counts ->> 'changed')::bigint, 1) > 0)""")


def unsaid(connection: Connection, delivery: int, layer: Layer) -> str:
    """SQL: the rows of the base that the file does not repeat, as a merge of it asks for them."""
    told = find(connection, delivery, layer)
    if told is None:
        return f"select * from {layer.sql_name}"
    where = told.candidates
    # "offset 0": looked up one by one, before anything else is asked of them
    rows = f"(select t.* from {layer.sql_name} t join {rest_of(delivery, layer)} r on r.id = t.id offset 0)"
    values = {"layer": layer.name, "own": "source" in layer.key, "source": where.source, "imports": where.imports}
    if connection.scalar(OTHERS, values):
        listed = ", ".join(str(int(number)) for number in where.imports)
        rows += f""" union all select t.* from {layer.sql_name} t
            where t.source <> {int(where.source)} or coalesce(t.import not in ({listed}), true)"""
    return rows


def repeated(connection: Connection, delivery: int, layer: Layer) -> str:
    """SQL: the rows of the base that the file repeats."""
    told = find(connection, delivery, layer)
    if told is None:
        return f"select * from {layer.sql_name} where false"
    listed = ", ".join(str(int(number)) for number in told.candidates.imports)
    return f"""select t.* from {layer.sql_name} t
        where t.source = {int(told.candidates.source)} and t.import in ({listed}) and {_STANDS_STILL[layer.name]}
          and not exists (select from {rest_of(delivery, layer)} r where r.id = t.id)"""


def expect_few(connection: Connection, delivery: int, layer: Layer) -> None:
    """Where most of a file is repeated, look its other rows up one by one: they are not worth a scan of the base."""
    if find(connection, delivery, layer) is not None:
        connection.execute(text("set local random_page_cost = 1.1"))
        connection.execute(text("set local jit = off"))


def again(delivery: int, layer: Layer) -> str:
    """SQL: how many rows the file repeats, and the communes they are of; no row where it was staged whole."""
    return f"select rows, communes from staging.again where delivery = {int(delivery)} and layer = '{layer.name}'"


def drop(connection: Connection, delivery: int) -> None:
    """Forget what a delivery repeats."""
    for layer in LAYERS.values():
        if layer.remembers:
            _forget(connection, delivery, layer)


FORGET = text("delete from staging.again where delivery = :delivery and layer = :layer")


def _forget(connection: Connection, delivery: int, layer: Layer) -> None:
    connection.execute(text(f"drop table if exists {rest_of(delivery, layer)}"))
    connection.execute(FORGET, {"delivery": delivery, "layer": layer.name})

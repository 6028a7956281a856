"""Rows as PostgreSQL's binary COPY wants them, packed a column at a time; imports no more than a reading child needs.

The formats are those of the server's own send functions ("Binary Format" under COPY in PostgreSQL's manual): each
value is its length (four bytes, big-endian; -1 for null) and its bytes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, repeat
from struct import Struct
from typing import Any

import orjson
import psycopg

SIGNATURE, TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
"""A value that is not there."""
LENGTH = Struct(">i")
"""What stands before each value: how many bytes it takes."""
_FIELDS = Struct(">h")
_TEXT_OID = 25
_EPOCH = date(2000, 1, 1).toordinal()

Packed = Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Target:
    """Where the rows of one layer go: the COPY statement, and the wire type of each column by name.

    ``key`` names the column that holds the natural key; columns of type ``geometry`` travel as EWKB.
    """

    layer: str
    statement: str
    key: str
    columns: dict[str, str]


def _fixed(form: str) -> Callable[[Any], bytes]:
    struct = Struct(f">i{form}")
    size = struct.size - LENGTH.size
    return lambda value: struct.pack(size, value)


def _bytes(value: bytes) -> bytes:
    return LENGTH.pack(len(value)) + value


def _text(value: str) -> bytes:
    encoded = value.encode()
    return LENGTH.pack(len(encoded)) + encoded


def _texts(values: Sequence[str]) -> bytes:
    if not values:
        return _bytes(_ARRAY_HEAD.pack(0, 0, _TEXT_OID))
    head = _ARRAY_HEAD.pack(1, 0, _TEXT_OID) + _ARRAY_SIZE.pack(len(values), 1)
    return _bytes(head + b"".join(map(_text, values)))


_ARRAY_HEAD, _ARRAY_SIZE = Struct(">iii"), Struct(">ii")
_DAY = _fixed("i")

PACK: dict[str, Callable[[Any], bytes]] = {
    "bool": _fixed("?"),
    "int2": _fixed("h"),
    "int4": _fixed("i"),
    "int8": _fixed("q"),
    "float8": _fixed("d"),
    "date": lambda value: _DAY(value.toordinal() - _EPOCH),
    "text": _text,
    "bytea": _bytes,
    "geometry": _bytes,
    "text[]": _texts,
    "jsonb": lambda value: _bytes(b"\x01" + orjson.dumps(value)),
}
"""How a value of each wire type is packed."""
_EACH = frozenset({"bytea", "geometry", "text[]", "jsonb"})
"""Types whose values differ from row to row, or cannot be keys of a memo."""


class _Memo(dict[Any, bytes]):
    """Each distinct value of a column is packed once."""

    def __init__(self, pack: Callable[[Any], bytes]) -> None:
        super().__init__({None: NULL})
        self._pack = pack

    def __missing__(self, value: Any) -> bytes:
        packed = self[value] = self._pack(value)
        return packed


def packed(kind: str, values: Sequence[Any], *, distinct: bool = False) -> Packed:
    """One column, each value with its length before it; ``distinct`` says that few values occur twice."""
    pack = PACK[kind]
    if distinct or kind in _EACH:
        return [NULL if value is None else pack(value) for value in values]
    return list(map(_Memo(pack).__getitem__, values))


def head_of(target: Target) -> bytes:
    """What each row begins with: how many columns it has."""
    return _FIELDS.pack(len(target.columns))


def write(connection: "psycopg.Connection[Any]", target: Target, columns: Sequence[Packed]) -> None:
    """Append packed columns, in the order of ``target.columns``, to the staging table in the open transaction."""
    rows = zip(repeat(head_of(target), len(columns[0])), *columns, strict=True)
    write_rows(connection, target, chain.from_iterable(rows))


def write_rows(connection: "psycopg.Connection[Any]", target: Target, rows: Iterable[bytes]) -> None:
    """Append rows that stand as COPY wants them, end to end."""
    with connection.cursor() as cursor, cursor.copy(target.statement) as sink:
        sink.write(b"".join(chain((SIGNATURE,), rows, (TRAILER,))))


KEEP = "insert into staging.chunk (delivery, number, report) values (%s, %s, %s)"


def keep_chunk(connection: "psycopg.Connection[Any]", delivery: int, number: int, report: bytes) -> None:
    """Note in the open transaction that a chunk is staged; ``report`` is its part of the report as JSON."""
    connection.execute(KEEP, (delivery, number, report.decode()))

"""GeoJSON as RFC 7946 has it, one feature a line, written while the rows come."""

from collections.abc import Callable
from typing import IO

import orjson

from geo.store.extracted import Extract

DIGITS = 9
"""Decimals of a degree: a tenth of a millimetre, well below the millimetre that an update takes for a change."""

Told = Callable[[int, int], None]


def write(target: IO[bytes], collection: str, rows: Extract, told: Told | None) -> int:
    """Write every row as a feature of one collection; the number written.

    ``id`` is both the feature's identifier and a property: programs that drop the one keep the other.
    """
    target.write(b'{"type":"FeatureCollection","name":' + orjson.dumps(collection) + b',"features":[\n')
    done = _write(target, rows, told, b",\n")
    target.write(b"\n]}\n" if done else b"]}\n")
    return done


def write_lines(target: IO[bytes], rows: Extract, told: Told | None) -> int:
    """Write every row as a feature on a line of its own (newline-delimited GeoJSON); the number written."""
    done = _write(target, rows, told, b"\n")
    if done:
        target.write(b"\n")
    return done


def _write(target: IO[bytes], rows: Extract, told: Told | None, between: bytes) -> int:
    names = [field.name for field in rows.fields]
    done = 0
    for batch in rows.batches:
        target.write(between if done else b"")
        target.write(between.join(_feature(names, row) for row in batch))
        done += len(batch)
        if told:
            told(done, rows.total)
    return done


def _feature(names: list[str], row: tuple[object, ...]) -> bytes:
    shape = row[-1]
    feature = {
        "type": "Feature",
        "id": row[names.index("id")],
        "geometry": None if shape is None else orjson.Fragment(str(shape)),
        "properties": dict(zip(names, row, strict=False)),
    }
    return orjson.dumps(feature, option=orjson.OPT_UTC_Z)

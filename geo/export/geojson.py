"""GeoJSON as RFC 7946 has it, one feature a line, written while the rows come."""

from collections.abc import Callable
from typing import IO

import orjson

from geo.store.extract import Extract

DIGITS = 9
"""Decimals of a degree: a tenth of a millimetre, well below the millimetre that an update takes for a change."""

Told = Callable[[int, int], None]


def write(target: IO[bytes], collection: str, rows: Extract, told: Told | None) -> int:
    """Write every row as a feature; the number written.

    ``id`` is both the feature's identifier and a property: programs that drop the one keep the other.
    """
    names = [field.name for field in rows.fields]
    place = names.index("id")
    target.write(b'{"type":"FeatureCollection","name":' + orjson.dumps(collection) + b',"features":[')
    done = 0
    for batch in rows.batches:
        lines = []
        for row in batch:
            shape = row[-1]
            feature = {
                "type": "Feature",
                "id": row[place],
                "geometry": None if shape is None else orjson.Fragment(str(shape)),
                "properties": dict(zip(names, row, strict=False)),
            }
            lines.append(orjson.dumps(feature, option=orjson.OPT_UTC_Z))
        target.write(b",\n" if done else b"\n")
        target.write(b",\n".join(lines))
        done += len(batch)
        if told:
            told(done, rows.total)
    target.write(b"\n]}\n")
    return done

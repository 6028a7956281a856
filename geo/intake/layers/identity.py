"""What makes a record the same record: its digest."""

import hashlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

DIGEST_BYTES = 16
_VERSION = b"emprise/record/1"


def digests(
    layer: str, crs: str, keys: Sequence[str], fields: dict[str, list[object]], source: NDArray[np.object_]
) -> list[bytes]:
    """BLAKE2b (16 bytes) of each record: key, values of all columns by name, source geometry and its system.

    Depends on nothing else: not on the row's number, the file's name, or the order of fields.
    """
    names = sorted(fields)
    begin = head(layer, crs, names)
    records = zip(keys, *(fields[name] for name in names), strict=True)
    return [
        hashlib.blake2b(begin + orjson.dumps(record) + (wkb or b""), digest_size=DIGEST_BYTES).digest()
        for record, wkb in zip(records, shapely.to_wkb(source, byte_order=1), strict=True)
    ]


def head(layer: str, crs: str, names: Sequence[str]) -> bytes:
    """What the text of every digest of records with these columns begins with."""
    return _VERSION + orjson.dumps([layer, crs, list(names)])


def hashed(texts: NDArray[np.uint8], offsets: NDArray[np.int64]) -> list[bytes]:
    """The digests of texts of digests that stand end to end."""
    raw = texts.tobytes()
    places = pairwise(offsets.tolist())
    return [hashlib.blake2b(raw[begin:end], digest_size=DIGEST_BYTES).digest() for begin, end in places]

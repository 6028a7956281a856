"""Plain cadastral parcels as the rows of their staging table, packed all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.intake.files.scanner import Bytes, Places
from geo.intake.layers.identity import DIGEST_BYTES, hashed, head
from geo.intake.layers.plain_idus import SIZE
from geo.intake.layers.plain_rings import Outlines, Rings
from geo.intake.layers.plain_values import Column
from geo.intake.pieces import Rows
from geo.store.merging.copying import LENGTH, NULL, Target, head_of, packed

_NUMBER = np.dtype([("size", ">i4"), ("value", ">i4")])


@dataclass(frozen=True, slots=True)
class Plain:
    """n plain rows of a chunk's ``text``: their ``numbers`` in the file, where each identifier begins (``idus``),
    ``columns`` but for the identifier, ``rings`` and, where that is remembered, the hash of each feature (``raw``)."""

    text: Bytes
    numbers: NDArray[np.int64]
    idus: Places
    columns: Mapping[str, Column]
    rings: Rings
    raw: Sequence[bytes] | None

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def spelt(self) -> Bytes:
        """The identifiers, (n, 14)."""
        return np.asarray(self.text[self.idus[:, None] + np.arange(SIZE)])


def packed_rows(plain: Plain, target: Target, crs: str, srid: int) -> bytes:
    """The rows as COPY wants them, end to end; read in the system ``crs``, drawn in EPSG:``srid``."""
    rows = Rows(len(plain))
    rows.same(head_of(target))
    for name, kind in target.columns.items():
        match name:
            case "row_number":
                rows.blocks(_numbers(plain.numbers))
            case "repaired":
                rows.same(packed(kind, [False])[0])
            case "digest":
                _add_hashes(rows, _digests(plain, crs))
            case "raw":
                _add_raw(rows, plain.raw)
            case "idu":
                rows.same(LENGTH.pack(SIZE))
                rows.blocks(plain.spelt)
            case "geom":
                _add_outlines(rows, plain.rings.oriented(srid))
            case _:
                column = plain.columns[name]
                rows.one_of([value.copied for value in column.values], column.which)
    return rows.join()[0].tobytes()


def _digests(plain: Plain, crs: str) -> list[bytes]:
    """What geo.intake.layers.identity.digests gives for these records."""
    names = sorted([*plain.columns, "idu"])
    rows = Rows(len(plain))
    rows.same(head("cadastre", crs, names) + b"[")
    for name in ["idu", *names]:
        if name == "idu":
            rows.same(b'"')
            rows.blocks(plain.spelt)
            rows.same(b'",' if name != names[-1] else b'"')
        else:
            column = plain.columns[name]
            after = b"]" if name == names[-1] else b","
            rows.one_of([value.told + after for value in column.values], column.which)
    outlines = plain.rings.normal()
    rows.cut(outlines.raw, outlines.offsets[:-1], outlines.sizes)
    return hashed(*rows.join())


def _numbers(numbers: NDArray[np.int64]) -> Bytes:
    both = np.empty(len(numbers), _NUMBER)
    both["size"], both["value"] = 4, numbers
    return both.view(np.uint8).reshape(len(numbers), _NUMBER.itemsize)


def _add_hashes(rows: Rows, hashes: Sequence[bytes]) -> None:
    rows.same(LENGTH.pack(DIGEST_BYTES))
    rows.blocks(np.frombuffer(b"".join(hashes), np.uint8).reshape(len(hashes), DIGEST_BYTES))


def _add_raw(rows: Rows, raw: Sequence[bytes] | None) -> None:
    if raw is None:
        rows.same(NULL)
    else:
        _add_hashes(rows, raw)


def _add_outlines(rows: Rows, outlines: Outlines) -> None:
    rows.blocks(outlines.sizes.astype(">i4").view(np.uint8).reshape(-1, LENGTH.size))
    rows.cut(outlines.raw, outlines.offsets[:-1], outlines.sizes)

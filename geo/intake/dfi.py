"""Filiation of cadastral parcels as the DGFiP publishes it (documents de filiation informatisés, DFI).

One text file a department, fields of fixed width between semicolons. Each lot of a document takes two lines, its
mothers (type 1) then its daughters (type 2); either list may be empty: land from or to the public domain::

    140;001;000;0000299;1;19900305;WRITER;00001;1;A0012;
    140;001;000;0000299;1;19900305;WRITER;00001;2;A0297;A0298;

The fields: department and its tax office (3), commune (3), prefix (3), document (7), nature (1), day of validation,
writer, lot (5), type of line, parcels as section and number. Source: DGFiP, "Description du fichier DFI", as the
department of Calvados explains it. The writer's name is never kept.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from geo.intake.layers.days import day
from geo.intake.problems import Rejection
from geo.land.ids import BadCadastralId, from_parts

_FIELDS = 9
_LINE = re.compile(rb"(\d\d|2[AB])\d;\d{3};[0-9 ]{0,3};")
_PARCEL = re.compile(r"([0-9A-Z]{1,2}?)(\d{4})")
_MOTHERS, _DAUGHTERS = "1", "2"
MAX_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Filiation:
    """One lot of a document: cadastral parcels (14 characters) and what took their place on day ``on``."""

    document: str
    nature: str
    on: date
    mothers: tuple[str, ...]
    daughters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Half:
    row: int
    document: str
    kind: str
    nature: str
    on: date
    parcels: tuple[str, ...]


def looks_like_dfi(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a filiation file."""
    return _LINE.match(head) is not None


def read(lines: Iterable[bytes]) -> Iterator[Filiation | Rejection]:
    """The lots of a file in its order; lines that cannot be read are told, with what would be right."""
    waiting: _Half | None = None
    for row, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        half = _half(row, line)
        if isinstance(half, Rejection):
            yield half
        elif half.kind == _MOTHERS:
            if waiting:
                yield _alone(waiting)
            waiting = half
        elif waiting and waiting.document == half.document:
            yield Filiation(half.document, half.nature, half.on, waiting.parcels, half.parcels)
            waiting = None
        else:
            yield _alone(half)
    if waiting:
        yield _alone(waiting)


def _alone(half: _Half) -> Rejection:
    return Rejection(half.row, "type", half.document, "dfi.alone", params={"document": half.document})


def _half(row: int, line: bytes) -> _Half | Rejection:
    fields = [field.strip() for field in line[:MAX_LINE].decode("latin-1").strip().split(";")]
    if len(fields) < _FIELDS or fields[8] not in (_MOTHERS, _DAUGHTERS):
        return Rejection(row, "line", None, "dfi.line", params={"fields": len(fields)})
    department, commune, prefixe, document, nature, validated, _writer, lot, kind, *parcels = fields
    on, _ = day(validated)
    if not isinstance(on, date):
        return Rejection(row, "date", validated[:20], "dfi.date", params={"found": validated[:20]})
    insee = f"{department[:2]}{commune}"
    try:
        found = tuple(_idu(insee, prefixe, parcel) for parcel in parcels if parcel)
    except BadCadastralId:
        return Rejection(row, "parcels", None, "dfi.parcel", params={"commune": insee[:5]})
    return _Half(row, f"{insee}{prefixe.zfill(3)}-{document}-{lot}", kind, nature, on, found)


def _idu(insee: str, prefixe: str, spelt: str) -> str:
    matched = _PARCEL.fullmatch(spelt.replace(" ", ""))
    if matched is None:
        raise BadCadastralId("cadastre.bad_id", text=spelt[:20])
    return from_parts(insee, prefixe or None, matched[1], matched[2]).idu

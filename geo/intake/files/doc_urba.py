"""DOC_URBA, the table of a plan's archive that says what each document is: its kind, state and days."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from geo.intake.files.places import split
from geo.intake.layers.days import day
from geo.intake.layers.values import text

Documents = Mapping[str, Mapping[str, object]]
_NAME = re.compile(r"(?:.*_)?doc_urba(?:_\d{8})?\.dbf", re.IGNORECASE)
_MOST_BYTES = 1 << 20
"""A territory has few documents: a larger table is none of theirs."""
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)
_FIELD = 32
_END = 0x0D
_DELETED = 0x2A


def documents(path: Path) -> Documents:
    """What DOC_URBA in a zip archive, or beside a shapefile, says of each plan: by IDURBA in capitals.

    ``idurba``, ``plan_kind``, ``plan_etat``, ``approved_on``, ``plan_ended_on``. Empty when there is no such table or
    it cannot be read: it only completes what the zones say themselves.
    """
    found: dict[str, dict[str, object]] = {}
    for raw in _tables(split(path)[0]):
        try:
            rows = list(_rows(raw))
        except (struct.error, UnicodeError, ValueError, IndexError):
            continue
        for row in rows:
            idurba = text(row.get("idurba"))[0]
            if idurba is not None:
                found[str(idurba).upper()] = {
                    "idurba": idurba,
                    "plan_kind": text(row.get("typedoc"))[0],
                    "plan_etat": text(row.get("etat"))[0],
                    "approved_on": day(row.get("datappro"))[0],
                    "plan_ended_on": day(row.get("datefin"))[0],
                }
    return found


def _tables(path: Path) -> Iterator[bytes]:
    if path.suffix.lower() == ".shp":
        for beside in sorted(path.parent.iterdir()):
            if _NAME.fullmatch(beside.name) and beside.stat().st_size <= _MOST_BYTES:
                yield beside.read_bytes()
        return
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if _NAME.fullmatch(PurePosixPath(info.filename).name) and info.file_size <= _MOST_BYTES:
                    with archive.open(info) as member:
                        yield member.read(_MOST_BYTES + 1)
    except _DAMAGE:
        return


def _rows(raw: bytes) -> Iterator[dict[str, str]]:
    """The rows of a dBase table: its header says where fields and rows lie."""
    count, start, length = struct.unpack_from("<IHH", raw, 4)
    fields, place = [], _FIELD
    while raw[place] != _END:
        name = raw[place : place + 11].split(b"\0")[0].decode("ascii").lower()
        fields.append((name, raw[place + 16]))
        place += _FIELD
    for row in range(count):
        record = raw[start + row * length : start + (row + 1) * length]
        if len(record) < max(1, length):
            return  # cut short, or its header claims rows that are not there
        if record[0] == _DELETED:
            continue
        found, at = {}, 1
        for name, width in fields:
            found[name] = _decoded(record[at : at + width])
            at += width
        yield found


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8").strip("\0 ")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace").strip("\0 ")

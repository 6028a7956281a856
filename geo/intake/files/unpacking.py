"""From a file on disk to the parts that can be read: format by bytes, archives unfolded into a private folder."""

import errno
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.intake.files import archive, container, edigeo_part, geojson, table, tar_archive, zip_archive
from geo.intake.files.archive import Member
from geo.intake.files.bytestream import head_of
from geo.intake.files.formats import ARCHIVES, HEAD_BYTES, PACKED, TABLES, Format, sniff
from geo.intake.files.part import Part
from geo.intake.files.places import split
from geo.intake.files.private_folder import PrivateFolder
from geo.intake.files.table_columns import Chosen
from geo.intake.problems import Remark, Unreadable

Opened = tuple[Sequence[Part], list[Remark]]


class Folder:
    """A private folder, made when first asked for and removed with all in it by :meth:`close`."""

    def __init__(self) -> None:
        self._made: PrivateFolder | None = None

    @property
    def path(self) -> Path:
        """Where it is."""
        if self._made is None:
            self._made = PrivateFolder()
        return self._made.path

    def close(self) -> None:
        """Remove it."""
        if self._made is not None:
            self._made.close()
            self._made = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is wanted of a file: a coordinate system and a layer said by the caller; names that may tell a sheet."""

    crs: str | None
    layer: str | None
    names: tuple[str, ...]
    columns: Chosen = None


def parts_of(path: Path, folder: Folder, crs: str | None, layer: str | None = None, columns: Chosen = None) -> Opened:
    """The parts of a file, unfolded into ``folder`` first where it is packed, and what is said of those left out.

    ``path`` may go on inside an archive (``a.zip/inner/b.gpkg``); an archive alone means all in it. ``crs`` is the
    coordinate system asked for; with one, what the file declares need not be understood. ``layer`` is what the rows
    are forced to be, ``columns`` where the geometry of a table stands when it is not to be detected.

    Raises:
        Unreadable: no format intake opens, damaged, hostile, or without any layer of shapes.
    """
    file, inner = split(path)
    asked = _Asked(crs, layer, (file.name, file.resolve().parent.name), columns)
    kind, packing = kind_of(file), None
    if kind in PACKED:
        packing, kind = kind, sniff(head_of(file, gzipped=kind is Format.GZIP, bzipped=kind is Format.BZIP2))
        if kind is Format.ZIP or kind in PACKED:
            raise Unreadable("archive.nested", name=file.name)
    if inner is not None and kind not in ARCHIVES:
        raise Unreadable("archive.not_one", name=file.name, inner=inner)
    if packing is Format.GZIP and kind is Format.GEOJSON:
        return [geojson.open_part(file, file.name, crs, gzipped=True)], []
    if packing is not None:
        unfolded = folder.path / "unfolded"
        archive.unfold(file, unfolded, bzipped=packing is Format.BZIP2)
        return _opened(unfolded, kind, _stem(file), folder, inner, asked)
    name = file.name if kind is Format.GEOJSON else _stem(file)
    return _opened(file, kind, name, folder, inner, asked)


def kind_of(path: Path) -> Format:
    """The format of a file; a workbook is told from other zip archives by its members. Raises Unreadable."""
    with path.open("rb") as file:
        kind = sniff(file.read(HEAD_BYTES))
    return Format.XLSX if kind is Format.ZIP and zip_archive.is_workbook(path) else kind


def _opened(path: Path, kind: Format, name: str, folder: Folder, inner: str | None, asked: _Asked) -> Opened:
    if kind in ARCHIVES:
        return _members(path, kind, folder, inner, asked)
    return _single(path, kind, name, asked)


def _single(path: Path, kind: Format, name: str, asked: _Asked) -> Opened:
    """The parts of a file that is no archive."""
    if kind is Format.GEOJSON:
        return [geojson.open_part(path, name, asked.crs, gzipped=False)], []
    if kind in TABLES:
        return table.open_parts(path, kind, name, asked.crs, asked.columns)
    if kind is Format.EDIGEO:
        return edigeo_part.open_parts(path, name, asked.layer, asked.names)
    parts, remarks = container.open_parts(path, kind, name, asked.crs)
    if not parts:
        raise Unreadable("container.empty", name=name)
    return parts, remarks


def _members(path: Path, kind: Format, folder: Folder, inner: str | None, asked: _Asked) -> Opened:
    opening = zip_archive.entries if kind is Format.ZIP else tar_archive.entries
    with opening(path) as entries:
        members = archive.take(entries, folder.path, inner)
    parts: list[Part] = []
    remarks: list[Remark] = []
    for member in members:
        try:
            found, said = _member(member, asked)
        except Unreadable as refusal:
            if len(members) == 1 or not _beside(member):
                raise
            found, said = [], [Remark(0, member.inner, None, "part.left_out", params=_why(member, refusal))]
        parts += found
        remarks += said
    if not parts:
        raise Unreadable("archive.nothing")
    return parts, remarks


def _member(member: Member, asked: _Asked) -> Opened:
    kind = kind_of(member.path)
    if kind in ARCHIVES or kind in PACKED:
        raise Unreadable("archive.nested", name=member.inner)
    known = _Asked(asked.crs, asked.layer, (*asked.names, member.inner), asked.columns)
    return _single(member.path, kind, member.name, known)


def _beside(member: Member) -> bool:
    """Whether a member may be no land at all (metadata, a list) beside others that are."""
    return member.path.suffix in (".json", *archive.TABLES)


def _why(member: Member, refusal: Unreadable) -> dict[str, object]:
    return {"part": member.inner, "reason": refusal.code}


def _stem(path: Path) -> str:
    return path.name.split(".")[0]


def measure(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of the file ``path`` lies in, a shapefile's and an exchange's side files included."""
    try:
        file, _ = split(path)
        digest, size = hashlib.sha256(), 0
        for one in archive.parts_of(file):
            with one.open("rb") as content:
                while piece := content.read(1 << 20):
                    digest.update(piece)
                    size += len(piece)
    except OSError as error:
        reason = errno.errorcode.get(error.errno or 0, "?")
        raise Unreadable("source.unreadable", path=str(path), reason=reason) from error
    return size, digest.hexdigest()

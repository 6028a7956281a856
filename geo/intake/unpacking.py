"""From a file on disk to the parts that can be read: format by bytes, archives unfolded into a private folder."""

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from geo.intake import archive, container, geojson
from geo.intake.bytestream import head_of
from geo.intake.formats import HEAD_BYTES, Format, sniff
from geo.intake.part import Part
from geo.intake.problems import Remark, Unreadable, shown

Opened = tuple[Sequence[Part], list[Remark]]


class Folder:
    """A private folder, made when first asked for and removed with all in it by :meth:`close`."""

    def __init__(self) -> None:
        self._made: tempfile.TemporaryDirectory[str] | None = None

    @property
    def path(self) -> Path:
        """Where it is."""
        if self._made is None:
            self._made = tempfile.TemporaryDirectory(prefix="emprise-intake-")
        return Path(self._made.name)

    def close(self) -> None:
        """Remove it."""
        if self._made is not None:
            self._made.cleanup()
            self._made = None


def parts_of(path: Path, folder: Folder, crs: str | None) -> Opened:
    """The parts of a file, unfolded into ``folder`` first where it is packed, and what is said of those left out.

    ``crs`` is the coordinate system asked for; with one, what the file declares need not be understood.

    Raises:
        Unreadable: no format intake opens, damaged, hostile, or without any layer of shapes.
    """
    kind = sniff(_head(path))
    if kind is Format.GZIP:
        return _gzipped(path, folder, crs)
    if kind is Format.GEOJSON:
        return [geojson.open_part(path, path.name, crs, gzipped=False)], []
    if kind is Format.ZIP:
        return _members(path, folder, crs)
    return _container(path, kind, _stem(path), crs)


def _gzipped(path: Path, folder: Folder, crs: str | None) -> Opened:
    kind = sniff(head_of(path, gzipped=True))
    if kind is Format.GEOJSON:
        return [geojson.open_part(path, path.name, crs, gzipped=True)], []
    if kind in (Format.ZIP, Format.GZIP):
        raise Unreadable("zip.nested", f"{path.name} is an archive inside gzip; unpack it once")
    unfolded = folder.path / "source"
    archive.gunzip(path, unfolded)
    return _container(unfolded, kind, _stem(path), crs)


def _members(path: Path, folder: Folder, crs: str | None) -> Opened:
    parts: list[Part] = []
    remarks: list[Remark] = []
    for member in archive.unpack(path, folder.path):
        kind = sniff(_head(member.path))
        if kind in (Format.ZIP, Format.GZIP):
            raise Unreadable("zip.nested", f"{shown(member.name)} is an archive inside the archive; unpack it once")
        if kind is Format.GEOJSON:
            parts.append(geojson.open_part(member.path, member.name, crs, gzipped=False))
        else:
            found, said = _container(member.path, kind, member.name, crs)
            parts += found
            remarks += said
    return parts, remarks


def _container(path: Path, kind: Format, name: str, crs: str | None) -> Opened:
    parts, remarks = container.open_parts(path, kind, name, crs)
    if not parts:
        raise Unreadable("container.empty", f"{name} holds no layer with geometry")
    return parts, remarks


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _stem(path: Path) -> str:
    return path.name.split(".")[0]


def measure(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file, a shapefile's side files included."""
    try:
        if not path.is_file():
            raise Unreadable("source.missing", f"{path} is not a file")
        files = list(archive.parts_of(path)) if path.suffix.lower() == ".shp" else [path]
        digest, size = hashlib.sha256(), 0
        for one in files:
            with one.open("rb") as file:
                while piece := file.read(1 << 20):
                    digest.update(piece)
                    size += len(piece)
    except OSError as error:
        raise Unreadable("source.unreadable", f"{path}: {error.strerror}") from error
    return size, digest.hexdigest()

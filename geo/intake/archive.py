"""Zip archives from strangers: what is inside is judged before a byte is unfolded, and written under our names only."""

import errno
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from geo.intake.bytestream import ByteStream
from geo.intake.problems import Unreadable, shown

MAX_ENTRIES = 1_000
MAX_UNFOLDED = 8 << 30
MAX_RATIO = 250
_RATIO_FROM = 16 << 20
_SINGLES = (".gpkg", ".fgb", ".geojson", ".json", ".geojsonl", ".ndjson")
_SIDES = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_READ = 1 << 20
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)
"""What zipfile raises on damaged archives (NotImplementedError for odd methods is a RuntimeError)."""


@dataclass(frozen=True, slots=True)
class Member:
    """One source taken out of an archive: where it now lies, and its name inside."""

    path: Path
    name: str


def unpack(archive: Path, folder: Path) -> list[Member]:
    """Unfold the land files of ``archive`` into ``folder`` (private, empty), each in a folder of its own.

    A shapefile is taken with its side files. Other formats are taken when no shapefile is there.

    Raises:
        Unreadable: damaged, encrypted, unsafe names, too many or too large members, or nothing readable inside.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = _entries(opened)
            groups = _groups(entries)
            return [_take(opened, group, folder / str(place)) for place, group in enumerate(groups)]
    except Unreadable:
        raise
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise  # the disk's trouble (full, broken), not the archive's
        raise Unreadable("zip.damaged", f"{archive.name}: the zip archive is damaged or incomplete") from error


def _entries(opened: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    infos = opened.infolist()
    if len(infos) > MAX_ENTRIES:
        raise Unreadable("zip.too_many", f"the archive holds {len(infos)} members; at most {MAX_ENTRIES} are read")
    entries = [info for info in infos if not info.is_dir()]
    names = [info.filename for info in entries]
    if len(set(names)) != len(names):
        raise Unreadable("zip.duplicate", "the archive holds two members of one name")
    total = 0
    for info in entries:
        _check(info)
        total += info.file_size
        if total > MAX_UNFOLDED:
            raise Unreadable("zip.bomb", "the archive unfolds to more than 8 GiB; split it")
    return entries


def _check(info: zipfile.ZipInfo) -> None:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or not info.filename.isprintable():
        raise Unreadable("zip.unsafe_name", f"the archive holds a member named {shown(info.filename)}; refused")
    if info.flag_bits & 0x1:
        raise Unreadable("zip.encrypted", f"{shown(info.filename)} is encrypted; send it without a password")
    if info.file_size > _RATIO_FROM and info.file_size > MAX_RATIO * max(1, info.compress_size):
        raise Unreadable("zip.bomb", f"{shown(info.filename)} unfolds more than {MAX_RATIO} times its size; refused")


def _suffix(info: zipfile.ZipInfo) -> str:
    return PurePosixPath(info.filename).suffix.lower()


def _groups(entries: list[zipfile.ZipInfo]) -> list[list[zipfile.ZipInfo]]:
    """The members that make one source each."""
    visible = [info for info in entries if not _hidden(info)]
    shapefiles = [
        [info for info in visible if _stem(info) == _stem(main) and _suffix(info) in _SIDES]
        for main in visible
        if _suffix(main) == ".shp"
    ]
    groups = shapefiles or [[info] for info in visible if _suffix(info) in _SINGLES]
    if groups:
        return groups
    if any(_suffix(info) in (".zip", ".7z", ".gz", ".bz2") for info in visible):
        raise Unreadable("zip.nested", "the archive holds archives; unpack it once and send the inner one")
    raise Unreadable("zip.nothing", "the archive holds no .shp, .gpkg, .fgb, .geojson or .json file")


def _hidden(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return "__MACOSX" in parts or parts[-1].startswith(".")


def _stem(info: zipfile.ZipInfo) -> str:
    return str(PurePosixPath(info.filename).with_suffix("")).lower()


def _take(opened: zipfile.ZipFile, group: list[zipfile.ZipInfo], folder: Path) -> Member:
    folder.mkdir(mode=0o700)
    paths = {}
    for info in group:
        suffix = _suffix(info)
        paths[suffix] = folder / f"source{suffix}"
        with opened.open(info) as member, paths[suffix].open("xb") as target:
            _copy(member, target, info)
    main = next(iter(paths.values())) if ".shp" not in paths else paths[".shp"]
    name = next(info.filename for info in group if _suffix(info) == main.suffix)
    return Member(main, PurePosixPath(name).stem)


def _copy(member: IO[bytes], target: IO[bytes], info: zipfile.ZipInfo) -> None:
    """Unfold one member; the size its header states is a claim, so what comes is counted."""
    written = 0
    while piece := member.read(_READ):
        written += len(piece)
        if written > info.file_size:
            raise Unreadable("zip.damaged", f"{shown(info.filename)} is larger than the archive says")
        target.write(piece)


def check_sides(shapefile: Path, name: str) -> None:
    """A shapefile needs its index; attributes (.dbf) and coordinate system (.prj) may be missing here.

    Raises:
        Unreadable: no .shx beside it.
    """
    if side(shapefile, ".shx") is None:
        raise Unreadable("shapefile.no_shx", f"{name}: the .shx file is missing; send all files of the shapefile")


def side(shapefile: Path, suffix: str) -> Path | None:
    """The file beside a shapefile with another suffix, whatever its case."""
    wanted = (shapefile.stem + suffix).lower()
    return next((path for path in shapefile.parent.iterdir() if path.name.lower() == wanted), None)


def gunzip(path: Path, target: Path) -> None:
    """Unfold a gzipped container (GDAL needs a file) into ``target``; raises like ByteStream."""
    with ByteStream(path, gzipped=True) as stream, target.open("xb") as file:
        for piece in stream.pieces():
            file.write(piece)


def parts_of(shapefile: Path) -> Iterator[Path]:
    """A shapefile and its side files, in a fixed order."""
    for suffix in _SIDES:
        found = side(shapefile, suffix)
        if found is not None:
            yield found

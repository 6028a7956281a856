"""Archives from strangers: what is inside is judged before a byte is unfolded, and written under our names only."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from geo.intake.files import edigeo
from geo.intake.files.bytestream import ByteStream
from geo.intake.problems import Unreadable

MAX_ENTRIES = 1_000
MAX_UNFOLDED = 8 << 30
MAX_RATIO = 250
_RATIO_FROM = 16 << 20
MAPS = (".gpkg", ".fgb", ".geojson", ".json", ".geojsonl", ".ndjson", ".parquet", ".geoparquet")
TABLES = (".csv", ".xlsx")
_ARCHIVES = (".zip", ".7z", ".gz", ".bz2", ".tar", ".tgz", ".rar")
_SIDES = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_READ = 1 << 20
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file inside an archive: its name, the bytes it says it unfolds to, and how many it takes up packed."""

    name: str
    size: int
    packed: int
    open: Callable[[], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True, slots=True)
class Member:
    """One source taken out of an archive: where it now lies, and its name inside (the path as ``inner``)."""

    path: Path
    name: str
    inner: str


def take(entries: Sequence[Entry], folder: Path, wanted: str | None) -> list[Member]:
    """Unfold the land files among checked ``entries`` into ``folder`` (private), each in a folder of its own.

    A shapefile is taken with its side files, an EDIGEO exchange with all of its parts. ``wanted`` names one member,
    or a folder inside; None takes all.

    Raises:
        Unreadable: nothing readable inside, nothing of that name, or a member that is not as large as it says.
    """
    groups = _groups([entry for entry in entries if not _hidden(entry)], wanted)
    return [_take(group, folder / f"m{place}") for place, group in enumerate(groups)]


def check(entries: Iterable[Entry]) -> list[Entry]:
    """The entries, none of them unsafe; judged one by one, so that an endless list ends.

    Raises:
        Unreadable: unsafe names, two of one name, too many or too large members.
    """
    found: dict[str, Entry] = {}
    total = 0
    for entry in entries:
        if len(found) == MAX_ENTRIES:
            raise Unreadable("archive.too_many", most=MAX_ENTRIES)
        if entry.name in found:
            raise Unreadable("archive.duplicate", name=entry.name)
        _check(entry)
        found[entry.name] = entry
        total += entry.size
        if total > MAX_UNFOLDED:
            raise Unreadable("archive.too_large", most_gib=MAX_UNFOLDED >> 30)
    return list(found.values())


def _check(entry: Entry) -> None:
    path = PurePosixPath(entry.name.replace("\\", "/"))
    unsafe = path.is_absolute() or not path.parts or ".." in path.parts or _DRIVE.match(path.parts[0])
    if unsafe or not entry.name.isprintable():
        raise Unreadable("archive.unsafe_name", name=entry.name)
    if entry.size > _RATIO_FROM and entry.size > MAX_RATIO * max(1, entry.packed):
        raise Unreadable("archive.bomb", name=entry.name, ratio=MAX_RATIO)


def _suffix(entry: Entry) -> str:
    return PurePosixPath(entry.name).suffix.lower()


def _hidden(entry: Entry) -> bool:
    parts = PurePosixPath(entry.name).parts
    return "__MACOSX" in parts or parts[-1].startswith(".")


def _stem(entry: Entry) -> str:
    return str(PurePosixPath(entry.name).with_suffix("")).lower()


def _folder(entry: Entry) -> str:
    return str(PurePosixPath(entry.name).parent)


def _groups(entries: list[Entry], wanted: str | None) -> list[list[Entry]]:
    """The members that make one source each, the main one first."""
    groups = [_with_sides(main, entries) for main in entries if _is_main(main)]
    if wanted is not None:
        groups = [group for group in groups if _is_wanted(group[0], wanted)] or _named(entries, wanted)
    if groups:
        return groups
    if any(_suffix(entry) in _ARCHIVES for entry in entries):
        raise Unreadable("archive.nested", name=next(e.name for e in entries if _suffix(e) in _ARCHIVES))
    if wanted is not None:
        raise Unreadable("archive.no_member", name=wanted, known=[entry.name for entry in entries][:20])
    raise Unreadable("archive.nothing")


def _named(entries: list[Entry], wanted: str) -> list[list[Entry]]:
    """A member asked for by its full name is taken whatever it is called; what it is, its bytes will tell."""
    return [[entry] for entry in entries if entry.name == wanted and _suffix(entry) not in _ARCHIVES]


def _is_main(entry: Entry) -> bool:
    return _suffix(entry) in (".shp", edigeo.HEADER, *MAPS, *TABLES)


def _is_wanted(main: Entry, wanted: str) -> bool:
    inner = wanted.strip("/")
    return main.name == inner or main.name.startswith(f"{inner}/")


def _with_sides(main: Entry, entries: list[Entry]) -> list[Entry]:
    if _suffix(main) == ".shp":
        sides = [e for e in entries if e is not main and _stem(e) == _stem(main) and _suffix(e) in _SIDES]
        return [main, *sides]
    if _suffix(main) == edigeo.HEADER:
        parts = [e for e in entries if e is not main and _folder(e) == _folder(main) and _suffix(e) in edigeo.PARTS]
        return [main, *parts]
    return [main]


def _take(group: list[Entry], folder: Path) -> Member:
    folder.mkdir(mode=0o700)
    main = group[0]
    exchange = _suffix(main) == edigeo.HEADER
    for entry in group:
        name = edigeo.safe_name(PurePosixPath(entry.name).name) if exchange else f"source{_suffix(entry)}"
        if (folder / name).exists():
            raise Unreadable("archive.duplicate", name=entry.name)
        with entry.open() as content, (folder / name).open("xb") as target:
            _copy(content, target, entry)
    first = edigeo.safe_name(PurePosixPath(main.name).name) if exchange else f"source{_suffix(main)}"
    return Member(folder / first, PurePosixPath(main.name).stem, main.name)


def _copy(content: IO[bytes], target: IO[bytes], entry: Entry) -> None:
    """Unfold one member; the size its header states is a claim, so what comes is counted."""
    written = 0
    while piece := content.read(_READ):
        written += len(piece)
        if written > entry.size:
            raise Unreadable("archive.damaged", name=entry.name)
        target.write(piece)
    if written != entry.size:
        raise Unreadable("archive.damaged", name=entry.name)


def check_sides(shapefile: Path, name: str) -> None:
    """A shapefile needs its index; attributes (.dbf) and coordinate system (.prj) may be missing here.

    Raises:
        Unreadable: no .shx beside it.
    """
    if side(shapefile, ".shx") is None:
        raise Unreadable("shapefile.no_shx", name=name)


def side(shapefile: Path, suffix: str) -> Path | None:
    """The file beside a shapefile with another suffix, whatever its case."""
    wanted = (shapefile.stem + suffix).lower()
    return next((path for path in shapefile.parent.iterdir() if path.name.lower() == wanted), None)


def unfold(path: Path, target: Path, *, bzipped: bool = False) -> None:
    """Write the content of a gzipped (or bzip2) file into ``target``; raises like ByteStream, and when too large."""
    with ByteStream(path, gzipped=not bzipped, bzipped=bzipped) as stream, target.open("xb") as file:
        for piece in stream.pieces():
            if file.tell() + len(piece) > MAX_UNFOLDED:
                raise Unreadable("archive.too_large", most_gib=MAX_UNFOLDED >> 30)
            file.write(piece)


def parts_of(path: Path) -> Iterator[Path]:
    """The files that belong together: a shapefile or EDIGEO exchange with its side files, in a fixed order."""
    suffix = path.suffix.lower()
    if suffix == edigeo.HEADER:
        yield path
        yield from edigeo.parts_beside(path)
    elif suffix == ".shp":
        for one in _SIDES:
            found = side(path, one)
            if found is not None:
                yield found
    else:
        yield path

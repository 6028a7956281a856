"""EDIGEO exchanges (the vector cadastral plan, PCI): their parts, coordinate system, sheet and department.

An exchange is one sheet of the plan: a .THF header that names the parts of one lot. Their names, being content of a
stranger's file, are checked here before GDAL follows them. Format: AFNOR NF Z 52-000, DGFiP's profile
("Standard d'échange EDIGéO du plan cadastral informatisé", 2013).
"""

import re
from collections.abc import Iterator
from pathlib import Path

from geo.intake.problems import Unreadable

HEADER = ".thf"
PARTS = (".gen", ".geo", ".qal", ".dic", ".scd", ".vec")
PARCELS, BUILDINGS = "PARCELLE_id", "BATIMENT_id"
"""GDAL's names of the two object classes that are read."""

_MOST_HEADER = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
_FILE_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}\.[A-Za-z]{3}")
_SHEET = re.compile(r"(?<![0-9A-Za-z])((?:\d\d|2[AB])\d{3})\d{3}[0-9A-Z]{2}\d{2}(?![0-9A-Za-z])")
_LOT = "LON"
_PART_TAGS = {"GNN": ".GEN", "GON": ".GEO", "QAN": ".QAL", "DIN": ".DIC", "SCN": ".SCD", "GDN": ".VEC"}
_NEEDED = (".GEO", ".DIC", ".SCD", ".VEC")
_END = b"EOMT 00:"

SYSTEMS = {
    "LAMB93": 2154,
    "RGF93LAMB93": 2154,
    **{f"RGF93CC{zone}": 3900 + zone for zone in range(42, 51)},
    **{f"LAMB{zone}": 27560 + zone for zone in range(1, 5)},
    **{f"LAMB{zone}C": 27570 + zone for zone in range(1, 5)},
    "LAMBE": 27572,
    "RGAF09UTM20": 5490,
    "UTM20W84MART": 4559,
    "GUAD48UTM20": 2970,
    "GUADFM49U20": 2969,
    "MART38UTM20": 2973,
    "RGFG95UTM21": 3313,
    "UTM21RGFG95": 3313,
    "RGFG95UTM22": 2972,
    "UTM22RGFG95": 2972,
    "CSG67UTM22": 2971,
    "RGR92UTM40S": 2975,
    "RGM04UTM38S": 4471,
    "CAD97UTM38S": 5879,
    "MAYO50UTM38S": 2980,
    "RGSPM06U21": 4467,
    "STPM50UTM21": 2987,
}
"""What RELSA of the .GEO part says, and the EPSG code of it. The names are those of IGN's register of coordinate
systems (IGNF); the codes are those PROJ's database gives for the same definitions, which a test recomputes."""


def safe_name(name: str) -> str:
    """The name of a part, which stays as it is when unpacked because the header refers to it.

    Raises:
        Unreadable: more than letters, digits, one dot and three letters.
    """
    if not _FILE_NAME.fullmatch(name):
        raise Unreadable("archive.unsafe_name", name=name)
    return name


def check(header: Path, name: str) -> None:
    """See that an exchange is whole: one lot, every part it names there, and each of them with its end mark.

    Raises:
        Unreadable: a part is missing or cut, the header names none, several lots, or files elsewhere.
    """
    parts = list(_named(header, name))
    for needed in _NEEDED:
        if needed not in {suffix for _, suffix in parts}:
            raise Unreadable("edigeo.no_part", name=name, part=needed)
    for part in (header.name, *(stem + suffix for stem, suffix in parts)):
        found = _beside(header, part)
        if found is None:
            raise Unreadable("edigeo.missing_part", name=name, part=part)
        if not _is_whole(found):
            raise Unreadable("edigeo.truncated", name=name, part=part)


def parts_beside(header: Path) -> Iterator[Path]:
    """The parts of an exchange in the header's folder, in name order."""
    wanted = {(stem + suffix).lower() for stem, suffix in _named(header, header.name)}
    yield from sorted(path for path in header.parent.iterdir() if path.name.lower() in wanted)


def crs_of(header: Path, name: str) -> str:
    """The coordinate system (``EPSG:n``) the .GEO part declares.

    Raises:
        Unreadable: a system that is not in :data:`SYSTEMS`.
    """
    for stem, suffix in _named(header, name):
        if suffix == ".GEO" and (found := _beside(header, stem + suffix)) is not None:
            for tag, value in _lines(found, name):
                if tag == "REL":
                    if value.upper() not in SYSTEMS:
                        raise Unreadable("edigeo.system", name=name, system=value)
                    return f"EPSG:{SYSTEMS[value.upper()]}"
    raise Unreadable("edigeo.system", name=name, system="")


def objects_of(header: Path, name: str, kind: str) -> int:
    """How many objects of a class the .VEC parts hold: GDAL leaves out, silently, those it cannot put together."""
    mark = f";OBJ;{kind}\r".encode()
    found = 0
    for stem, suffix in _named(header, name):
        if suffix == ".VEC" and (part := _beside(header, stem + suffix)) is not None:
            with part.open("rb") as file:
                rest = b""
                while piece := file.read(1 << 20):
                    found += (rest + piece).count(mark)
                    rest = (rest + piece)[1 - len(mark) :]
    return found


def commune_of(*names: str) -> str | None:
    """The INSEE code in a sheet's name (``edigeo-25354000AB01.tar.bz2``: commune, prefixe, section, sheet).

    The exchange itself leaves the department out. None when no name tells, or two tell different communes.
    """
    found = {match for name in names for match in _SHEET.findall(name)}
    return found.pop() if len(found) == 1 else None


def full_idu(value: object, commune: str | None) -> object:
    """A parcel's 12-character identifier with its department, where the sheet's ``commune`` tells it."""
    if commune and isinstance(value, str) and len(value) == 12 and value[:3] == commune[2:]:
        return commune[:2] + value
    return value


def _named(header: Path, name: str) -> Iterator[tuple[str, str]]:
    """Stem and suffix of each part the header names."""
    lots = []
    for tag, value in _lines(header, name):
        if tag == _LOT:
            lots.append(value)
            if len(lots) > 1:
                raise Unreadable("edigeo.lots", name=name)
        if tag in (_LOT, *_PART_TAGS) and not _NAME.fullmatch(value):
            raise Unreadable("edigeo.part_name", name=name, part=value)
        if tag in _PART_TAGS:
            yield "".join(lots) + value, _PART_TAGS[tag]


def _lines(path: Path, name: str) -> Iterator[tuple[str, str]]:
    """Tag and value of each line: ``LONSA06:EDAB01`` is ("LON", "EDAB01")."""
    if path.stat().st_size > _MOST_HEADER:
        raise Unreadable("edigeo.too_large", name=name, part=path.name)
    for line in path.read_bytes().decode("latin-1").splitlines():
        if len(line) > 8 and line[7] == ":":
            yield line[:3], line[8:].strip()


def _beside(header: Path, part: str) -> Path | None:
    wanted = part.lower()
    return next((path for path in header.parent.iterdir() if path.name.lower() == wanted), None)


def _is_whole(part: Path) -> bool:
    with part.open("rb") as file:
        file.seek(max(0, part.stat().st_size - 256))
        return _END in file.read()

"""The parcels (or buildings) of one EDIGEO exchange, read through the confined child, as a part."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.intake.crs import Frame
from geo.intake.files import container, edigeo, gdal
from geo.intake.files.formats import Format
from geo.intake.files.part import Told
from geo.intake.problems import Remark, Unreadable
from geo.intake.raw import Raw


@dataclass(slots=True)
class ExchangePart(container.ContainerPart):
    """The objects of one class. ``commune`` (INSEE) completes their identifiers with the department."""

    commune: str | None = None

    def read(self, first_row: int, most: int, frame: Frame, told: Told) -> Iterator[Raw]:
        """All objects; see Part."""
        for raw in container.ContainerPart.read(self, first_row, most, frame, told):
            yield _completed(raw, self.commune)


def open_parts(
    header: Path, name: str, layer: str | None, names: tuple[str, ...]
) -> tuple[list[ExchangePart], list[Remark]]:
    """The parcels of an exchange, or its buildings where ``layer`` asks for those; what is left out is remarked.

    ``names`` (of the file, its folder, its archive) may tell the sheet and with it the department.

    Raises:
        Unreadable: parts missing or cut, an unknown coordinate system, or no object of the class.
    """
    edigeo.check(header, name)
    crs = edigeo.crs_of(header, name)
    wanted = edigeo.BUILDINGS if layer == "buildings" else edigeo.PARCELS
    parts, others = [], []
    for answer in gdal.describe(header, Format.EDIGEO, only=wanted):
        found = str(answer.header["layer"])
        if found != wanted:
            others.append(found)
            continue
        commune = edigeo.commune_of(*names)
        sample = _completed(container.raw_of(answer, 1), commune)
        fields, count = list(answer.header["fields"]), int(answer.header["features"])
        if count < (total := edigeo.objects_of(header, name, wanted)):
            raise Unreadable("edigeo.lost", name=name, wanted=wanted, done=count, total=total)
        parts.append(ExchangePart(name, fields, crs, sample, header, Format.EDIGEO, found, count, commune))
    if not parts:
        if total := edigeo.objects_of(header, name, wanted):
            raise Unreadable("edigeo.lost", name=name, wanted=wanted, done=0, total=total)
        raise Unreadable("edigeo.no_objects", name=name, wanted=wanted)
    code = "edigeo.others_left" if wanted == edigeo.BUILDINGS else "edigeo.classes_left"
    return parts, [Remark(0, name, others, code, params={"part": name, "names": others})]


def _completed(raw: Raw, commune: str | None) -> Raw:
    for row in raw.properties:
        if "IDU" in row:
            row["IDU"] = edigeo.full_idu(row["IDU"], commune)
    return raw

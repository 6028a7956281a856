"""Where the rows of a part lie: its coordinate system, and whether its first rows bear it out."""

import numpy as np
import shapely

from geo.intake.crs import Frame
from geo.intake.files.part import Part
from geo.intake.problems import Remark, Unreadable


def frame_of(part: Part, crs: str | None, srid: int) -> tuple[Frame, list[Remark]]:
    """The way from the system of a part, or ``crs`` asked for, to EPSG:``srid``, and what is odd about it.

    Raises:
        Unreadable: neither says a system, or most first rows show a wrong or swapped one.
    """
    declared, remarks = part.crs, []
    if crs is None and declared is None:
        raise Unreadable("crs.missing", part=part.name)
    if crs is not None and declared not in (None, crs) and getattr(part, "stated", True):
        said = {"part": part.name, "declared": declared, "asked": crs}
        remarks.append(Remark(0, part.name, declared, "crs.overridden", params=said))
    frame = Frame(crs or str(declared), srid)
    if frame.accuracy_m > 1.0:
        accuracy: dict[str, object] = {
            "source": frame.source,
            "target": f"EPSG:{srid}",
            "accuracy_m": frame.accuracy_m,
        }
        remarks.append(Remark(0, part.name, frame.accuracy_m, "crs.accuracy", params=accuracy))
    _check_place(part, frame)
    return frame, remarks


def _check_place(part: Part, frame: Frame) -> None:
    """Refuse the file when most of its first rows show a wrong or swapped coordinate system."""
    geometry = part.sample.geometry
    geometry = geometry[~(shapely.is_missing(geometry) | shapely.is_empty(geometry))]
    odd: list[tuple[str, dict[str, object]]] = []
    for one in geometry:
        x, y = shapely.get_coordinates(one)[0]
        if np.isfinite([x, y]).all() and not frame.takes(float(x), float(y)):
            odd.append(frame.explain(float(x), float(y)))
    found = [(code, params) for code, params in odd if code.startswith("crs.")]
    if 2 * len(found) > len(geometry):
        code, params = found[0]
        raise Unreadable(code, part=part.name, **params)


def marks_places(part: Part) -> bool:
    """Whether all first rows are points: where IGN writes each parcel's number (LOCALISANT), not the parcels."""
    kinds = set(shapely.get_type_id(part.sample.geometry).tolist())
    return bool(kinds) and kinds <= {shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT}

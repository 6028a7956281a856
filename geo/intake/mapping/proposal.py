"""The mappings proposed for the layers of a file."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from geo.intake.crs import Frame, parse
from geo.intake.files.part import Part
from geo.intake.files.table_columns import GeometryColumns
from geo.intake.files.table_part import TablePart
from geo.intake.files.unpacking import Folder, parts_of
from geo.intake.layers.recognise import recognise
from geo.intake.layers.widening import LINES, POINTS
from geo.intake.mapping.choice import Kept, Mappings, dataset_of
from geo.intake.mapping.proposed import Left, Proposal
from geo.intake.mapping.proposing import propose
from geo.intake.placing import frame_of


def proposals_of(
    path: Path, *, layer: str | None = None, crs: str | None = None, srid: int = 2154, kept: Sequence[Kept] = ()
) -> list[Proposal]:
    """A proposal for each layer of a file that nothing recognises; for every layer when all are recognised.

    ``layer`` is what ``--as`` says, ``crs`` the coordinate system of a file that does not say (``EPSG:n``). A mapping
    of ``kept`` for the same dataset is the base of its next version.

    Raises:
        geo.intake.problems.Unreadable: the file cannot be opened.
    """
    folder = Folder()
    try:
        asked = crs or Mappings(kept=kept).places(path).crs
        chosen = parse(asked) if asked is not None else None
        parts, _ = parts_of(path, folder, chosen, layer, _geometry_known(path, kept))
        unknown = [part for part in parts if recognise(part.fields, part.sample.properties, None) is None]
        return [_proposal(path, part, parts, layer, chosen, srid, kept) for part in unknown or parts]
    finally:
        folder.close()


def _proposal(
    path: Path,
    part: Part,
    parts: Sequence[Part],
    layer: str | None,
    crs: str | None,
    srid: int,
    kept: Sequence[Kept],
) -> Proposal:
    dataset = dataset_of(path, part, parts)
    earlier = next((one.mapping for one in kept if one.dataset == dataset), None)
    stated = crs or (earlier.places.crs if earlier is not None else None)
    frame, _ = frame_of(part, stated, srid)
    areas = _areas(part, frame)
    wanted = {"terrains": "parcels", "friches": "parcels"}.get(layer or "", layer)
    sample, drawn = part.sample.properties, _drawn(part)
    found = propose(dataset, part.fields, sample, areas=areas, layer=wanted, earlier=earlier, drawn=drawn)
    geometry = _geometry_of(part)
    if geometry is not None and not getattr(part, "stated", True):
        stated = stated or part.crs  # what was recognised from the numbers is shown, and kept
    asked = found.asked
    if drawn is None and not _placed(part) and all(one.rule.target != "cadastral_ids" for one in found.columns):
        asked = (*asked, Left("", "no_place"))
    return replace(found, crs=stated, geometry=geometry, asked=asked)


def _geometry_known(path: Path, kept: Sequence[Kept]) -> Callable[[Sequence[str]], GeometryColumns | None]:
    """The columns that hold the places of a table: those of a mapping confirmed before, while they are there."""
    stem = path.name.split(".")[0]
    earlier = [one.mapping.places.columns for one in kept if one.dataset.partition("/")[0] == stem]

    def known(names: Sequence[str]) -> GeometryColumns | None:
        found = Mappings(kept=kept).geometry_of(names)
        same = (columns for columns in earlier if columns is not None and set(columns.names) <= set(names))
        return found or next(same, None)

    return known


def _geometry_of(part: Part) -> GeometryColumns | None:
    """The columns of a table that hold its places."""
    return part.geometry if isinstance(part, TablePart) and part.geometry.names else None


def _placed(part: Part) -> bool:
    """Whether some sampled row says where it lies."""
    return not bool(shapely.is_missing(part.sample.geometry).all())


def _drawn(part: Part) -> str | None:
    """``lines`` or ``points`` when all sampled rows that have a place are."""
    types = set(shapely.get_type_id(part.sample.geometry).tolist()) - {-1}
    return next((name for name, ids in (("lines", LINES), ("points", POINTS)) if types and types <= set(ids)), None)


def _areas(part: Part, frame: Frame) -> list[float | None]:
    """The area (m2, planar) of each sampled row, None where it has no surface."""
    geometry = part.sample.geometry
    surface = np.isin(shapely.get_type_id(geometry), (3, 6))
    drawn = shapely.transform(geometry[surface], frame.transform) if surface.any() else geometry[surface]
    areas: list[float | None] = [None] * len(geometry)
    for place, area in zip(np.flatnonzero(surface), shapely.area(drawn), strict=True):
        areas[int(place)] = float(area) if np.isfinite(area) and area > 0 else None
    return areas

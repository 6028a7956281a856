"""The mappings proposed for the layers of a file."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from geo.intake.crs import Frame, parse
from geo.intake.files.part import Part
from geo.intake.files.unpacking import Folder, parts_of
from geo.intake.layers.recognise import recognise
from geo.intake.layers.widening import LINES, POINTS
from geo.intake.mapping.choice import Kept, dataset_of
from geo.intake.mapping.proposing import Proposal, propose


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
        chosen = parse(crs) if crs is not None else None
        parts, _ = parts_of(path, folder, chosen, layer)
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
    areas = _areas(part, crs or part.crs, srid)
    wanted = {"terrains": "parcels", "friches": "parcels"}.get(layer or "", layer)
    sample, drawn = part.sample.properties, _drawn(part)
    found = propose(dataset, part.fields, sample, areas=areas, layer=wanted, earlier=earlier, drawn=drawn)
    return replace(found, crs=crs)


def _drawn(part: Part) -> str | None:
    """``lines`` or ``points`` when all sampled rows that have a place are."""
    types = set(shapely.get_type_id(part.sample.geometry).tolist()) - {-1}
    return next((name for name, ids in (("lines", LINES), ("points", POINTS)) if types and types <= set(ids)), None)


def _areas(part: Part, crs: str | None, srid: int) -> list[float | None]:
    """The measured area (m2) of each sampled row, None where it has no surface."""
    geometry = part.sample.geometry
    if crs is None or not len(geometry):
        return [None] * len(geometry)
    frame = Frame(crs, srid)
    surface = np.isin(shapely.get_type_id(geometry), (3, 6))
    drawn = shapely.transform(geometry[surface], frame.transform) if surface.any() else geometry[surface]
    areas: list[float | None] = [None] * len(geometry)
    for place, area in zip(np.flatnonzero(surface), shapely.area(drawn), strict=True):
        areas[int(place)] = float(area) if np.isfinite(area) and area > 0 else None
    return areas

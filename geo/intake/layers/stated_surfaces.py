"""Stated surfaces held against the drawn ones."""

import numpy as np
import shapely

from geo.intake.layers.draft import Draft
from geo.intake.layers.ground import ground_areas
from geo.intake.problems import Remark

APART = 0.1
"""A stated surface this much more or less than the drawn one is told (issue: differences above 10 %)."""
_SURFACES = {"parcels": "surface_stated_m2", "cadastre": "contenance_m2"}


def tell_surfaces(draft: Draft) -> None:
    """Remark rows whose stated surface is missing, or more than 10 % off the surface drawn (on the ground)."""
    name = _SURFACES.get(draft.layer.name)
    if name is None or draft.frame is None or name not in draft.table.sources:
        return
    stated = np.array([value or np.nan for value in draft.fields[name]], dtype=np.float64)
    drawn = draft.kept & ~shapely.is_missing(draft.shapes.geometry)
    for place in np.flatnonzero(drawn & np.isnan(stated)).tolist():
        draft.table.remarks.append(Remark(draft.table.rows[place], name, None, "surface.not_stated"))
    places = np.flatnonzero(drawn & ~np.isnan(stated))
    if len(places):
        _compare(draft, name, places, stated[places])


def _compare(draft: Draft, name: str, places: "np.ndarray[tuple[int], np.dtype[np.intp]]", stated: object) -> None:
    # no system of France stretches by more than a few thousandths: measuring the ground matters to few rows
    shapes = draft.shapes.geometry[places]
    said = np.asarray(stated, dtype=np.float64)
    doubtful = np.abs(shapely.area(shapes) - said) > APART / 2 * said
    places, shapes, said = places[doubtful], shapes[doubtful], said[doubtful]
    if not len(places):
        return
    assert draft.frame is not None  # noqa: S101 - the caller looked
    measured = ground_areas(shapes, draft.frame.srid)
    for at in np.flatnonzero(np.abs(measured - said) > APART * said).tolist():
        written, drawn = round(float(said[at]), 1), round(float(measured[at]), 1)
        percent = round(100 * (written / drawn - 1))
        params = {"stated_m2": written, "measured_m2": drawn, "percent": percent}
        row = draft.table.rows[int(places[at])]
        draft.table.remarks.append(Remark(row, name, written, "surface.differs", params=params))

"""Prescriptions and information perimeters of a plan (PRESCRIPTION_SURF, INFO_LIN...): constraints of its document."""

import re
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.intake.layers import plans
from geo.intake.layers.columns import Properties, field_names
from geo.intake.layers.draft import Draft
from geo.intake.layers.values import quantity
from geo.land.plan_areas import PlanArea, area_of, says_of_industry
from geo.land.vocabulary import Effect

DRAWN_M = 0.5
"""How far around a line or point of unknown width it is drawn: enough to be touched, and it only informs."""
_WIDTHS = ("largeur", "width_m")
_FAMILIES = (("PSC", ("typepsc",), ("stypepsc", "typepsc2")), ("INF", ("typeinf",), ("stypeinf", "typeinf2")))
_POINTS, _LINES = (0, 4), (1, 2, 5)
_metres = quantity(high=1_000.0)


def reach(properties: Sequence[Properties], geometry: NDArray[np.object_]) -> NDArray[np.float64]:
    """Ground metres around each line (half the width its row states) or point, :data:`DRAWN_M` where unknown."""
    present = field_names(properties)
    name = next((present[name] for name in _WIDTHS if name in present), None)
    found = np.full(len(geometry), DRAWN_M)
    if name is not None:
        widths = [_metres(row.get(name))[0] for row in properties]
        stated = np.array([width / 2 if isinstance(width, float) and width > 0 else np.nan for width in widths])
        found = np.where(np.isnan(stated), found, stated)
    return found


def complete(draft: Draft) -> None:
    """Fill document, kind, effect, what is said of industry, and key; rows without a code are refused."""
    draft.fill_false("synthetic")
    plans.complete(draft)
    fields = draft.fields
    family, codes = _codes(draft)
    texts = draft.read("txt")
    wide = _has_width(draft)
    found = [_area(family, code) for code in codes]
    fields["kind"] = [area.kind if area else None for area in found]
    fields["effect"] = [_effect(area, wide[i]) for i, area in enumerate(found)]
    said = [_said(fields["label"][i], texts[i]) for i in range(draft.size)]
    fields["industry"] = [says_of_industry(area.reading if area else None, said[i]) for i, area in enumerate(found)]
    fields["code"] = [None if code is None else f"{family} {code}" for code in codes]
    draft.fill("label", lambda i: texts[i])
    fields["clearance_m"] = [0.0] * draft.size
    for place, code in enumerate(codes):
        if code is None:
            draft.table.refuse(place, "code", None, "prescription.no_code")
    draft.keys = _keys(draft, family)


def _codes(draft: Draft) -> tuple[str, list[str | None]]:
    """PSC or INF, and each row's code and subcode ("05-07"); a missing subcode is 00."""
    family, types, subtypes = next(
        (one for one in _FAMILIES if any(name in draft.present for name in one[1])), _FAMILIES[0]
    )
    codes, subcodes = draft.read(*types), draft.read(*subtypes)
    return family, [_code(code, subcode) for code, subcode in zip(codes, subcodes, strict=True)]


def _code(code: object, subcode: object) -> str | None:
    found = re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", str(code)) if code is not None else None
    if found is None:
        return None
    below = found[2] or (str(subcode) if subcode is not None and str(subcode).isdecimal() else "00")
    return f"{found[1].zfill(2)}-{below.zfill(2)}"


def _area(family: str, code: str | None) -> PlanArea | None:
    return None if code is None else area_of(family, *code.split("-"))


def _effect(area: PlanArea | None, wide: bool) -> str | None:
    """A line or point of unknown width only informs: what it takes of the land is not known."""
    if area is None:
        return None
    return str(area.effect if wide else Effect.INFORMS)


def _has_width(draft: Draft) -> list[bool]:
    thin = np.isin(shapely.get_type_id(draft.shapes.source), (*_POINTS, *_LINES))
    widths = draft.read(*_WIDTHS, read=_metres)
    return [not is_thin or bool(width) for is_thin, width in zip(thin.tolist(), widths, strict=True)]


def _said(label: object, text: object) -> str | None:
    parts = [str(part) for part in (label, text) if part is not None]
    return ". ".join(dict.fromkeys(parts)) or None


def _keys(draft: Draft, family: str) -> list[str | None]:
    """Document and family first: lines, points and surfaces come in files of their own, each whole."""
    drawn = np.where(np.isin(shapely.get_type_id(draft.shapes.source), _LINES), "lin", "surf")
    drawn = np.where(np.isin(shapely.get_type_id(draft.shapes.source), _POINTS), "pct", drawn)
    hashed = draft.digest_of_geometry("code", "label")
    names = zip(draft.fields["partition"], draft.fields["approved_on"], drawn.tolist(), hashed, strict=True)
    return [
        None if digest is None else f"{family}/{kind}#{partition}/{day or 'undated'}/{digest}"
        for partition, day, kind, digest in names
    ]

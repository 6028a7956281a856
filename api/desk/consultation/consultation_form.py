"""The form of a consultation's page, read as the answer it stands for."""

import json
import re
from collections.abc import Mapping
from typing import Any

from api.desk.consultation.consultation_body import Answer
from api.problems import Problem, Refusal

FIELDS = {"price": "price_eur_m2", "power": "power_mw"}
"""Numbers that a form corrects, by the end of a field's name."""
OF_PARCEL = re.compile(r"p(\d{1,18})(?=_|$)", re.ASCII)
FIGURE = re.compile(r"\d{1,9}([.,]\d{1,4})?")


def answer_of(fields: Mapping[str, str]) -> Answer:
    """The answer of a form.

    Raises:
        Problem: 422, a number or an outline that is none.
        pydantic.ValidationError: what is said cannot be an answer.
    """
    numbers = dict.fromkeys(int(found[1]) for name in fields if (found := OF_PARCEL.match(name)))
    parcels = [one for number in numbers if (one := _parcel(number, fields)) is not None]
    added = [_added(fields)] if fields.get("add_name", "").strip() else []
    declined = fields.get("decline") == "on"
    why = fields.get("decline_why", "").strip()
    if declined and not why:
        raise _refused("decline_why", "desk.decline_why", "aucun foncier disponible avant 2030")
    said: dict[str, Any] = {"parcels": parcels, "added": added, "decline": why if declined else None}
    return Answer.model_validate(said, strict=True)


def _parcel(number: int, fields: Mapping[str, str]) -> dict[str, Any] | None:
    """What is said of one parcel; facts that are filled in correct it, whatever button stands beside them."""
    market = fields.get(f"p{number}_market", "")
    properties: dict[str, Any] = {"market": market} if market else {}
    for end, name in FIELDS.items():
        value = _number(f"p{number}_{end}", fields)
        properties |= {} if value is None else {name: value}
    note = fields.get(f"p{number}_note", "").strip()
    kind = fields.get(f"p{number}", "")
    if properties or (note and kind != "confirm"):
        kind = "correct"
    if kind not in ("confirm", "correct"):
        return None
    return {"parcel": number, "kind": kind, "properties": properties or None, "note": note or None}


def _added(fields: Mapping[str, str]) -> dict[str, Any]:
    surface = _number("add_surface", fields)
    drawn = fields.get("add_geometry", "").strip()
    found: dict[str, Any] = {
        "name": fields["add_name"],
        "cadastral_ids": fields.get("add_idus", "").upper().replace(",", " ").split(),
        "commune": fields.get("add_commune", "").strip() or None,
        "note": fields.get("add_note", "").strip() or None,
    }
    found |= {} if surface is None else {"surface_m2": surface * 10_000}
    return found | ({"geometry": _drawn(drawn)} if drawn else {})


def _drawn(text: str) -> Any:
    try:
        drawn = json.loads(text)
    except (ValueError, RecursionError):
        raise _refused("add_geometry", "desk.no_geojson") from None
    if isinstance(drawn, dict) and drawn.get("type") == "Feature":
        drawn = drawn.get("geometry")
    if not isinstance(drawn, dict):
        raise _refused("add_geometry", "desk.no_geojson")
    return drawn


def _number(name: str, fields: Mapping[str, str]) -> float | None:
    text = "".join(fields.get(name, "").split())
    if not text:
        return None
    if FIGURE.fullmatch(text) is None:
        raise _refused(name, "desk.no_number", "45,5", given=text)
    return float(text.replace(",", "."))


def _refused(field: str, code: str, example: object = None, **params: object) -> Problem:
    return Problem("invalid", "body.invalid", errors=[Refusal(field, code, params, example)])

"""What a mail says, kept as codes and told in sentences."""

from collections.abc import Mapping
from typing import Any

from api.catalogues import catalogue, sentence
from api.wording import day, number, surface
from geo.desk.reading.proposed import Proposed

Told = dict[str, Any]


def kept(read: Proposed) -> Told:
    """What was read, as it is stored."""
    said = [
        {
            "field": one.field,
            "value": one.value,
            "words": one.quote,
            "used": one.used,
            "assumed": [{"code": each.code, "params": dict(each.params)} for each in one.assumed],
        }
        for one in read.said
    ]
    jobs = next((one.value for one in read.said if one.field == "jobs"), None)
    return {"said": said, "document": read.document, "is_need": read.is_need, "jobs": jobs}


def told(reading: Mapping[str, Any], lang: str) -> Told:
    """What was read, each finding with ``says``: the field, its value, the words, and what was assumed."""
    said = [
        {
            **one,
            "says": line(one, lang),
            "assumed": [{**each, "says": assumption(each, lang)} for each in one["assumed"]],
        }
        for one in reading.get("said", ())
    ]
    return {"said": said, "document": reading.get("document", {}), "is_need": reading.get("is_need", False)}


def line(one: Mapping[str, Any], lang: str) -> str:
    """A finding in a line: what is asked, and the words that say it."""
    label = sentence(f"desk.said.{one['field']}", lang)
    if one["field"].startswith("place."):
        return sentence("desk.said.place", lang, label=label, words=one["words"])
    value = value_told(one["field"], one["value"], lang)
    return sentence("desk.said.line", lang, label=label, value=value, words=one["words"])


def assumption(each: Mapping[str, Any], lang: str) -> str:
    """An assumption as a sentence."""
    params = dict(each["params"])
    for name in ("min", "max", "m2"):
        if name in params:
            params[name] = surface(params[name], lang)
    if f"desk.area.{params.get('kind')}" in catalogue(lang):
        params["kind"] = sentence(f"desk.area.{params['kind']}", lang)
    if "day" in params:
        params["day"] = day(params["day"], lang)
    for name in ("mw", "km"):
        if name in params:
            params[name] = number(params[name], lang)
    return sentence(f"desk.assumed.{each['code']}", lang, **params)


SURFACES = frozenset({"footprint_m2", "floor_m2"})
DAYS = frozenset({"start_by", "production_by"})


def value_told(field: str, value: Any, lang: str) -> str:
    """The value of a field of a need as people read it."""
    if field == "land_m2":
        ends = [value.get("min"), value.get("max")]
        key = "between" if all(ends) else "from" if ends[0] else "up_to"
        low, high = ("" if end is None else surface(end, lang) for end in ends)
        return sentence(f"desk.range.{key}", lang, low=low, high=high)
    if field in SURFACES:
        return surface(value, lang)
    if field in DAYS:
        return day(value, lang)
    if field == "buildings":
        sides = (f"{number(one['length_m'], lang)} × {number(one['width_m'], lang)} m" for one in value)
        return ", ".join(sides)
    if field in ("use", "tenure", "brownfield"):
        return sentence(f"desk.value.{value}", lang)
    return _plain(field, value, lang)


def _plain(field: str, value: Any, lang: str) -> str:
    if field == "near":
        one = value[0]
        key = "km" if "max_km" in one else "minutes"
        return sentence(f"desk.near.{key}", lang, amount=number(one[f"max_{key}"], lang))
    if field == "icpe":
        return ", ".join(str(part) for part in value.values())
    if value is True:
        return sentence("desk.value.yes", lang)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return number(value, lang) if isinstance(value, int | float) else str(value)

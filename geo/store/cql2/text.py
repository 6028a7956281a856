"""CQL2 text read into the JSON form of the same filter.

An LALR parser takes time in proportion to the text and no stack; `docs/decisions/cql2.md` says what others take.
"""

import math
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from geo.store.cql2.faults import EXAMPLE, FilterFault

MOST_CHARACTERS = 16_000
"""A polygon of 400 corners with all the digits QGIS writes; proxies may take no address as long."""

SHOWN_CHARACTERS = 30

NUMBER_CHARACTERS = 40
"""Of a number, as in JSON (api/security/strict_json.py)."""

Json = Any
"""A node of the JSON form: an object with ``op``, ``property``, ``date``…, or a literal."""

TYPES = {
    "point": "Point",
    "linestring": "LineString",
    "polygon": "Polygon",
    "multipoint": "MultiPoint",
    "multilinestring": "MultiLineString",
    "multipolygon": "MultiPolygon",
}


def read_text(text: str) -> Json:
    """The JSON form of a CQL2 text.

    Raises:
        FilterFault: the text is empty, too long, or not CQL2; the place is told.
    """
    if len(text) > MOST_CHARACTERS:
        raise FilterFault("filter.too_long", characters=len(text), most=MOST_CHARACTERS)
    if not text.strip():
        raise FilterFault("filter.empty", example=EXAMPLE)
    try:
        return _parser().parse(text)
    except UnexpectedInput as error:
        raise _malformed(text, error) from None


def _malformed(text: str, error: UnexpectedInput) -> FilterFault:
    at = error.pos_in_stream
    ended = not isinstance(error, UnexpectedCharacters | UnexpectedToken)
    if ended or at is None or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
        return FilterFault("filter.unfinished", near=text.strip()[-SHOWN_CHARACTERS:])
    return FilterFault("filter.malformed", character=at + 1, near=text[at : at + SHOWN_CHARACTERS])


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_JsonForm())


def _number(text: str) -> int | float:
    if len(text) > NUMBER_CHARACTERS or not math.isfinite(float(text)):
        raise FilterFault("filter.number", given=text[:NUMBER_CHARACTERS], example=EXAMPLE)
    return int(text) if text.isdecimal() else float(text)


@v_args(inline=True)
class _JsonForm(Transformer[Token, Json]):
    """Each rule of the grammar as a node; called as the rules end, so that depth costs no stack."""

    def or_(self, *terms: Json) -> Json:
        return {"op": "or", "args": list(terms)}

    def and_(self, *terms: Json) -> Json:
        return {"op": "and", "args": list(terms)}

    def not_(self, term: Json) -> Json:
        return {"op": "not", "args": [term]}

    def compare(self, left: Json, sign: Token, right: Json) -> Json:
        return {"op": str(sign), "args": [left, right]}

    def like(self, value: Json, pattern: Json) -> Json:
        return {"op": "like", "args": [value, pattern]}

    def between(self, value: Json, low: Json, high: Json) -> Json:
        return {"op": "between", "args": [value, low, high]}

    def in_(self, value: Json, values: Json) -> Json:
        return {"op": "in", "args": [value, values]}

    def is_null(self, value: Json) -> Json:
        return {"op": "isNull", "args": [value]}

    def not_like(self, *args: Json) -> Json:
        return self.not_(self.like(*args))

    def not_between(self, *args: Json) -> Json:
        return self.not_(self.between(*args))

    def not_in(self, *args: Json) -> Json:
        return self.not_(self.in_(*args))

    def is_not_null(self, value: Json) -> Json:
        return self.not_(self.is_null(value))

    def list(self, *values: Json) -> Json:
        return [*values]

    def number(self, text: Token) -> Json:
        return _number(text)

    def negative(self, value: Json) -> Json:
        return -value if type(value) in (int, float) else {"op": "-", "args": [value]}

    def string(self, text: Token) -> Json:
        return text[1:-1].replace("''", "'").replace("\\'", "'")

    def true(self) -> Json:
        return True

    def false(self) -> Json:
        return False

    def property(self, name: Token) -> Json:
        return {"property": str(name)}

    def quoted(self, name: Token) -> Json:
        return {"property": name[1:-1].replace('""', '"')}

    def call(self, name: Token, *args: Json) -> Json:
        given = [arg for arg in args if arg is not None]
        match name.lower():
            case "date" | "timestamp" as kind if len(given) == 1:
                return {kind: given[0]}
            case "interval":
                return {"interval": [_unwrapped(end) for end in given]}
            case "bbox":
                return {"bbox": given}
            case function:
                return {"op": function, "args": given}

    def position(self, *coordinates: Token) -> Json:
        return [float(coordinate) for coordinate in coordinates]

    def nest(self, *parts: Json) -> Json:
        return [*parts]

    def geometry(self, name: Token, parts: Json) -> Json:
        kind = TYPES[name.lower().split()[0]]
        if kind == "Point" and len(parts) == 1:
            return {"type": kind, "coordinates": parts[0]}
        if kind == "MultiPoint":  # both MULTIPOINT (0 0, 1 1) and MULTIPOINT ((0 0), (1 1)) are written
            parts = [part[0] if isinstance(part[0], list) else part for part in parts]
        return {"type": kind, "coordinates": parts}

    def collection(self, *geometries: Json) -> Json:
        return {"type": "GeometryCollection", "geometries": list(geometries)}


def _unwrapped(end: Json) -> Json:
    """The end of an interval: the JSON form writes days and instants there as bare strings."""
    match end:
        case {"date": value} | {"timestamp": value}:
            return value
        case _:
            return end

"""Reading a need, and saying every mistake: which field, what, and an example of right."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from geo.match.need.field_examples import LAND_ALONE, example_at, few, fields_at, meant
from geo.match.need.need import Need
from geo.match.need.presets import over_preset

_CODES = {
    "missing": "need.missing",
    "extra_forbidden": "need.unknown_field",
    "greater_than": "need.too_small",
    "greater_than_equal": "need.too_small",
    "less_than": "need.too_large",
    "less_than_equal": "need.too_large",
    "finite_number": "need.not_finite",
    "literal_error": "need.not_in_list",
    "enum": "need.not_in_list",
    "string_pattern_mismatch": "need.wrong_code",
    "too_short": "need.too_few",
    "too_long": "need.too_many",
    "string_too_short": "need.too_short",
    "string_too_long": "need.too_long",
}
"""Kinds of mistake by the validator's own names; its `*_type` become `need.wrong_type`, ours stay `need.<type>`."""

_SHAPES = {"rectangle", "outline", "area", "distance", "sides", "Polygon", "MultiPolygon", "LandRange", "Power"}
_BRANCHES = _SHAPES | {"date", "bool", "float", "constrained-str", "[key]"}
"""Parts of a location that name a branch of the reader, not a field of the document."""

MAX_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class NeedProblem:
    """One mistake. `field` is as in `buildings[0].length_m`, empty for the whole need."""

    field: str
    code: str
    message: str
    detail: dict[str, object] = dataclasses.field(default_factory=dict)
    example: object = None

    def __str__(self) -> str:
        """Read as a sentence, for logs and the command line."""
        tail = "" if self.example is None else f" (for example: {self.example!r})"
        return f"{self.field or 'need'} {self.message}{tail}"


class NeedError(ValueError):
    """A need that cannot be read; `problems` holds every mistake."""

    def __init__(self, problems: tuple[NeedProblem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def read_need(document: object) -> Need:
    """The need of a parsed JSON document, over the preset it names. Raises NeedError."""
    if not isinstance(document, Mapping):
        problem = NeedProblem("", "need.wrong_type", "is not a JSON object", {}, LAND_ALONE)
        raise NeedError((problem,))
    try:
        return Need.model_validate(over_preset(document))
    except ValidationError as error:
        raise NeedError(tuple(_distinct(error))) from None


def as_read(need: Need) -> dict[str, Any]:
    """The document of a need as it was understood, which reads as the same need: what changes of it point into.

    Amounts are numbers in the unit of their field, and what a preset lays under the need stands in it.
    """
    return need.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"preset"})


def _distinct(error: ValidationError) -> Iterator[NeedProblem]:
    """One problem a field and code: a choice of shapes reports the same field more than once."""
    seen: set[tuple[str, str]] = set()
    for details in error.errors(include_url=False, include_input=False)[:MAX_PROBLEMS]:
        problem = _problem(details)
        if (problem.field, problem.code) not in seen:
            seen.add((problem.field, problem.code))
            yield problem


def _problem(details: ErrorDetails) -> NeedProblem:
    kind, location = details["type"], details["loc"]
    detail: dict[str, object] = {
        key: value for key, value in details.get("ctx", {}).items() if isinstance(value, str | int | float)
    }
    if kind == "extra_forbidden":
        return _unknown_field(location)
    where = str(detail.pop("field", "")) or _field(location)
    if kind.startswith("wish_"):
        where = f"wishes.{detail.pop('name')}"
    code = _CODES.get(kind) or ("need.wrong_type" if kind.endswith(("_type", "_tag_invalid")) else f"need.{kind}")
    example = example_at(where) if where else LAND_ALONE
    return NeedProblem(where, code, _message(kind, details["msg"]), detail, example)


def _unknown_field(location: tuple[int | str, ...]) -> NeedProblem:
    name, around = str(location[-1])[:60], _field(location[:-1])
    known = fields_at(around, name, str(location[-2]) if len(location) > 1 else "")
    close = meant(name, known)
    detail: dict[str, object] = {}
    hint = ""
    if close is not None:
        detail, hint = {"did_you_mean": close}, f"; did you mean {close}?"
    elif few(known):
        detail, hint = {"known": known}, f"; possible: {', '.join(known)}"
    where = ".".join(filter(None, (around, name)))
    return NeedProblem(where, "need.unknown_field", f"is not a field of a need{hint}", detail)


def _field(location: tuple[int | str, ...]) -> str:
    """The place in the document, without the branches the reader took."""
    text = ""
    for step in location:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step not in _BRANCHES and not step.startswith("function-"):
            text += f".{step[:60]}" if text else step[:60]
    return text


def _message(kind: str, message: str) -> str:
    """The mistake, to be read after the name of the field."""
    if kind == "missing":
        return "is missing"
    if kind in {"model_type", "model_attributes_type", "dict_type"}:
        return "should be an object"
    start, _, rest = message.partition(" ")
    return rest if start in {"Input", "String", "List", "Dictionary", "Value"} else message

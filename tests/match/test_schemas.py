import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from geo.match.need.examples import EXAMPLES, WORKSHOP
from geo.match.need.need import Need
from geo.match.need.reading import NeedError, read_need
from geo.match.schemas.explain import explain_schema
from geo.match.schemas.schemas import answer_schema, count_schema, drawn_schema, need_schema
from tests.breadth import tried

NEED = Draft202012Validator(need_schema())


def test_both_are_schemas_and_plain_json() -> None:
    for schema in (need_schema(), answer_schema()):
        Draft202012Validator.check_schema(schema)
        assert json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize("document", EXAMPLES)
def test_the_examples_are_right(document: dict[str, Any]) -> None:
    NEED.validate(document)


def test_every_field_of_a_need_is_described_with_an_example() -> None:
    schema = need_schema()
    for part in [schema, *schema["$defs"].values()]:
        for name, about in part.get("properties", {}).items():
            assert "description" in about or part["title"] in {"AreaPolygon", "AreaMultiPolygon", "BuildingOutline"}, (
                name
            )
    assert all(about.get("examples") for about in schema["properties"].values())


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"buildings": None},
        {"land_m2": None},
        {**WORKSHOP, "limit": 0},
        {**WORKSHOP, "colour": "red"},
        {**WORKSHOP, "schema": "emprise/need/2"},
        {**WORKSHOP, "land_m2": "huge"},
        {**WORKSHOP, "place": {"communes": ["Megève"]}},
        {**WORKSHOP, "buildings": [{"length_m": 0, "width_m": 3}]},
        {**WORKSHOP, "wishes": {"colour": {}}},
    ],
)
def test_schema_and_reader_refuse_the_same(document: dict[str, Any]) -> None:
    assert not NEED.is_valid(document)
    with pytest.raises(NeedError):
        read_need(document)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(-2, 10**9),
    st.sampled_from(["8 ha", "any", "only", "x", "2027-01-01"]),
)


@settings(deadline=None, max_examples=tried(300))
@given(st.dictionaries(st.sampled_from(sorted(need_schema()["properties"])), VALUES, max_size=3))
def test_what_the_reader_accepts_the_schema_accepts(members: dict[str, Any]) -> None:
    document = {"land_m2": 5, **members}
    try:
        need = read_need(document)
    except NeedError:
        return
    assert isinstance(need, Need)
    NEED.validate(document)


def nullable(part: Any, where: str = "") -> list[tuple[str, str]]:
    """Every place of a schema where null may stand, and what is said of it."""
    if isinstance(part, list):
        return [one for place, entry in enumerate(part) for one in nullable(entry, f"{where}/{place}")]
    if not isinstance(part, dict):
        return []
    kinds = [part.get("type"), *(one.get("type") for one in part.get("anyOf", ()))]
    is_null = any(kind == "null" or (isinstance(kind, list) and "null" in kind) for kind in kinds)
    bare = where.rpartition("/")[0].endswith("anyOf") and part == {"type": "null"}
    own = [(where, part.get("description", ""))] if (is_null or None in part.get("enum", ())) and not bare else []
    return own + [one for key, entry in part.items() for one in nullable(entry, f"{where}/{key}")]


@pytest.mark.parametrize(
    ("schema", "least"), [(answer_schema(), 40), (explain_schema(), 40), (drawn_schema(), 9), (count_schema(), 0)]
)
def test_of_every_null_it_is_said_when(schema: dict[str, Any], least: int) -> None:
    Draft202012Validator.check_schema(schema)
    told = nullable(schema)
    assert [where for where, said in told if "null: " not in said] == []
    assert len(told) >= least

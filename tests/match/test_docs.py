"""docs/needs.md stays true: its examples are right and its table lists every field."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from geo.match.criteria.unrecorded import NOT_RECORDED
from geo.match.need.need import Need
from geo.match.need.reading import read_need
from geo.match.schemas.schemas import need_schema

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "needs.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL)]
ROWS = {name: judged for name, _, judged in re.findall(r"^\| `(\w+)` \| (.*) \| (.*?) ?\|$", PAGE, flags=re.MULTILINE)}


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_are_right(example: dict[str, object]) -> None:
    Draft202012Validator(need_schema()).validate(example)
    read_need(example)


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) >= 6


def test_every_field_is_in_the_table() -> None:
    assert {field.alias or name for name, field in Need.model_fields.items()} <= set(ROWS)


def test_the_table_says_what_is_not_recorded() -> None:
    assert {name for name, judged in ROWS.items() if judged == "unknown, to check"} == set(NOT_RECORDED)

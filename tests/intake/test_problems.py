"""Whatever a file holds, what is said of it is short, on one line, and JSON."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.intake.problems import Rejection, Remark, Unreadable, bounded, shown

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(min_size=1, max_size=5), ANYTHING))
def test_any_parameters_become_bounded_json(params: dict[str, object]) -> None:
    text = json.dumps(bounded(params), allow_nan=False)
    assert json.loads(text).keys() == params.keys()


@given(st.text())
def test_texts_are_kept_but_for_control_characters(text: str) -> None:
    kept = bounded({"a": text})["a"]
    assert isinstance(kept, str)
    assert len(kept) <= 80
    assert not any(character in kept for character in "\x00\x07\x1b\n\r\x7f\x9b\u202e\u2066")
    if text.isprintable() and len(text) <= 80:
        assert kept == text


def test_long_lists_and_odd_values_are_cut() -> None:
    found = bounded({"names": ["x" * 500] * 500, "day": date(2026, 1, 2), "odd": {"a": b"\x1b" * 500}})
    names = found["names"]
    assert isinstance(names, list)
    assert len(names) == 40
    assert {len(name) for name in names} == {80}
    assert found["day"] == "2026-01-02"
    assert len(str(found["odd"])) <= 80


def test_every_problem_is_bounded_when_it_is_made() -> None:
    assert Unreadable("a.b", name="\x1b[2J").params == {"name": "\ufffd[2J"}
    assert Rejection(1, "f", None, "a.b", params={"name": "\n"}).params == {"name": "\ufffd"}
    assert Remark(1, "f", None, "a.b", params={"name": "y" * 100}).params == {"name": "y" * 79 + "…"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"comm_nom": "Aubigny-les-Pothées"}, '{"comm_nom": "Aubigny-les-Pothées"}'),
        ("à", '"à"'),
        ("à".encode(), '"à"'),
        ({"first": (6.59, 45.1)}, '{"first": [6.59, 45.1]}'),
        ({(1, 2): 3}, "dict"),
        (None, "null"),
        ("\u202ehostile", '"\ufffdhostile"'),
        ("\x1b[31m", '"\\u001b[31m"'),
    ],
)
def test_a_value_is_shown_as_its_writer_knows_it(value: object, words: str) -> None:
    assert shown(value) == words


def test_a_value_too_deep_to_be_written_is_named_by_what_it_is() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert shown(deep) == "list"
    assert len(shown("x" * 1_000)) == 80

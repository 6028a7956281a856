"""JSON that could mean two things, or hurt, is refused before anything reads it."""

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.problems import Problem
from api.security.strict_json import count_vertices, nesting, read_json

DEPTH = 32
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cc", "Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cc", "Cs"])), inner),
    max_leaves=20,
)


@given(values, st.booleans())
def test_reads_what_json_writes(value: Any, ascii_only: bool) -> None:
    assert read_json(json.dumps(value, ensure_ascii=ascii_only).encode(), 200) == value


@given(values)
def test_nesting_is_the_depth_of_brackets(value: Any) -> None:
    def depth(part: Any) -> int:
        if isinstance(part, dict):
            return 1 + max((depth(entry) for entry in part.values()), default=0)
        return 1 + max((depth(entry) for entry in part), default=0) if isinstance(part, list) else 0

    assert nesting(json.dumps(value).encode()) == depth(value)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        pytest.param(b"", "body.empty", id="row-44-empty"),
        pytest.param(b" \n", "body.empty", id="row-44-blank"),
        pytest.param(b"{", "json.syntax", id="row-45-open"),
        pytest.param(b'{"a":1,}', "json.syntax", id="row-45-comma"),
        pytest.param(b"{} {}", "json.syntax", id="row-45-two"),
        pytest.param('{"a":"é"}'.encode("latin-1"), "json.utf8", id="row-47-latin-1"),
        pytest.param('{"a":1}'.encode("utf-16"), "json.utf8", id="row-47-utf-16"),
        pytest.param(b"[" * 900 + b"]" * 900, "json.depth", id="row-50-900"),
        pytest.param(b"[" * 200_000, "json.depth", id="row-50-200000"),
        pytest.param(b'{"a":' * 200_000, "json.depth", id="row-50-objects"),
        pytest.param(b"1" * 5_000, "json.number", id="row-51-digits"),
        pytest.param(b"[1.0" + b"0" * 5_000 + b"]", "json.number", id="row-51-decimals"),
        pytest.param(b"-1e400", "json.number", id="row-51-power"),
        pytest.param(b"[NaN]", "json.constant", id="row-52-nan"),
        pytest.param(b"[Infinity]", "json.constant", id="row-52-infinity"),
        pytest.param(b"[-Infinity]", "json.constant", id="row-52-minus-infinity"),
        pytest.param(b"[1e999]", "json.number", id="row-53-1e999"),
        pytest.param(b'{"a":1,"a":2}', "json.duplicate", id="row-55-twice"),
        pytest.param(b'{"b":[{"a":1,"\\u0061":1}]}', "json.duplicate", id="row-55-escaped"),
    ],
)
def test_malformed_text_is_400_at_once(raw: bytes, code: str) -> None:
    began = time.thread_time()
    with pytest.raises(Problem) as caught:
        read_json(raw, DEPTH)
    assert (caught.value.status, caught.value.code) == (400, code)
    assert time.thread_time() - began < 0.5


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        pytest.param(b'{"a":{"b":["x","\\u0000"]}}', "a.b[1]", id="row-71-nul"),
        pytest.param(b'{"a":"\\ud800"}', "a", id="row-71-surrogate"),
        pytest.param(b'{"a":"\\u0007"}', "a", id="row-72-control"),
        pytest.param(b'{"a\\u0000b":1}', "", id="row-71-nul-in-a-key"),
        pytest.param(b'"\x7f"', "", id="row-72-delete"),
    ],
)
def test_text_that_cannot_be_stored_is_422_with_its_field(raw: bytes, field: str) -> None:
    with pytest.raises(Problem) as caught:
        read_json(raw, DEPTH)
    assert caught.value.status == 422
    assert [(error.field, error.code) for error in caught.value.errors] == [(field, "field.string_unicode")]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        pytest.param(b"\xef\xbb\xbf{}", {}, id="row-47-bom"),
        pytest.param(b'"\\u202e\\n\\t"', "\u202e\n\t", id="row-72-rtl-override"),
        pytest.param(b'"\\ud83c\\udfed"', "\U0001f3ed", id="a-whole-surrogate-pair"),
        pytest.param(b'"[[[[["', "[[[[[", id="brackets-in-text"),
        pytest.param(b'"\\"[[["', '"[[[', id="brackets-after-an-escape"),
    ],
)
def test_odd_but_clear_text_is_read(raw: bytes, value: object) -> None:
    assert read_json(raw, 2) == value


@pytest.mark.parametrize(
    "raw",
    [
        b'"' + b'\\"' * 490_000,
        b'"' * 999_999,
        b"[" + b"[]," * 330_000 + b"[]]",
        b"{" + b",".join(b'"%d":1' % n for n in range(90_000)) + b',"89999":1}',
        b"\\" * 1_000_000,
    ],
    ids=["escapes", "quotes", "lists", "keys", "backslashes"],
)
def test_no_text_of_a_megabyte_takes_long(raw: bytes) -> None:
    began = time.thread_time()
    with suppress(Problem):
        count_vertices(read_json(raw, DEPTH))
    assert time.thread_time() - began < 3  # a few tenths; what grows with the square takes minutes


def test_vertices_are_counted_under_coordinates_only() -> None:
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    shape = {"type": "MultiPolygon", "coordinates": [[ring], [ring, ring]]}
    assert count_vertices({"numbers": ring, "place": {"polygon": shape}}) == 12
    assert count_vertices({"type": "Point", "coordinates": [1, 2]}) == 1
    assert count_vertices({"coordinates": []}) == 0

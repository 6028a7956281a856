import time
from collections.abc import Iterator

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.intake.files import featurestream
from geo.intake.files.featurestream import FeatureStream
from geo.intake.problems import Unreadable


def pieces(text: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(text), size):
        yield text[start : start + size]


def split(text: bytes, size: int = 1 << 20) -> tuple[list[bytes], list[int], FeatureStream]:
    stream = FeatureStream(pieces(text, size))
    found, rows = [], []
    for slices in stream:
        found += [slices.text[begin:end] for begin, end in slices.spans]
        rows += [slices.first_row + place for place in range(len(slices.spans))]
    return found, rows, stream


FEATURE = b'{"type":"Feature","properties":{"a":1},"geometry":null}'


@pytest.mark.parametrize(
    "text",
    [
        b'{"type":"FeatureCollection","features":[%s,%s]}' % (FEATURE, FEATURE),
        b'{"type":"FeatureCollection","features":[\n%s,\n%s\n]}\n' % (FEATURE, FEATURE),
        b'\xef\xbb\xbf{ "features" : [ %s , %s ] , "type": "FeatureCollection" }' % (FEATURE, FEATURE),
        b"%s\n%s\n" % (FEATURE, FEATURE),
        b"%s\r\n%s" % (FEATURE, FEATURE),
        b"\x1e%s\n\x1e%s\n" % (FEATURE, FEATURE),
        FEATURE + FEATURE,
    ],
)
def test_collections_and_sequences_give_their_features(text: bytes) -> None:
    found, rows, stream = split(text)
    assert found == [FEATURE, FEATURE]
    assert rows == [1, 2]
    assert stream.collection == (b"features" in text)


def test_members_before_and_after_the_features_are_known() -> None:
    text = b'{"type":"FeatureCollection","name":"a","features":[%s],"crs":null,"bbox":[1,2]}' % FEATURE
    stream = FeatureStream(pieces(text, 7))
    assert stream.members == {"type": "FeatureCollection", "name": "a"}
    assert len(list(stream)) == 1
    assert stream.members == {"type": "FeatureCollection", "name": "a", "crs": None, "bbox": [1, 2]}


def test_a_decoy_of_the_features_member_is_not_taken() -> None:
    text = b'{"a":{"features":[{"x":1}]},"b":"\\"features\\":[","features":[%s]}' % FEATURE
    found, _, stream = split(text)
    assert found == [FEATURE]
    assert set(stream.members) == {"a", "b"}


def test_brackets_and_quotes_inside_strings_do_not_count() -> None:
    features = [{"type": "Feature", "properties": {"n": n}} for n in ('}{"\\', "]]", '\\"', "[{", "\\\\", "{")]
    text = orjson.dumps({"type": "FeatureCollection", "features": features})
    found, _, _ = split(text)
    assert [orjson.loads(one) for one in found] == features


names = st.text(alphabet=st.sampled_from('ab{}[]",:\\é\n\x1e '), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(names, values, max_size=3), max_size=6), st.booleans(), st.integers(1, 50))
def test_any_json_is_split_as_a_json_parser_would(properties: list[object], collected: bool, size: int) -> None:
    features = [{"type": "Feature", "properties": one} for one in properties]
    if collected:
        text = orjson.dumps({"type": "FeatureCollection", "features": features})
    elif features:
        text = b"\n".join(map(orjson.dumps, features))
    else:
        return
    found, rows, _ = split(text, size)
    assert [orjson.loads(one) for one in found] == features
    assert rows == list(range(1, len(features) + 1))


def test_small_pieces_of_text_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(featurestream, "PIECE_BYTES", 16)
    features = [{"type": "Feature", "properties": {"name": "x" * n}} for n in range(60)]
    found, rows, _ = split(orjson.dumps({"features": features}), 5)
    assert [orjson.loads(one) for one in found] == features
    assert rows == list(range(1, 61))


def test_an_empty_collection_has_no_features() -> None:
    assert split(b'{"type":"FeatureCollection","features":[]}')[0] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b'{"type":"FeatureCollection","features":[%s,%s' % (FEATURE, FEATURE), "json.truncated"),
        (b'{"type":"FeatureCollection","features":[%s,{"type":"Fea' % FEATURE, "json.truncated"),
        (b'{"type":"FeatureCollection","features":[%s]' % FEATURE, "json.truncated"),
        (b'{"type":"FeatureCollection","features":[', "json.truncated"),
        (b'{"type":"FeatureColl', "json.truncated"),
        (b'%s\n{"type":"Fea' % FEATURE, "json.truncated"),
        (b'{"type":"FeatureCollection","features":[%s %s]}' % (FEATURE, FEATURE), "json.misplaced"),
        (b'{"type":"FeatureCollection","features":[%s,,%s]}' % (FEATURE, FEATURE), "json.misplaced"),
        (b'{"type":"FeatureCollection","features":[%s,null,%s]}' % (FEATURE, FEATURE), "json.misplaced"),
        (b'{"type":"FeatureCollection","features":[1,%s]}' % FEATURE, "json.misplaced"),
        (b'{"type":"FeatureCollection","features":[%s]}garbage' % FEATURE, "json.after_features"),
        (b"%s,%s" % (FEATURE, FEATURE), "json.misplaced"),
        (b"%s]" % FEATURE, "json.bracket"),
        (b'{"features":[%s],"features":[%s]}' % (FEATURE, FEATURE), "json.duplicate_member"),
        (b'{"name":"a","features":[%s],"name":"b"}' % FEATURE, "json.duplicate_member"),
        (b'{"type":"Topology","objects":{}}', "json.not_geojson"),
        (b'{"type":"Polygon","coordinates":[]}', "json.not_geojson"),
        (b'{"type":"FeatureCollection","features":null}', "json.not_geojson"),
        (b"{}", "json.not_geojson"),
        (b"{nonsense}", "json.syntax"),
    ],
)
def test_text_that_is_no_geojson_is_refused(text: bytes, code: str) -> None:
    for size in (3, 1 << 20):
        with pytest.raises(Unreadable) as refused:
            split(text, size)
        assert refused.value.code == code


def test_one_bad_feature_does_not_hide_the_others() -> None:
    bad = b'{"type":"Feature","properties":{"a":NaN},"geometry":null}'
    found, _, _ = split(b'{"features":[%s,%s,%s]}' % (FEATURE, bad, FEATURE))
    assert found == [FEATURE, bad, FEATURE]
    assert split(bad + b"\n" + FEATURE)[0] == [bad, FEATURE]


def test_features_and_headers_beyond_reason_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(featurestream, "MAX_FEATURE_BYTES", 5_000)
    monkeypatch.setattr(featurestream, "PIECE_BYTES", 1_000)
    large = b'{"type":"Feature","properties":{"a":"%s"}}' % (b"x" * 20_000)
    with pytest.raises(Unreadable) as refused:
        split(b'{"features":[%s,%s]}' % (FEATURE, large), 500)
    assert refused.value.code == "json.too_large"
    assert refused.value.params["row"] == 2
    with pytest.raises(Unreadable) as refused:
        split(b'{"padding":"%s","features":[]}' % (b"x" * 20_000), 500)
    assert refused.value.code == "json.no_features"


def test_a_header_full_of_decoys_is_refused_quickly() -> None:
    text = b'{"a":' + b'{"features":[' * 300_000
    started = time.process_time()
    with pytest.raises(Unreadable):
        split(text)
    assert time.process_time() - started < 5

import gzip
import hashlib
import random
from pathlib import Path

import orjson
import pytest
import shapely
from shapely.geometry import Polygon

from geo.intake import source as opening
from geo.intake.problems import Unreadable
from geo.intake.source import open_source
from tests.intake.written_files import (
    L93_X,
    L93_Y,
    LAT,
    LON,
    collection,
    explained,
    feature,
    read,
    read_features,
    square,
    squares,
    write,
)


def refusal(path: Path, **options: object) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        read(path, **options)
    assert explained(refused.value)
    return refused.value


def l93(count: int = 3) -> list[dict[str, object]]:
    boxes = [shapely.box(L93_X + 60 * n, L93_Y, L93_X + 60 * n + 50, L93_Y + 50) for n in range(count)]
    return [feature(box, parcel_uid=f"p{n}") for n, box in enumerate(boxes)]


def test_a_source_knows_its_file(tmp_path: Path) -> None:
    path = write(tmp_path, collection(squares(3)))
    found = read(path)
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.size == path.stat().st_size
    assert found.rows == [1, 2, 3]
    assert found.read == 3


def test_plain_gzipped_and_line_by_line_are_one_file(tmp_path: Path) -> None:
    features = squares(5, surface_m2=100)
    plain = read(write(tmp_path, collection(features)))
    packed = read(write(tmp_path, gzip.compress(collection(features)), "land.json.gz"))
    lines = read(write(tmp_path, b"\n".join(map(orjson.dumps, features)), "land.geojsonl"))
    assert plain.keys == packed.keys == lines.keys
    assert plain.digests == packed.digests == lines.digests


def test_batches_are_no_larger_than_asked_and_progress_grows(tmp_path: Path) -> None:
    path = write(tmp_path, collection(squares(25)))
    with open_source(path, batch_rows=10) as source:
        assert source.progress.done == 0
        sizes, steps = [], []
        for batch in source:
            sizes.append(len(batch.rows))
            steps.append(source.progress.done)
        assert sizes == [10, 10, 5]
        assert steps == sorted(steps)
        assert source.progress.done == source.progress.total == path.stat().st_size


def test_digests_depend_on_what_a_row_says_and_on_nothing_else(tmp_path: Path) -> None:
    features = squares(6, surface_m2=100)
    first = read_features(tmp_path, features)
    shuffled = features[:]
    random.Random(1).shuffle(shuffled)
    second = read_features(tmp_path, shuffled, batch_rows=4)
    assert dict(zip(first.keys, first.digests, strict=True)) == dict(zip(second.keys, second.digests, strict=True))
    moved = [dict(one) for one in features]
    moved[2] = feature(square(LON + 0.004, LAT + 1e-7), **features[2]["properties"])  # type: ignore[arg-type]
    moved[4] = feature(features[4]["geometry"], **(features[4]["properties"] | {"surface_m2": 101}))  # type: ignore[operator]
    third = read_features(tmp_path, moved)
    changed = [key for key, old, new in zip(first.keys, first.digests, third.digests, strict=True) if old != new]
    assert changed == ["p3", "p5"]
    unread = [feature(one["geometry"], **one["properties"], fid=n) for n, one in enumerate(features)]  # type: ignore[arg-type]
    assert read_features(tmp_path, unread).digests == first.digests
    assert all(len(digest) == 16 for digest in first.digests)


def test_digests_are_the_same_in_another_process() -> None:
    """A digest is compared with one stored by an earlier load: it may not depend on anything of this run."""
    from geo.intake.layers.identity import digests

    shape = shapely.box(0, 0, 1, 1)
    (found,) = digests("parcels", "EPSG:2154", ["a"], {"name": ["x"], "n": [1.5]}, [shape])  # type: ignore[arg-type]
    assert found.hex() == "6dc5508fbd39cc125b7a978d6e589e57"


def test_the_crs_member_of_2008_is_honoured(tmp_path: Path) -> None:
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
    found = read(write(tmp_path, collection(l93(), crs=member)))
    assert found.geometry[0].area == pytest.approx(2_500)


def test_a_crs_member_after_the_features_is_not_overlooked(tmp_path: Path) -> None:
    head = collection(squares(1))[:-1]
    member = b',"crs":{"type":"name","properties":{"name":"EPSG:%d"}}}'
    path = write(tmp_path, head + member % 2154)
    assert refusal(path).code == "crs.late"
    assert read(write(tmp_path, head + member % 4326)).rows == [1]
    late = write(tmp_path, collection(l93(1))[:-1] + member % 2154)
    assert read(late, crs="EPSG:2154").rows == [1]


def test_lambert_93_without_a_word_is_asked_about(tmp_path: Path) -> None:
    path = write(tmp_path, collection(l93()))
    refused = refusal(path)
    assert refused.code == "crs.metres"
    assert refused.params["likely"] == "EPSG:2154"
    assert read(path, crs="EPSG:2154").geometry[0].area == pytest.approx(2_500)


def test_swapped_axes_are_asked_about(tmp_path: Path) -> None:
    swapped = [feature(square(LAT + n / 100, LON), parcel_uid=f"p{n}") for n in range(3)]
    refused = refusal(write(tmp_path, collection(swapped)))
    assert refused.code == "crs.axes_swapped"


def test_one_misplaced_row_among_good_ones_is_a_row_problem(tmp_path: Path) -> None:
    rows = [*squares(5), feature(square(LAT, LON), parcel_uid="swapped"), *l93(1)]
    found = read_features(tmp_path, rows)
    assert found.rows == [1, 2, 3, 4, 5]
    assert [(one.row, one.code) for one in found.rejections] == [(6, "crs.axes_swapped"), (7, "crs.metres")]


def test_an_unclear_crs_is_no_obstacle_when_one_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, collection(l93(), crs=None))
    assert refusal(path).code == "crs.no_code_in_member"
    assert read(path, crs="EPSG:2154").rows == [1, 2, 3]


def test_the_example_of_the_standard_with_its_own_defects(tmp_path: Path) -> None:
    """CNIG's valid example: Lambert-93 numbers inside GeoJSON, and a ring that misses its start by 7 mm."""
    ring = [[656589.70, 6425785.32], [656655.02, 6425866.31], [656663.55, 6425874.43], [656589.707, 6425785.32]]
    row = feature({"type": "Polygon", "coordinates": [ring]}, terr_id="80024_TERRAIN-ECO_00131")
    found = read_features(tmp_path, [row], crs="EPSG:2154")
    assert found.rows == [1]
    assert [(one.code, one.before) for one in found.repairs] == [("geometry.ring_closed", {"gap_m": 0.007})]


def test_old_systems_say_how_exact_they_are(tmp_path: Path) -> None:
    x, y = 883_000.0, 2_061_000.0
    rows = [feature(Polygon([(x, y), (x + 50, y), (x + 50, y + 50)]), parcel_uid="a")]
    found = read_features(tmp_path, rows, crs="EPSG:27572")
    assert found.rows == [1]
    assert "crs.accuracy" in {remark.code for remark in found.remarks}


def test_heights_are_told_once(tmp_path: Path) -> None:
    rows = [
        feature(shapely.force_3d(shapely.box(LON + n, LAT, LON + n + 0.01, LAT + 0.01), 9), parcel_uid=f"p{n}")
        for n in range(2)
    ]
    found = read_features(tmp_path, [*rows], batch_rows=1)
    assert [remark.code for remark in found.remarks].count("geometry.flattened") == 1
    assert not any(map(shapely.has_z, found.geometry))


def test_fields_nobody_reads_are_named_once(tmp_path: Path) -> None:
    found = read_features(tmp_path, squares(3, altitude=700, remarque="x"))
    (remark,) = [one for one in found.remarks if one.code == "field.ignored"]
    assert remark.value == ["altitude", "remarque"]


def test_a_layered_file_is_split(tmp_path: Path) -> None:
    rows = [
        feature(square(6.00), layer="parcel", terr_id="t1", synthetic=True),
        feature(square(6.01), layer="zone", libelle="UX", typezone="U", insee="74173"),
        feature(square(6.02), layer="constraint", kind="flood", effect="restricts"),
        feature(square(6.03), layer="building", height_m=4),
        feature(square(6.04), layer="site", site_id="s1", site_nom="Zone"),
        feature({"type": "Point", "coordinates": [6.05, 45.5]}, layer="network", voltage_kv=63),
        feature(square(6.06), layer="commune", insee="74173", nom="Megève"),
        feature(square(6.07), layer="parcel", parcel_uid="p2"),
        feature(square(6.08), layer="road"),
        feature(None, layer="parcel"),
    ]
    found = read_features(tmp_path, rows)
    assert found.schema == "layered"
    assert {batch.layer: batch.rows for batch in found.batches} == {
        "parcels": [1, 8],
        "zones": [2],
        "constraints": [3],
        "buildings": [4],
        "sites": [5],
        "networks": [6],
        "communes": [7],
    }
    assert {(one.row, one.code) for one in found.rejections} == {(9, "layer.unknown_tag"), (10, "geometry.missing")}
    assert found.read == 10
    assert found.column("origin", "parcels") == ["terrain", "terrain"]
    assert found.column("synthetic", "parcels") == [True, False]
    assert set(found.layers) >= {batch.layer for batch in found.batches}


def test_a_layered_piece_with_nothing_but_bad_rows_is_still_counted(tmp_path: Path) -> None:
    rows = [feature(square(), layer="zone", libelle="U", typezone="U", insee="74173"), feature(None, layer="zone")]
    found = read_features(tmp_path, rows, batch_rows=1)
    assert found.read == 2
    assert found.codes() == {"geometry.missing"}


def test_bad_rows_are_named_and_good_ones_kept(tmp_path: Path) -> None:
    good = [orjson.dumps(one) for one in squares(2)]
    bad = [
        b'{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[6,45],[6.1,NaN],[6,45.1],[6,45]]]}}',
        b'{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[6,45],[1e999,45],[6,45.1],[6,45]]]}}',
        b'{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[6,45],["6",45],[6,45.1],[6,45]]]}}',
        b'{"type":"feature","properties":{},"geometry":null}',
        b'{"type":"Feature","properties":[1],"geometry":null}',
        b'{"type":"Feature","properties":null,"geometry":null}',
        b'{"type":"Feature","properties":{"a":"\\ud800"},"geometry":null}',
        b'{"type":"Feature","properties":{"a":"\x81\x8d"},"geometry":null}',
    ]
    text = b'{"type":"FeatureCollection","features":[' + b",".join([good[0], *bad, good[1]]) + b"]}"
    found = read(write(tmp_path, text))
    assert found.rows == [1, 10]
    assert [(one.row, one.code) for one in found.rejections] == [
        (2, "json.bad_row"),
        (3, "json.bad_row"),
        (4, "geometry.number"),
        (5, "feature.type"),
        (6, "feature.properties"),
        (7, "geometry.missing"),
        (8, "json.bad_row"),
        (9, "text.encoding"),
    ]
    assert all(map(explained, found.rejections))


def test_rows_in_windows_1252_are_read_and_reported(tmp_path: Path) -> None:
    text = orjson.dumps(squares(1, nom="?")[0]).replace(b'"?"', "Lot à bâtir".encode("cp1252").join([b'"', b'"']))
    found = read(write(tmp_path, b'{"features":[' + text + b"]}"))
    assert found.column("name") == ["Lot à bâtir"]
    assert [(one.row, one.code) for one in found.repairs] == [(1, "text.windows_1252")]


def test_an_empty_file_says_so_or_gives_nothing_when_forced(tmp_path: Path) -> None:
    path = write(tmp_path, collection([]))
    assert refusal(path).code == "schema.no_fields"
    assert read(path, layer="parcels").rows == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"crs": "+proj=longlat"}, "crs.unknown"),
        ({"commune": "Megève"}, "commune.unknown"),
        ({"layer": "roads"}, "layer.unknown"),
    ],
)
def test_wrong_use_is_explained(tmp_path: Path, options: dict[str, object], code: str) -> None:
    assert refusal(write(tmp_path, collection(squares(1))), **options).code == code


def test_what_is_no_file_is_explained(tmp_path: Path) -> None:
    assert refusal(tmp_path / "absent.geojson").code == "source.missing"
    assert refusal(tmp_path).code == "source.missing"


def test_an_unknown_schema_lists_the_fields_and_the_way_out(tmp_path: Path) -> None:
    refused = refusal(write(tmp_path, collection([feature(square(), pk="1", libelle="x")])))
    assert refused.code == "schema.unknown"
    assert refused.params["fields"] == ["pk", "libelle"]


def test_outlines_of_problem_rows_are_at_hand(tmp_path: Path) -> None:
    bowtie = {"type": "Polygon", "coordinates": [[[6, 45], [6.01, 45.01], [6.01, 45], [6, 45.01], [6, 45]]]}
    found = read_features(tmp_path, [*squares(1), feature(bowtie, parcel_uid="b"), feature(None, parcel_uid="c")])
    (batch,) = found.batches
    assert set(batch.outlines) == {2}
    assert [one.row for one in batch.rejections] == [3, 2]


def test_closing_twice_does_no_harm(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, collection(squares(1))))
    source.close()
    source.close()
    assert opening.Progress(0, source.size) == source.progress


def test_a_drawing_forced_to_be_a_layer_may_have_no_words_but_not_only_strange_ones(tmp_path: Path) -> None:
    assert len(read_features(tmp_path, [feature(square(), FID=1)], layer="parcels").rows) == 1
    refused = refusal(write(tmp_path, collection([feature(square(), FID=1, Teinte="pré")])), layer="parcels")
    assert (refused.code, refused.params["fields"]) == ("schema.unread", ["Teinte"])
    assert explained(refused)


def test_fields_are_told_unread_when_none_is_read(tmp_path: Path) -> None:
    found = read_features(tmp_path, [feature(square(), FID=1)], layer="parcels")
    assert [one.params["names"] for one in found.remarks if one.code == "field.ignored"] == [["FID"]]


@pytest.mark.parametrize(
    ("crs", "x", "y", "likely"),
    [
        ("EPSG:27572", L93_X, L93_Y, "EPSG:2154"),
        ("EPSG:3946", L93_X, L93_Y, "EPSG:2154"),
        ("EPSG:2154", LON, LAT, "EPSG:4326"),
    ],
)
def test_a_table_asked_for_in_the_wrong_system_is_refused_once_and_told_the_likely_one(
    tmp_path: Path, crs: str, x: float, y: float, likely: str
) -> None:
    rows = "".join(f"p{n};{x + n / 10_000:.4f};{y:.4f}\n" for n in range(10))
    path = write(tmp_path, f"parcel_uid;x;y\n{rows}".encode(), "points.csv")
    refused = refusal(path, crs=crs)
    assert (refused.code, refused.params["likely"], refused.params["name"]) == ("crs.another", likely, crs)

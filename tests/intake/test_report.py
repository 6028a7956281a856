from dataclasses import dataclass
from pathlib import Path

import orjson
import pyogrio
import pytest

from geo.intake.problems import Rejection, Remark
from geo.intake.report import Findings, Report, Told, messages
from geo.intake.source import open_source
from tests.intake.written_files import LAT, LON, collection, feature, square, squares, write


@dataclass
class Merged:
    new: int = 2
    changed: int = 1
    unchanged: int = 0
    missing: int = 4


SPIKE = {
    "type": "Polygon",
    "coordinates": [[[6, 45.5], [6.01, 45.5], [6.01, 45.51], [6.02, 45.52], [6.01, 45.51], [6, 45.51], [6, 45.5]]],
}


def rows() -> list[dict[str, object]]:
    good = squares(4)
    return [
        *good,
        good[0],  # row 5: said twice
        feature(SPIKE, parcel_uid="spike"),  # row 6: mended
        feature(None, parcel_uid="lost"),  # row 7: refused
        feature(square(LON, LAT + 1), **good[1]["properties"]),  # type: ignore[arg-type]  # row 8: disputes row 2
        feature(square(8), parcel_uid="odd", surface_m2="abc", terr_stade_amngt="?"),  # row 9: mended, remarked
    ]


def reported(folder: Path, batch_rows: int = 100) -> Report:
    with open_source(write(folder, collection(rows())), batch_rows=batch_rows) as source:
        report = Report("land.geojson", source.schema, source.sha256)
        for chunk in source.chunks():
            found = Findings()
            for batch in chunk.batches():
                found.add(batch)
            source.hear(chunk.heard)
            report.absorb(orjson.loads(orjson.dumps(found.dump())))  # as a chunk keeps it
        source.finish()
        report.remarks(source.remarks)
    settle(report)
    return report


def settle(report: Report) -> None:
    """What the staging table finds of rows said twice (tests/intake/test_delivery.py holds it to that)."""
    said = {"first": 2, "second": 8, "key": "k"}
    refused = [Told("parcels", Rejection(row, "key", "k", "row.duplicate_key", params=said), "k") for row in (2, 8)]
    same = Told("parcels", Remark(5, "key", "k", "row.identical", params={"row": 5, "first": 1}), "k")
    report.twice("parcels", identical=1, disputed=2, repaired=0, refused=refused, said=[same])


@pytest.mark.parametrize("batch_rows", [100, 3, 1])
def test_counts_add_up_however_the_rows_come(tmp_path: Path, batch_rows: int) -> None:
    report = reported(tmp_path, batch_rows)
    counts = report.layers["parcels"]
    assert (counts.read, counts.kept, counts.identical, counts.repaired, counts.rejected) == (9, 5, 1, 2, 3)
    assert counts.read == counts.kept + counts.identical + counts.rejected
    assert (report.read, report.repaired, report.rejected) == (9, 2, 3)
    assert sorted(one.row for one in report.rejections()) == [2, 7, 8]
    assert [one.row for one in report.repairs()] == [6, 9]


def test_what_the_base_says_is_filled_in(tmp_path: Path) -> None:
    report = reported(tmp_path)
    assert report.layers["parcels"].new is None
    assert report.total("new") == 0
    report.merged("parcels", Merged())
    report.merged("zones", Merged(new=5))
    assert report.layers["parcels"].changed == 1
    assert report.total("new") == 7
    assert report.layers["zones"].read == 0


def test_the_report_is_json(tmp_path: Path) -> None:
    report = reported(tmp_path)
    report.written = True
    said = orjson.loads(orjson.dumps(report.to_json()))
    assert said["rows"]["read"] == 9
    assert said["written"] is True
    assert said["schema"] == "parcels"
    assert len(said["sha256"]) == 64
    assert said["layers"]["parcels"]["kept"] == 5
    assert said["rejections"]["counts"] == {"geometry.missing": 1, "row.duplicate_key": 2}
    first = said["rejections"]["first"][0]
    assert set(first) == {"layer", "key", "name", "row", "field", "value", "code", "params"}
    assert said["repairs"]["counts"] == {"geometry.made_valid": 1, "value.not_a_number": 1}
    assert said["remarks"]["counts"]["row.identical"] == 1


def test_large_lists_are_bounded_and_still_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "KEPT_PER_CODE", 3)
    path = write(tmp_path, collection([*squares(1), *(feature(None, parcel_uid=f"x{n}") for n in range(50))]))
    with open_source(path, batch_rows=7) as source:
        report = Report(path.name, source.schema, source.sha256)
        for batch in source:
            report.add(batch)
    said = report.to_json()["rejections"]
    assert isinstance(said, dict)
    assert said["counts"] == {"geometry.missing": 50}
    assert len(said["first"]) == 3
    assert report.rejected == 50


def test_problem_rows_open_in_a_gis(tmp_path: Path) -> None:
    drawn = reported(tmp_path).problem_rows(2154)
    path = write(tmp_path, orjson.dumps(drawn), "problems.geojson")
    info = pyogrio.read_info(path)
    assert info["features"] == 5
    features = orjson.loads(path.read_bytes())["features"]
    by_row = {one["properties"]["row"]: one for one in features}
    assert set(by_row) == {2, 6, 7, 8, 9}
    assert by_row[7]["geometry"] is None
    west, south = by_row[6]["geometry"]["coordinates"][0][0][0]
    assert [west, south] == pytest.approx([6, 45.5], abs=0.02)
    assert by_row[6]["properties"]["problem"] == "repair"
    assert by_row[7]["properties"]["problem"] == "rejection"
    assert orjson.loads(by_row[6]["properties"]["before"])["reason"] == "ring_self_intersection", "JSON, no Python"

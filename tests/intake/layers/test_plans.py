"""Plans as documents: what a file says of its plan, and which plan counts from which day to which.

No draft, carte communale, PSMV or DOC_URBA stands in ../shared/data: these are built from the published field lists.
"""

import itertools
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from geo.intake.layers import plans
from geo.intake.load import Options, load
from geo.intake.report import Report
from geo.store.database import Database, Role
from geo.store.merging.plans import in_force
from tests.conftest import SRID

LON, LAT, SIDE = 4.85, 45.75, 0.01
LOADED = itertools.count()


def zone(libelle: str = "UX", east: float = 0, **properties: Any) -> dict[str, Any]:
    """A square zone of the commune 69123; ``east`` counts in sides."""
    w, s = LON + east * SIDE, LAT
    ring = [[w, s], [w + SIDE, s], [w + SIDE, s + SIDE], [w, s + SIDE], [w, s]]
    facts = {"libelle": libelle, "typezone": "U", "destdomi": "02", "insee": "69123"} | properties
    return {"type": "Feature", "properties": facts, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def read(database: Database, folder: Path, rows: Iterable[dict[str, Any]], name: str = "zone_urba.geojson") -> Report:
    """Load rows as one file."""
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(rows)}), encoding="utf-8")
    report = load(database, path, Options(), srid=SRID)
    assert report.written, report.to_json()
    return report


def known(database: Database) -> list[tuple[Any, ...]]:
    """Every plan: partition, kind, state, approved, enforceable, retired."""
    statement = """select partition, kind, state, approved_on::text, enforceable_on::text, retired_on::text
        from core.planning_document order by partition, approved_on nulls first, state"""
    with database.connection(Role.WORKER) as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def standing(database: Database, day: date) -> set[str]:
    """The labels of the zones whose plan counts on a day."""
    statement = f"""select z.libelle from core.zone z join core.planning_document k on k.id = z.document
        where {in_force(":day")}"""
    with database.connection(Role.WORKER) as connection:
        return set(connection.scalars(text(statement), {"day": day}))


def codes(report: Report) -> list[str]:
    return [remark.code for remark in report.remarked()]


@pytest.mark.parametrize(
    ("idurba", "expected"),
    [
        ("30014_PLU_20171013", plans.Named("30014", "PLU", date(2017, 10, 13))),
        ("241800432_PLUI_20200128", plans.Named("241800432", "PLUi", date(2020, 1, 28))),
        ("200070555_PLUi_20240215_B", plans.Named("200070555", "PLUi", date(2024, 2, 15), "B")),
        ("2A004_CC_20111201", plans.Named("2A004", "CC", date(2011, 12, 1))),
        ("69123_PSMV_19980302", plans.Named("69123", "PSMV", date(1998, 3, 2))),
        ("4117520140603", plans.Named("41175", None, date(2014, 6, 3))),
        ("24180043220200128", plans.Named("241800432", None, date(2020, 1, 28))),
        ("30014_PLU_20171399", plans.Named("30014", "PLU", None)),
        ("PLU de Pezou", None),
        (None, None),
    ],
)
def test_the_name_of_a_document_is_read_in_every_spelling(idurba: str | None, expected: plans.Named | None) -> None:
    assert plans.named(idurba) == expected


@pytest.mark.parametrize(
    ("name", "code", "day"),
    [
        ("41175_PLU_20140603.zip", "41175", date(2014, 6, 3)),
        ("30014_ZONE_URBA_20171013.shp", "30014", date(2017, 10, 13)),
        ("200011781_PLUi_20180101_A.zip", "200011781", date(2018, 1, 1)),
    ],
)
def test_a_file_named_as_the_standard_says_names_its_plan(name: str, code: str, day: date) -> None:
    found = plans.of_file(name)
    assert found is not None
    assert (found.code, found.approved_on) == (code, day)
    assert plans.of_file("zone_urba_20171013.geojson") is None


@pytest.mark.parametrize(
    ("etat", "ended", "later", "state"),
    [
        ("01", None, False, "planned"),
        ("2", None, False, "planned"),
        ("03", None, False, "in_force"),
        ("04", date(2020, 1, 1), False, "ended"),
        ("05", None, False, "ended"),
        ("05", date(2020, 1, 1), False, "in_force"),
        ("07", None, False, "planned"),
        ("07", None, True, "in_force"),
        ("08", None, False, "in_force"),
        ("99", None, False, None),
        (None, None, True, None),
    ],
)
def test_the_state_of_doc_urba(etat: str | None, ended: date | None, later: bool, state: str | None) -> None:
    assert plans.state_of(etat, ended, later) == state


def test_a_newer_plan_takes_over_on_the_day_it_is_enforceable(database: Database, tmp_path: Path) -> None:
    """DATVALID is a month after DATAPPRO: in between the older plan counts."""
    read(database, tmp_path, [zone("old", datappro="20150101")])
    report = read(database, tmp_path, [zone("new", datappro="20240301", datvalid="20240401")])
    assert known(database) == [
        ("DU_69123", None, "in_force", "2015-01-01", "2015-01-01", "2024-04-01"),
        ("DU_69123", None, "in_force", "2024-03-01", "2024-04-01", None),
    ]
    days = [date(2014, 12, 31), date(2024, 3, 31), date(2024, 4, 1)]
    assert [standing(database, day) for day in days] == [set(), {"old"}, {"new"}]
    assert {"plan.in_force", "plan.retires"} <= set(codes(report))


def test_zones_validated_on_different_days_are_one_plan(database: Database, tmp_path: Path) -> None:
    """DATVALID is each zone's own: a modification redates some zones of a plan, it makes no plan of them."""
    rows = [
        zone(idurba="69123_PLU_20200101", datvalid="20200101"),
        zone("UE", 1, idurba="69123_PLU_20200101", datvalid="20220505"),
    ]
    read(database, tmp_path, rows)
    assert known(database) == [("DU_69123", "PLU", "in_force", "2020-01-01", "2020-01-01", None)]
    assert standing(database, date(2021, 1, 1)) == {"UX", "UE"}


def test_an_older_plan_loaded_late_changes_nothing_in_force(database: Database, tmp_path: Path) -> None:
    read(database, tmp_path, [zone("new", datappro="20240301")])
    report = read(database, tmp_path, [zone("old", datappro="20150101")])
    assert standing(database, date(2026, 1, 1)) == {"new"}
    assert standing(database, date(2020, 1, 1)) == {"old"}
    assert "plan.retired" in codes(report)


def test_an_undated_plan_never_retires_a_dated_one(database: Database, tmp_path: Path) -> None:
    read(database, tmp_path, [zone("dated", datappro="20150101")])
    report = read(database, tmp_path, [zone("undated")])
    assert "plan.undated_waits" in codes(report)
    assert standing(database, date(2026, 1, 1)) == {"dated"}
    assert [row[5] for row in known(database)] == ["2015-01-01", None]


def test_an_undated_plan_counts_where_there_is_no_dated_one(database: Database, tmp_path: Path) -> None:
    report = read(database, tmp_path, [zone("undated")])
    assert "plan.undated" in codes(report)
    assert standing(database, date(2026, 1, 1)) == {"undated"}


def test_the_file_name_dates_a_plan_that_does_not_date_itself(database: Database, tmp_path: Path) -> None:
    read(database, tmp_path, [zone("dated", datappro="20150101")])
    read(database, tmp_path, [zone("named")], name="69123_PLU_20230101.geojson")
    assert standing(database, date(2026, 1, 1)) == {"named"}


def test_the_same_plan_twice_is_no_change(database: Database, tmp_path: Path) -> None:
    rows = [zone(datappro="20240301", datvalid="20240401"), zone("UE", 1, datappro="20240301")]
    read(database, tmp_path, rows)
    before = known(database)
    again = read(database, tmp_path, rows)
    assert [again.total(name) for name in ("new", "changed", "unchanged", "missing")] == [0, 0, 2, 0]
    assert known(database) == before


def test_a_draft_is_kept_shown_and_never_counted(database: Database, tmp_path: Path) -> None:
    read(database, tmp_path, [zone("old", datappro="20150101")])
    report = read(database, tmp_path, [zone("draft", etat="02", datappro="20250601", typedoc="PLU")])
    assert "plan.planned" in codes(report)
    assert standing(database, date(2030, 1, 1)) == {"old"}
    with database.connection(Role.PUBLIC) as connection:
        shown = connection.execute(text("select libelle, plan_state from zone order by 1")).all()
    assert [tuple(row) for row in shown] == [("draft", "planned"), ("old", "in_force")]


def test_a_draft_that_comes_into_force_takes_over(database: Database, tmp_path: Path) -> None:
    read(database, tmp_path, [zone("old", datappro="20150101")])
    draft: dict[str, Any] = {"datappro": "20250601", "typedoc": "PLU"}
    read(database, tmp_path, [zone("next", etat="07", **draft)])
    read(database, tmp_path, [zone("next", etat="03", datvalid="20250701", **draft)])
    assert [row[2:] for row in known(database)] == [
        ("in_force", "2015-01-01", "2015-01-01", "2025-07-01"),
        ("in_force", "2025-06-01", "2025-07-01", None),
    ]


def test_a_draft_ends_when_the_plan_is_approved(database: Database, tmp_path: Path) -> None:
    read(database, tmp_path, [zone("draft", etat="02", datappro="20250601")])
    read(database, tmp_path, [zone("final", etat="03", datappro="20260101")])
    with database.connection(Role.PUBLIC) as connection:
        assert list(connection.scalars(text("select libelle from zone"))) == ["final"]


def test_an_undated_draft_and_an_undated_plan_stand_apart(database: Database, tmp_path: Path) -> None:
    read(database, tmp_path, [zone("draft", etat="01")])
    read(database, tmp_path, [zone("plan")])
    assert [row[2] for row in known(database)] == ["in_force", "planned"]
    assert standing(database, date(2026, 1, 1)) == {"plan"}


def test_an_annulled_plan_gives_way_to_the_one_before(database: Database, tmp_path: Path) -> None:
    read(database, tmp_path, [zone("old", datappro="20150101")])
    read(database, tmp_path, [zone("new", datappro="20240301")])
    assert standing(database, date(2026, 1, 1)) == {"new"}
    report = read(database, tmp_path, [zone("new", datappro="20240301", etat="04")])
    assert standing(database, date(2026, 1, 1)) == {"old"}
    assert "plan.ended" in codes(report)


def test_a_plan_ends_on_the_day_it_states(database: Database, tmp_path: Path) -> None:
    read(database, tmp_path, [zone("pos", datappro="19990101", typedoc="POS", etat="09", datefin="20210101")])
    assert standing(database, date(2020, 12, 31)) == {"pos"}
    assert standing(database, date(2021, 1, 1)) == set()


def test_a_plui_retires_the_plus_it_covers(database: Database, tmp_path: Path) -> None:
    read(database, tmp_path, [zone("in", 0, datappro="20150101", insee="69001")], "a.geojson")
    read(database, tmp_path, [zone("part", 1.5, datappro="20150101", insee="69002")], "b.geojson")
    read(database, tmp_path, [zone("far", 9, datappro="20150101", insee="69003")], "c.geojson")
    plui = [zone("i", e, idurba="200000001_PLUi_20220101", insee=None) for e in (0, 1)]
    report = read(database, tmp_path, plui, "d.geojson")
    assert {row[0]: row[5] for row in known(database)} == {
        "DU_69001": "2022-01-01",
        "DU_69002": None,
        "DU_69003": None,
        "DU_200000001": None,
    }
    (said,) = [remark for remark in report.remarked() if remark.code == "plan.retires"]
    assert said.params["plans"] == ["DU_69001"]


def test_a_plui_that_loses_zones_gives_the_plus_back(database: Database, tmp_path: Path) -> None:
    """Nothing of the new file lies over the PLU any more."""
    read(database, tmp_path, [zone("plu", datappro="20150101", insee="69001")], "a.geojson")
    plui = [zone("i", east, idurba="200000001_PLUi_20220101", insee=None) for east in (0, 9)]
    read(database, tmp_path, plui, "b.geojson")
    assert standing(database, date(2026, 1, 1)) == {"i"}
    read(database, tmp_path, plui[1:], "b.geojson")
    assert standing(database, date(2026, 1, 1)) == {"i", "plu"}


def test_a_dry_run_tells_what_becomes_of_plans_and_changes_none(database: Database, tmp_path: Path) -> None:
    read(database, tmp_path, [zone("old", datappro="20150101")], "a.geojson")
    before = known(database)
    path = tmp_path / "b.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [zone("new", datappro="20240101")]}))
    dry = load(database, path, Options(dry_run=True), srid=SRID)
    assert known(database) == before
    told = [one for one in load(database, path, Options(), srid=SRID).remarked() if one.code.startswith("plan.")]
    assert [one for one in dry.remarked() if one.code.startswith("plan.")] == told
    assert [one.code for one in told] == ["plan.in_force", "plan.retires"]


def test_a_psmv_stands_beside_the_plu(database: Database, tmp_path: Path) -> None:
    read(database, tmp_path, [zone("plu", datappro="20150101")], "a.geojson")
    read(database, tmp_path, [zone("psmv", idurba="69123_PSMV_20200101")], "b.geojson")
    assert {row[0]: row[5] for row in known(database)} == {"DU_69123": None, "PSMV_69123": None}
    read(database, tmp_path, [zone("plu2", datappro="20230101")], "c.geojson")
    assert standing(database, date(2026, 1, 1)) == {"plu2", "psmv"}


def test_sectors_of_one_plui_are_plans_of_their_own(database: Database, tmp_path: Path) -> None:
    for sector, day, east in (("A", "20200101", 0), ("B", "20210101", 5)):
        row = zone(sector, east, idurba=f"200000001_PLUi_{day}_{sector}", insee=None)
        read(database, tmp_path, [row], f"{sector}.geojson")
    assert standing(database, date(2026, 1, 1)) == {"A", "B"}


DATED = st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2030, 1, 1)))
PLAN = st.tuples(st.sampled_from(["69001", "69002", "200000001"]), DATED, st.sampled_from([None, "02", "03", "04"]))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=st.lists(PLAN, min_size=2, max_size=4, unique_by=lambda plan: (plan[0], plan[1])), data=st.data())
def test_the_order_of_loading_plays_no_part(
    database: Database, tmp_path: Path, some: list[tuple[str, date | None, str | None]], data: st.DataObject
) -> None:
    def loaded(order: list[int]) -> list[tuple[Any, ...]]:
        with database.connection(Role.WORKER) as connection:
            connection.execute(text("delete from core.planning_document"))
        for number in order:
            code, day, etat = some[number]
            facts: dict[str, Any] = {"insee": code if len(code) == 5 else None, "partition": f"DU_{code}", "etat": etat}
            row = zone(f"Z{number}", **facts, datappro=None if day is None else f"{day:%Y%m%d}")
            read(database, tmp_path, [row], f"f{next(LOADED)}.geojson")
        # an undated draft ends by the day it was loaded on: that alone is left out
        return [row for row in known(database) if row[2:4] != ("planned", None)]

    numbers = list(range(len(some)))
    assert loaded(numbers) == loaded(data.draw(st.permutations(numbers)))

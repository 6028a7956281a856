"""A reload passes over what the file repeats word for word, and comes to the same as one that reads all of it."""

from pathlib import Path
from typing import Any

import pytest

from geo.intake import load as load_module
from geo.intake import stager, staging
from geo.intake.load import Options, confirm, stage
from geo.intake.problems import Unreadable
from geo.intake.report import Report
from geo.store.database import Actor, Database
from tests.conftest import SRID
from tests.intake.repeats.land import base, facts, forget_texts, land_of, parcel, run, sql, write


def test_what_is_repeated_is_not_read(database: Database, tmp_path: Path, passed: list[int]) -> None:
    land = [parcel(n) for n in range(1, 60)]
    path = write(tmp_path / "cadastre.json", land)
    assert run(database, path).total("new") == 59
    before = base(database)
    assert facts(run(database, path))["rows"]["unchanged"] == 59
    land[40]["properties"]["contenance"] = 5601
    del land[50]
    report = run(database, write(path, land))
    assert [report.total(name) for name in ("read", "kept", "new", "changed", "unchanged", "missing")] == [
        *(58, 58, 0, 1, 57, 1)
    ]
    assert len(passed) == 2
    assert min(passed) > 40
    changed = [one for one in base(database)["core.cadastral_parcel"] if one not in before["core.cadastral_parcel"]]
    assert [one["contenance_m2"] for one in changed] == [5601]
    assert [one["version"] for one in before["core.parcel"]] == []


def test_a_delivery_that_waits_asks_again_what_it_repeats(
    database: Database, tmp_path: Path, passed: list[int]
) -> None:
    path = write(tmp_path / "cadastre.json", land_of(50))
    run(database, path)
    waits = stage(database, path, Options(layer="cadastre"), srid=SRID)
    assert passed, "it was not read whole"
    sql(database, "update core.cadastral_parcel set digest = '\\x00', raw = null where numero = '40'")
    assert waits.delivery is not None
    with pytest.raises(Unreadable) as refusal:
        confirm(database, waits.delivery, actor=Actor(actor="tests"))
    assert refusal.value.code == "delivery.outdated"
    assert sql(database, "select status, error_code from core.delivery order by id desc limit 1") == [
        ("failed", "delivery.outdated")
    ]
    assert sql(database, "select from staging.again") == []
    again = stage(database, path, Options(layer="cadastre"), srid=SRID)
    assert again.delivery is not None
    assert confirm(database, again.delivery, actor=Actor(actor="tests")).total("unchanged") == 50


def test_a_load_that_another_overtook_begins_again(
    database: Database, tmp_path: Path, passed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its staging and its merge, another file changes what it repeats."""
    path = write(tmp_path / "cadastre.json", land_of(50))
    run(database, path)
    other = land_of(50)
    other[45]["properties"]["contenance"] = 1
    overtaking = write(tmp_path / "faster" / "cadastre.json", other)
    confirmed = load_module.confirm

    def overtaken(*args: Any, **named: Any) -> Report:
        monkeypatch.setattr(load_module, "confirm", confirmed)
        run(database, overtaking)
        return confirmed(*args, **named)

    monkeypatch.setattr(load_module, "confirm", overtaken)
    assert run(database, path).total("changed") == 1, "the file that was merged last rules"
    assert sql(database, "select count(*) from core.cadastral_parcel where contenance_m2 = 1") == [(0,)]


def test_other_options_read_the_file_anew(database: Database, tmp_path: Path, passed: list[int]) -> None:
    path = write(tmp_path / "cadastre.json", land_of(50))
    run(database, path, "parcels", visibility="agency")
    assert run(database, path, "parcels", visibility="public").total("changed") == 50
    assert passed == [0]
    assert run(database, path, "parcels", visibility="public").total("unchanged") == 50
    assert len(passed) == 2
    assert passed[1] > 40


def test_which_record_said_it_is_no_version_and_no_mark(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "cadastre.json", land_of(30))
    run(database, path, "parcels")
    run(database, path)
    sql(database, "delete from core.dirty")
    before = base(database)
    forget_texts(database)
    text_of = "select count(*) from core.{} where raw is not null"
    assert [sql(database, text_of.format(name)) for name in ("parcel", "cadastral_parcel")] == [[(0,)], [(0,)]]
    for layer in ("parcels", "cadastre"):
        assert run(database, path, layer).total("unchanged") == 30
    assert [sql(database, text_of.format(name)) for name in ("parcel", "cadastral_parcel")] == [[(30,)], [(30,)]]
    assert {**base(database), "core.import": None} == {**before, "core.import": None}


def test_a_killed_load_goes_on_with_what_it_passed_over(
    database: Database, tmp_path: Path, passed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "cadastre.json", land_of(120))
    run(database, path)
    changed = land_of(120)
    for one in changed[23::4]:
        one["properties"]["contenance"] = 5601
    path = write(path, changed)
    staged: list[int] = []

    class Killed(BaseException):
        pass

    whole = staging.stage_chunk

    def until(driver: Any, chunk: Any, *rest: Any) -> None:
        if len(staged) == 3:
            raise Killed
        whole(driver, chunk, *rest)
        staged.append(chunk.number)

    monkeypatch.setattr(stager, "stage_chunk", until)
    with pytest.raises(Killed):
        run(database, path)
    monkeypatch.setattr(stager, "stage_chunk", whole)
    resumed = run(database, path)
    assert sql(database, "select count(*) from core.delivery") == [(2,)], "the same delivery"
    assert [resumed.total(name) for name in ("read", "changed", "unchanged", "missing")] == [120, 25, 95, 0]
    assert len(passed) == 1
    assert sql(database, "select count(*) from core.cadastral_parcel where contenance_m2 = 5601") == [(25,)]


def test_land_that_stands_under_another_name_is_told_again(
    database: Database, tmp_path: Path, passed: list[int]
) -> None:
    path = write(tmp_path / "cadastre.json", land_of(50))
    run(database, path, "parcels")
    reports = [run(database, path, "parcels", source="mine") for _ in range(2)]
    for report in reports:
        assert [one.value for one in report.remarked() if one.code == "source.renamed"] == [50]
    assert passed[-1] > 40


def test_a_commune_that_is_repeated_is_one_of_the_file(database: Database, tmp_path: Path, passed: list[int]) -> None:
    """Of a file under another name, what its communes had is missing; the second is in no row that was read."""
    land = land_of(20) + [parcel(n, commune="38002") for n in range(21, 60)]
    run(database, write(tmp_path / "cadastre.json", land))
    report = run(database, write(tmp_path / "later.json", land[:-1]))
    assert passed[-1] > 40
    assert report.total("missing") == 1


def test_no_text_is_kept_of_rows_that_were_joined(database: Database, tmp_path: Path) -> None:
    """A list of cadastral parcels of sites: what is told of all its rows together is told at each load."""
    land = land_of(6, id_site_eco="38001_SITE-ECO_1") + land_of(12, id_site_eco="38001_SITE-ECO_2")[6:]
    path = write(tmp_path / "cadastre.json", land)
    told = [[one.code for one in run(database, path).remarked()] for _ in range(2)]
    assert told[0] == told[1]
    assert "rows.joined" in told[0]
    assert sql(database, "select count(*) from core.cadastral_parcel where raw is not null") == [(0,)]

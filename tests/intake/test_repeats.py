"""A reload passes over what the file repeats word for word, and comes to the same as one that reads all of it."""

import json
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from geo.cluster import Running
from geo.intake import load as load_module
from geo.intake import repeating, skimming, stager, staging
from geo.intake.files import bytestream, featurestream
from geo.intake.load import Options, confirm, load, stage
from geo.intake.problems import Unreadable
from geo.intake.report import Report
from geo.intake.skimming import Skimmer
from geo.store.database import Actor, Database, Role
from tests.conftest import SRID, copied

LON, LAT, SIDE = 5.0, 45.5, 0.0008
Feature = dict[str, Any]
KEPT = ("core.parcel", "core.cadastral_parcel", "core.cadastral_lineage", "core.parcel_lineage", "core.history",
        "core.dirty", "core.import", "core.delivery", "core.source", "core.cadastral_review")  # fmt: skip
TIMES = ("raw", "at", "created_at", "updated_at", "marked_at", "started_at", "finished_at", "found_on")


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of a few dozen parcels is cut like one of a department."""
    monkeypatch.setattr(featurestream, "PIECE_BYTES", 2_000)
    monkeypatch.setattr(bytestream, "_READ", 1_000)
    monkeypatch.setattr(skimming, "WORTH_BYTES", 1_500)


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each staged file was found to repeat."""
    found: list[int] = []
    kept = repeating.Repeats.keep

    def keep(self: repeating.Repeats, skimmer: Skimmer) -> None:
        kept(self, skimmer)
        found.append(skimmer.known.repeated[0])

    monkeypatch.setattr(repeating.Repeats, "keep", keep)
    return found


def parcel(number: int, *, commune: str = "38001", **other: Any) -> Feature:
    """A cadastral parcel of a grid, as Etalab writes it."""
    w, s = LON + number % 10 * SIDE, LAT + number // 10 * SIDE
    ring = [[w, s], [w + SIDE, s], [w + SIDE, s + SIDE], [w, s + SIDE], [w, s]]
    facts = {"commune": commune, "prefixe": "000", "section": "AB", "numero": str(number), "contenance": 5600}
    facts |= {"id": f"{commune}000AB{number:04d}", "arpente": False, "created": "2020-01-01", "updated": "2021-01-01"}
    geometry = {"type": "Polygon", "coordinates": [[[round(x, 7), round(y, 7)] for x, y in ring]]}
    return {"type": "Feature", "properties": facts | other, "geometry": geometry}


def write(path: Path, features: list[Feature]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(one, indent=one.get("indent")) for one in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}', encoding="utf-8")
    return path


def run(database: Database, path: Path, layer: str = "cadastre", **options: Any) -> Report:
    return load(database, path, Options(layer=layer, keep_going=True, **options), srid=SRID)


def sql(database: Database, statement: str) -> list[Any]:
    with database.connection(Role.WORKER) as connection:
        result = connection.execute(text(statement))
        return list(result) if result.returns_rows else []


def facts(report: Report) -> dict[str, Any]:
    return {name: value for name, value in report.to_json().items() if name != "delivery"}


def base(database: Database) -> dict[str, Any]:
    """All the base holds, but for the hashes and the clock."""
    without = "".join(f" - '{name}'" for name in TIMES)
    tables = {table: f"select to_jsonb(t){without} as row from {table} t order by 1" for table in KEPT[:-3]}
    return {table: [row.row for row in sql(database, statement)] for table, statement in tables.items()}


def forget_texts(database: Database) -> None:
    """What a base of an older version is like: every row is read again."""
    for table in ("core.parcel", "core.cadastral_parcel"):
        sql(database, f"update {table} set raw = null where raw is not null")


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


def other(one: Feature, **facts: Any) -> Feature:
    return deepcopy(one) | {"properties": one["properties"] | facts}


EDITS: dict[str, Callable[[list[Feature], int], object]] = {
    "a fact": lambda land, at: land[at]["properties"].update(contenance=at),
    "an outline": lambda land, at: land[at]["geometry"]["coordinates"][0][1].__setitem__(0, LON - 0.0004),
    "rounding": lambda land, at: land[at]["geometry"]["coordinates"][0][2].__setitem__(0, LON + 4e-8),
    "gone": lambda land, at: land.pop(at),
    "new": lambda land, at: land.insert(at, parcel(300 + at)),
    "elsewhere": lambda land, at: land.insert(at, parcel(400 + at, commune="38002")),
    "said twice": lambda land, at: land.append(deepcopy(land[at])),
    "said twice in a row": lambda land, at: land.insert(at, deepcopy(land[at])),
    "in dispute": lambda land, at: land.append(other(land[at], contenance=1)),
    "refused": lambda land, at: land[at].update(geometry=None),
    "mended": lambda land, at: land[at]["properties"].update(contenance="12 m2"),
    "another text": lambda land, at: land[at].update(indent=1),
    "another field": lambda land, at: land[at]["properties"].update(nom="x"),
    "no more said": lambda land, at: [one["properties"].pop("updated", None) for one in land],
    "another order": lambda land, at: land.insert(0, land.pop(at)),
    "renumbered": lambda land, at: land[at]["properties"].update(id=f"38001000AC{at + 1:04d}", section="AC"),
}  # fmt: skip
DRAWN = {"an outline", "rounding"}
edits = st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(0, 200)), max_size=4)


@pytest.fixture(scope="module")
def twins(cluster: Running, template: str) -> Iterator[list[Database]]:
    with copied(cluster, template, "twin_one") as one, copied(cluster, template, "twin_two") as other:
        databases = [Database(address) for address in (one, other)]
        yield databases
        for database in databases:
            database.close()


def emptied(database: Database) -> None:
    engine = create_engine(database.url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f"truncate {', '.join(KEPT)} restart identity cascade"))
    engine.dispose()


DAY = [("a fact", 30), ("gone", 33), ("new", 20), ("refused", 9), ("rounding", 25)]
NEXT = [("another order", 31), ("renumbered", 28), ("mended", 35), ("elsewhere", 22), ("another text", 24)]
READ = [([("mended", 29), *DAY], "cadastre"), (NEXT, "later")]
WHOLE, DISPUTED = [([("said twice", 30)], "cadastre")], [([("in dispute", 33)], "cadastre")]


def same_from_both(twins: list[Database], folder: Path, layer: str, versions: Sequence[tuple[Any, str]]) -> None:
    """Versions of a file: one base passes over what it knows, the other knows nothing and reads all of each."""
    for database in twins:
        emptied(database)
    land = [parcel(n) for n in range(1, 40)]
    for changes, name in ([], "cadastre"), *versions:
        for what, at in changes:
            if what not in DRAWN or land[at % len(land)]["geometry"]:  # a refused row has no outline to move
                EDITS[what](land, at % len(land))
        path = write(folder / f"{name}.json", land)
        quick = run(twins[0], path, layer)
        forget_texts(twins[1])
        assert facts(quick) == facts(run(twins[1], path, layer))
    assert base(twins[0]) == base(twins[1])


@pytest.mark.parametrize("layer", ["cadastre", "parcels"])
@pytest.mark.parametrize("versions", [READ, WHOLE, DISPUTED], ids=["read", "twice", "disputed"])
def test_it_comes_to_the_same(
    twins: list[Database], tmp_path: Path, passed: list[int], layer: str, versions: list[tuple[Any, str]]
) -> None:
    same_from_both(twins, tmp_path, layer, versions)
    assert [rows > 20 for rows in passed] == ([True, True] if len(versions) > 1 else [])


@pytest.mark.slow
@pytest.mark.parametrize("layer", ["cadastre", "parcels"])
def test_whatever_is_edited_it_comes_to_the_same(
    twins: list[Database], tmp_path: Path, passed: list[int], layer: str
) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(edits, edits, st.sampled_from(["cadastre", "later"]))
    def check(first: Any, second: Any, name: str) -> None:
        same_from_both(twins, tmp_path, layer, [(first, "cadastre"), (second, name)])

    check()
    assert sum(rows > 20 for rows in passed) > 40


def land_of(count: int, **other: Any) -> list[Feature]:
    return [parcel(n, **other) for n in range(1, count + 1)]


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


def test_what_a_planner_knows_better_is_told_each_time(database: Database, tmp_path: Path, passed: list[int]) -> None:
    path = write(tmp_path / "cadastre.json", land_of(50))
    run(database, path, "parcels")
    sql(
        database,
        """update core.parcel set surface_stated_m2 = 1, overrides = '{"surface_stated_m2":
        {"value": 1, "by": "a", "on": "2026-01-01", "why": "b", "imported": 5600}}' where key like '%0040'""",
    )
    told = [run(database, path, "parcels").conflicts_found() for _ in range(2)]
    assert told == [1, 1]
    assert passed == [n for n in passed if n < 49] != []


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

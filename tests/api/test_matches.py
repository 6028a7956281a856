"""What an answer gives beside its rows: a second phase, neighbours, requests, features, pages, demand."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pyproj import Transformer
from shapely.geometry import shape
from sqlalchemy import insert, text

from geo.cluster import Running
from geo.match.schemas.schemas import answer_schema
from geo.store import tables
from geo.store.access.keys import Admitted, create_key
from geo.store.database import Actor, Database, Role
from geo.store.demand import shown
from tests import land_rows as rows
from tests.api.plants import SIRET, ask, box, found, planted
from tests.api.serving import Served

Plants = tuple[Served, Database, dict[str, int]]
HALL = {"length_m": 220, "width_m": 120}


@pytest.fixture(scope="module")
def plants(cluster: Running, template: str) -> Iterator[Plants]:
    with planted(cluster, template, "matches") as made:
        yield made


def row_of(answer: Any, parcel: int) -> Any:
    return next(row for row in (*answer["matches"], *answer["to_check"]) if row["parcel_ids"] == [parcel])


def test_an_answer_is_as_published_and_repeats(plants: Plants) -> None:
    served, _, _ = plants
    need: dict[str, Any] = {"preset": "hydrogen-equipment", "place": {"communes": ["69123"]}}
    first, second = ask(served, **need), ask(served, **need)
    Draft202012Validator(answer_schema()).validate(first)
    assert first == second
    assert (first["offset"], first["next_offset"]) == (0, None)


def test_a_second_phase_stands_on_the_neighbour_when_the_land_is_too_small(plants: Plants) -> None:
    served, _, ids = plants
    later = {"buildings": [{"length_m": 190, "width_m": 190}]}
    answer = ask(served, land_m2={"min": "8 ha", "max": "9 ha"}, buildings=[HALL], extension=later)
    row = row_of(answer, ids["symbio"])
    assert row["extension"]["parcel_id"] == ids["beside"], "the other neighbour may not be seen"
    assert not shape(row["placement"]).intersects(shape(row["extension"]["placement"]))
    small = {"buildings": [{"length_m": 60, "width_m": 40}]}
    same = row_of(ask(served, land_m2="8 ha", buildings=[HALL], extension=small), ids["symbio"])
    assert same["extension"]["parcel_id"] is None
    assert not shape(same["placement"]).overlaps(shape(same["extension"]["placement"]))


def test_a_second_phase_without_room_is_to_check(plants: Plants) -> None:
    served, _, ids = plants
    later = {"buildings": [{"length_m": 500, "width_m": 190}]}
    answer = ask(served, land_m2={"min": "8 ha", "max": "9 ha"}, buildings=[HALL], extension=later)
    row = row_of(answer, ids["symbio"])
    assert (row["fit"], row["criteria"][-1]["code"]) == ("open", "fit.extension_open")
    assert row["placement"] is not None, "the first phase is drawn"


@pytest.mark.parametrize("asked", ["symbio", SIRET, "347 499 519 00010"])
def test_land_next_to_a_parcel_or_an_establishment(plants: Plants, asked: str) -> None:
    served, _, ids = plants
    place = {"adjacent_to": str(ids.get(asked, asked))}
    answer = ask(served, land_m2="1 ha", place=place)
    assert found(answer) == [ids["beside"]]
    assert answer["counts"]["rejected"]["place"] == answer["counts"]["considered"] - 1


@pytest.mark.parametrize("asked", ["hidden", "999999", "00000000000000", "le voisin"])
def test_next_to_what_is_hidden_is_next_to_nothing_known(plants: Plants, asked: str) -> None:
    served, _, ids = plants
    place = {"adjacent_to": str(ids.get(asked, asked))}
    answer = ask(served, land_m2="1 ha", place=place)
    assert answer["matches"] == []
    codes = {one["code"] for row in answer["to_check"] for one in row["criteria"] if one["name"] == "place"}
    assert codes == {"place.adjacent_to.not_found"}


def test_requests_name_the_land_the_question_and_whom_to_ask(plants: Plants) -> None:
    served, _, ids = plants
    need: dict[str, Any] = {"name": "Alpha", "land_m2": {"min": "8 ha", "max": "9 ha"}, "power_mw": 20}
    need |= {"icpe": {"regime": "A"}, "water_m3h": 20, "include": ["prospect"], "wishes": {"power_mw": {}}}
    letters = ask(served, "/matches/requests?lang=fr", **need)["requests"]
    by_whom = {letter["who"]: letter for letter in letters}
    assert by_whom["environment_authority"]["to"] == "la DREAL"
    letter = by_whom["responsible"]
    assert letter["parcel_ids"] == [ids["symbio"]]
    for words in ("Projet « Alpha »", "Symbio", "69123000AB0001", "20 m³/h", "Exigé par le projet"):
        assert words in letter["text"], letter["text"]
    english = ask(served, "/matches/requests?lang=en", **need)["requests"]
    assert "can the network supply 20 m³/h" in english[0]["text"].lower() + english[-1]["text"].lower()
    assert "{" not in "".join(one["text"] + one["subject"] for one in (*letters, *english))


def test_the_grid_operator_depends_on_the_power(plants: Plants) -> None:
    served, _, _ = plants
    for power, to in ((5, "Enedis"), (20, "RTE"), (60, "RTE")):
        letters = ask(served, "/matches/requests?lang=en", land_m2="30 ha", power_mw=power)["requests"]
        (letter,) = [one for one in letters if one["who"] == "grid_operator"]
        assert to in letter["to"]
        assert f"{power} MW" in letter["text"]


def test_pages_are_parts_of_one_order(plants: Plants) -> None:
    served, _, _ = plants
    asks: list[tuple[dict[str, Any], tuple[int, int]]] = [({}, (4, 0)), ({"power_mw": 5}, (1, 3))]
    for members, counts in asks:
        whole = ask(served, land_m2="1 ha", limit=10, **members)
        assert (len(whole["matches"]), len(whole["to_check"])) == counts
        told: dict[str, list[Any]] = {"matches": [], "to_check": []}
        offset = 0
        while offset is not None:
            answer = ask(served, f"/matches?offset={offset}", land_m2="1 ha", limit=1, **members)
            for part, ids in told.items():
                ids += [row["parcel_ids"] for row in answer[part]]
            offset = answer["next_offset"]
        assert told == {part: [row["parcel_ids"] for row in whole[part]] for part in told}
    refused = served.client.post("/matches?offset=990", json={"land_m2": "1 ha", "limit": 20})
    assert (refused.status_code, refused.json()["code"]) == (400, "matching.too_deep")


def test_costs_are_those_known_and_what_is_missing(plants: Plants) -> None:
    served, _, ids = plants
    row = row_of(ask(served, land_m2="8 ha"), ids["symbio"])
    assert row["costs"]["land_eur"] is None, "the public sees no price"
    assert "land" in row["costs"]["missing"]
    assert set(row["costs"]["missing"]).isdisjoint(step["code"] for step in row["costs"]["steps"])


def test_unmet_needs_are_counted_in_bins_and_shown_from_five(plants: Plants) -> None:
    served, database, _ = plants
    need: dict[str, Any] = {"preset": "food", "land_m2": "90 ha", "name": "Secret", "place": {"departments": ["69"]}}
    agency = Actor(organisation=None, organisation_kind="agency")

    def told() -> list[dict[str, Any]]:
        with database.connection(Role.PLANNER, agency) as connection:
            return [dict(row._mapping) for row in shown(connection)]

    for _ in range(4):
        ask(served, **need)
        ask(served, "/matches/requests", **need)
    assert told() == [], "letters for the same need are no second one"
    ask(served, **need)
    (row,) = told()
    assert (row["sector"], row["surface_class"], row["power_class"], row["departement"], row["needs"]) == (
        "food", ">=50", "1-5", "69", 5,
    )  # fmt: skip
    assert ask(served, land_m2="1 ha", use="industrie")["counts"]["proved"] == 4
    with database.connection(Role.WORKER) as connection:
        kept = connection.execute(text("select * from core.unmet_demand where sector = 'industrie'")).all()
    assert kept == [], "a need that was met is no unmet demand"
    assert "Secret" not in str(told())
    with database.connection(Role.PLANNER, Actor(organisation=None, organisation_kind="territory")) as connection:
        assert list(shown(connection)) == []


def test_demand_is_read_by_agencies_alone(plants: Plants) -> None:
    served, database, _ = plants
    for _ in range(6):
        ask(served, land_m2="80 ha", use="bureau")
    with database.connection(Role.GATE) as connection:
        kinds = {kind: rows.organisation(connection, f"{kind} X", kind) for kind in ("agency", "territory")}
        keys = {kind: create_key(connection, kind, Admitted("planner", own))[1] for kind, own in kinds.items()}
        keys["company"] = create_key(connection, "company", Admitted("company"))[1]
    said = {kind: served.client.get("/demand", headers={"X-API-Key": key}) for kind, key in keys.items()}
    assert "bureau" in {row["sector"] for row in said["agency"].json()["demand"]}
    assert said["territory"].json()["demand"] == []
    assert said["company"].status_code == 403
    assert served.client.get("/demand").status_code == 401


def test_a_hidden_neighbour_serves_those_who_may_see_it(plants: Plants) -> None:
    served, database, ids = plants
    with database.connection(Role.GATE) as connection:
        key = create_key(connection, "admin", Admitted("admin"))[1]
    place = {"adjacent_to": str(ids["symbio"])}
    assert sorted(found(ask(served, headers={"X-API-Key": key}, land_m2="1 ha", place=place))) == [
        ids["beside"], ids["hidden"],
    ]  # fmt: skip


def test_a_pair_with_a_hidden_neighbour_is_no_pair(plants: Plants) -> None:
    _, database, ids = plants

    def pairs(role: Role) -> set[tuple[int, int]]:
        with database.connection(role) as connection:
            return {(row.a, row.b) for row in connection.execute(text("select a, b from beside"))}

    assert pairs(Role.PUBLIC) == {(ids["symbio"], ids["beside"])}
    assert pairs(Role.ADMIN) == {(ids["symbio"], ids["beside"]), (ids["symbio"], ids["hidden"])}


def test_minutes_from_a_point_by_the_table_of_travels(plants: Plants) -> None:
    served, database, _ = plants
    with database.connection(Role.WORKER) as connection:
        told = {"source": rows.source(connection), "import": rows.import_row(connection), "digest": b"t"}
        travel = {"origin": "69123", "target": "38185", "minutes": 55.0}
        connection.execute(insert(tables.travel_time).values(**told, **travel))
        rows.commune(connection, "38185", box(20_000, 0, 1_000, 1_000), "Grenoble")
    here = degrees(500, 500)
    near = ask(served, land_m2="1 ha", place={"minutes_from": here | {"minutes": 10}})
    assert len(found(near)) == 4, "the commune of the point is there already"
    there = degrees(20_500, 500)
    far = ask(served, land_m2="1 ha", place={"minutes_from": there | {"minutes": 54}})
    assert (far["matches"], far["counts"]["rejected"]["place"]) == ([], 4)
    assert len(found(ask(served, land_m2="1 ha", place={"minutes_from": there | {"minutes": 55}}))) == 4


def degrees(east: float, north: float) -> dict[str, float]:
    to_degrees = Transformer.from_crs(2154, 4326, always_xy=True)
    lon, lat = to_degrees.transform(rows.LYON[0] + east, rows.LYON[1] + north)
    return {"lon": lon, "lat": lat}


def test_presets_are_listed_and_each_can_be_read(plants: Plants) -> None:
    served, _, _ = plants
    listed = served.client.get("/presets?lang=en").json()["presets"]
    assert len(listed) == 16
    one = served.client.get("/presets/hydrogen-equipment?lang=fr").json()
    assert (one["title"], one["indicative"]) == ("Équipements pour l'hydrogène", True)
    assert one["need"]["land_m2"]["min"] == 40_000
    missing = served.client.get("/presets/volcano?lang=en")
    assert missing.status_code == 404
    assert "/presets/hydrogen-equipment" in missing.json()["detail"]

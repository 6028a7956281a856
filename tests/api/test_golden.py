"""Known plants, and the planted story, asked of the service over HTTP (domain.md 6.2)."""

from collections.abc import Iterator
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from api.app import create_app
from api.clock import today
from geo.cluster import Running
from geo.derive import work
from geo.generate import planted as story
from geo.match.need.examples import HYDROGEN_EQUIPMENT
from geo.store.database import Database
from tests.api.conftest import quick_settings
from tests.api.plants import ask, found
from tests.api.serving import Served, serving
from tests.conftest import copied

OBSERVED = "2026-06-01"
"""The day the sample was observed."""
Plants = tuple[Served, dict[str, int]]


@pytest.fixture
def plants(standing_plants: tuple[Served, Database, dict[str, int]]) -> Plants:
    served, _, ids = standing_plants
    return served, ids


def blocks(width: float, count: int = 1) -> list[dict[str, Any]]:
    return [{"length_m": 644, "width_m": width, "count": count}]


def test_acc_one_block_stands_only_when_it_is_turned(plants: Plants) -> None:
    """34 ha are enough, 644 m is longer than the square's side, and the block fits turned."""
    served, ids = plants
    assert ids["acc"] in found(ask(served, land_m2="34 ha")), "by its surface it is enough"
    answer = ask(served, land_m2="34 ha", buildings=blocks(100))
    (row,) = [row for row in answer["matches"] if row["parcel_ids"] == [ids["acc"]]]
    detail = row["criteria"][-1]["detail"]
    assert row["fit"] == "fits"
    assert min(detail["angle_deg"] % 90, 90 - detail["angle_deg"] % 90) > 10, "not along the sides"
    assert shape(row["placement"]).is_valid


@pytest.mark.parametrize("buildings", [blocks(200), blocks(300), blocks(100, count=6)])
def test_acc_wider_or_all_blocks_stand_on_no_such_square(plants: Plants, buildings: list[dict[str, Any]]) -> None:
    served, ids = plants
    answer = ask(served, land_m2="34 ha", buildings=buildings)
    assert ids["acc"] not in found(answer)
    assert ids["acc"] not in found(answer, "to_check")


def test_symbio_its_building_and_regime_on_eight_hectares(plants: Plants) -> None:
    """26,000 m2 under regime E: regime E rejects nothing, the permits it asks for are in the dates."""
    served, ids = plants
    need: dict[str, Any] = {"land_m2": {"min": "8 ha", "max": "9 ha"}, "footprint_m2": "26 000 m²", "use": "industrie"}
    answer = ask(served, **need, icpe={"regime": "E"}, power_mw="10 MW", buildings=[{"length_m": 220, "width_m": 118}])
    assert found(answer) == [ids["symbio"]]
    (row,) = answer["matches"]
    verdicts = {one["name"]: (one["verdict"], one["role"]) for one in row["criteria"]}
    assert verdicts["footprint_m2"] == ("pass", "must")
    assert verdicts["icpe"] == ("unknown", "note")
    assert {"PREP_E", "E_REG"} <= {step["code"] for step in row["readiness"]["steps"]}
    without = ask(served, **need, power_mw=10, icpe={"regime": "NC"})["matches"][0]["readiness"]
    hopeful = "if_unknown_steps_fall_away"
    assert row["readiness"]["start"][hopeful]["p80"] > without["start"][hopeful]["p80"], "registration takes its time"


def test_boiron_sixty_one_hundredths_of_the_land_are_buildable(plants: Plants) -> None:
    served, ids = plants
    answer = ask(served, land_m2="27 ha", footprint_m2="17,5 ha")
    assert ids["boiron"] not in found(answer)
    assert answer["counts"]["rejected"]["footprint_m2"] >= 1
    answer = ask(served, land_m2={"min": "27 ha", "max": "29 ha"}, footprint_m2="16 ha")
    (row,) = answer["matches"]
    surfaces = {one["name"]: one for one in row["criteria"]}
    assert row["parcel_ids"] == [ids["boiron"]]
    assert surfaces["land_m2"]["code"] == "land.enough_but_constrained"
    assert surfaces["footprint_m2"]["fact"] / surfaces["land_m2"]["fact"] == pytest.approx(0.61, abs=0.005)


@pytest.fixture(scope="module")
def sample(cluster: Running, sample_template: str) -> Iterator[Served]:
    settings = quick_settings()
    with copied(cluster, sample_template, "story") as address:
        database = Database(address, pool_size=2)
        work.derive(database, as_of=today(settings))
        with serving(create_app(settings, database), settings) as served:
            yield served
        database.close()


def names(rows: list[Any]) -> list[str]:
    return [row["parcel"]["name"] for row in rows]


def test_the_planted_story_over_http(sample: Served) -> None:
    """Ready; strip: no, proved; closed zone: its date; power unknown: to check; optioned: second rank; PPRT red."""
    need = {**HYDROGEN_EQUIPMENT, "place": {"communes": ["38449"]}, "start_by": "2028-12-31", "tenure": "any"}
    answer = ask(sample, **need)
    assert names(answer["matches"]) == [story.READY, story.OPTIONED]
    assert [row["rank"] for row in answer["matches"]] == ["available", "optioned"]
    assert names(answer["to_check"]) == [story.POWER_UNKNOWN]
    asked = [one for one in answer["to_check"][0]["criteria"] if one["role"] == "must" and one["verdict"] == "unknown"]
    assert [(one["code"], one["detail"]["who"]) for one in asked] == [("power.unknown", "grid_operator")]
    counts = answer["counts"]
    assert (counts["rejected"]["fit"], counts["rejected"]["start_by"]) == (2, 1), "strip and PPRT; AUs"
    assert counts["considered"] == counts["proved"] + counts["open"] + counts["to_check"] + sum(
        counts["rejected"].values()
    )
    ready = answer["matches"][0]
    assert shapely.area(shape(ready["placement"])) > 0
    assert ready["readiness"]["critical_path"]
    assert ready["critical_step"] in {step["code"] for step in ready["readiness"]["steps"]}
    assert ready["pareto"] is True
    land = next(one for one in ready["criteria"] if one["name"] == "land_m2")
    assert (land["verdict"], land["source"], land["on"]) == ("pass", ready["parcel"]["source"], OBSERVED)


@pytest.mark.parametrize(
    ("years", "code", "fit"),
    [
        (None, "extension.next_door", "fits"),
        (30, "extension.next_door", "fits"),
        (0.05, "extension.next_door_late", "open"),
    ],
)
def test_a_second_phase_is_in_time_where_its_neighbour_is(
    plants: Plants, years: float | None, code: str, fit: str
) -> None:
    """The other neighbour may not be seen: it serves nobody."""
    served, ids = plants
    said = {} if years is None else {"within_years": years}
    land: dict[str, Any] = {"land_m2": {"min": "8 ha", "max": "9 ha"}}
    row = _row(ask(served, **land, extension={"land_m2": "5 ha", **said}), ids["symbio"])
    (told,) = [one for one in row["criteria"] if one["name"] == "extension"]
    assert (told["code"], told["detail"]["parcel"]) == (code, ids["beside"])
    assert ("on" in told["detail"]) == (years is not None)
    hall, second = {"length_m": 220, "width_m": 120}, {"length_m": 190, "width_m": 190}
    drawn = _row(ask(served, **land, buildings=[hall], extension={"buildings": [second], **said}), ids["symbio"])
    assert (drawn["fit"], drawn["extension"] and drawn["extension"]["parcel_id"]) == (
        fit, ids["beside"] if fit == "fits" else None,
    )  # fmt: skip


def test_a_siding_at_the_land_saves_its_building(plants: Plants) -> None:
    """Nowhere a no: where there is none its building is in the dates, which then decide."""
    served, ids = plants
    need: dict[str, Any] = {"land_m2": "4 ha", "rail_siding": True, "footprint_m2": 9_000}
    answer = ask(served, **need)
    assert (found(answer), set(found(answer, "to_check"))) == (
        [ids["boiron"]],
        {ids[n] for n in ("acc", "symbio", "beside")},
    )
    steps = {
        row["parcel_ids"][0]: {one["code"] for one in row["readiness"]["steps"] if one["code"].startswith("RAIL")}
        for row in (*answer["matches"], *answer["to_check"])
    }
    assert steps == {one: {"RAIL_EX"} if one == ids["boiron"] else {"RAIL_NEW"} for one in steps}
    production = answer["matches"][0]["readiness"]["production"]
    depends = ask(served, **need, production_by=production["p80"])
    assert (found(depends), len(depends["to_check"])) == ([ids["boiron"]], 3), "in time if no unknown step has to run"
    late = ask(served, **need, production_by=production["if_unknown_steps_fall_away"]["p80"])
    assert (found(late, "to_check"), late["counts"]["rejected"]) == ([ids["boiron"]], {"production_by": 3})
    near = ask(served, land_m2="4 ha", near=[{"kind": "siding", "max_km": 0.5}])
    assert found(near) == [ids["boiron"]]


def _row(answer: Any, parcel: int) -> Any:
    return next(row for row in (*answer["matches"], *answer["to_check"]) if row["parcel_ids"] == [parcel])

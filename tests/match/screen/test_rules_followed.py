"""A figure of the plan that is entered: only the land it is said of is read again, and that is as if all were."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection

from geo.derive import work
from geo.land.building_limits import BuildingRule, Limit
from geo.match.screen.following import Screen
from geo.store import building_rules
from geo.store.building_rules import Figure, Zone
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.conftest import SAMPLE_DAY


def say(connection: Connection, target: int | Zone | None, value: float, rule: BuildingRule) -> int:
    assert target is not None
    figure = Figure(rule, value, "PLU", "relu")
    return building_rules.say(connection, target, figure, organisation=None, actor="test")


def test_only_land_of_the_figure_is_read_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.connection(Role.WORKER) as connection:
        ux = [rows.parcel(connection, f"X{n}", rows.square(n * 100, 0)) for n in range(3)]
        ui = [rows.parcel(connection, f"I{n}", rows.square(5_000 + n * 100, 0)) for n in range(2)]
        rows.zone(connection, "Z1", rows.square(-100, -100, 500), libelle="UX")
        rows.zone(connection, "Z2", rows.square(4_900, -100, 500), libelle="UI")
    work.derive(database, as_of=SAMPLE_DAY)
    screen, limits_of_all = Screen(tmp_path), building_rules.limits_of_all
    read: list[Sequence[int] | None] = []

    def noted(connection: Connection, ids: Sequence[int] | None = None) -> Mapping[int, Mapping[BuildingRule, Limit]]:
        read.append(ids)
        return limits_of_all(connection, ids)

    monkeypatch.setattr(building_rules, "limits_of_all", noted)

    def followed() -> list[int] | None:
        read.clear()
        screen.land(database, Role.ADMIN, None)
        assert screen.state is not None
        assert screen.state.ruled is not None
        with database.connection(Role.WORKER) as connection:
            assert screen.state.ruled.limits.by_id == limits_of_all(connection)
        return None if read == [None] else sorted({one for ids in read for one in ids or ()})

    assert followed() is None, "the first time all is read"
    height, ces = BuildingRule.HEIGHT, BuildingRule.CES
    with database.connection(Role.WORKER) as connection:
        zone_x, zone_i = (building_rules.zone_of(connection, some[0]) for some in (ux, ui))
        say(connection, zone_x, 12, height)
    assert followed() == ux
    with database.connection(Role.WORKER) as connection:
        say(connection, zone_x, 15, height)
        own = say(connection, ui[1], 0.5, ces)
    assert followed() == [*ux, ui[1]]
    with database.connection(Role.WORKER) as connection:
        say(connection, zone_i, 0.6, ces)
        building_rules.take_back(connection, own, "faux")
    assert followed() == ui
    assert followed() == []

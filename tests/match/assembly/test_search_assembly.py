"""Sites of several parcels over a real base: only of land one may see, owners only for planners."""

from typing import Any

import jsonschema
import pytest
from sqlalchemy import text

from geo.derive import work
from geo.match.need.reading import read_need
from geo.match.schemas.schemas import answer_schema
from geo.match.search import search
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows
from tests.conftest import SAMPLE_DAY

NEED = {"land_m2": {"min": "1.5 ha"}, "buildings": [{"length_m": 150, "width_m": 60}], "setback_m": 5}


@pytest.fixture
def territory(database: Database) -> tuple[Database, int]:
    """Three neighbours in a row, the last one private; two of one owner."""
    with database.connection(Role.WORKER) as connection:
        own = rows.organisation(connection, "EPCI")
        facts = {"price_eur_m2": 30, "owner_siren": "552100554", "responsible": own}
        rows.parcel(connection, "west", rows.square(0, 0, 110), **facts)
        rows.parcel(connection, "middle", rows.square(110.1, 0, 110), **facts)
        rows.parcel(connection, "east", rows.square(220.2, 0, 90), **facts | {"visibility": "private"})
        rows.parcel(connection, "apart", rows.square(900, 0, 110))
    work.derive(database, as_of=SAMPLE_DAY)
    return database, own


def asked(database: Database, role: Role, actor: Actor | None = None, **changes: Any) -> Any:
    document = search(database, role, actor, read_need(NEED | changes), SAMPLE_DAY)
    jsonschema.validate(document, answer_schema())
    return document


def test_neighbours_are_offered_together_when_none_is_enough(territory: tuple[Database, int]) -> None:
    database, _ = territory
    answer = asked(database, Role.PUBLIC)
    (site,) = answer["matches"]
    assert site["parcel_ids"] == [1, 2]
    assert (site["rank"], site["fit"]) == ("assembly", "fits")
    assert site["parcel"]["surface_m2"] == pytest.approx(2 * 110**2 / 0.99914**2, rel=1e-3)
    together = site["assembly"]
    assert (together["owners"], together["price_eur"]) == (None, None), "the public sees neither"
    assert 0 < together["beyond_owned_m2"] <= 0.1 * 160
    assert [one["id"] for one in together["parcels"]] == [1, 2]
    assert site["readiness"]["parcel"] in (1, 2)
    counts = answer["counts"]
    assert counts["considered"] == 3
    assert counts["proved"] == 0
    assert answer["assemblies"]["complete"] is True


def test_a_parcel_one_may_not_see_is_part_of_no_site(territory: tuple[Database, int]) -> None:
    """What takes three parcels is there for who sees the third alone."""
    database, own = territory
    more: dict[str, Any] = {"land_m2": {"min": "3 ha"}}
    assert asked(database, Role.PUBLIC, **more)["matches"] == []
    assert asked(database, Role.COMPANY, Actor(), **more)["matches"] == []
    planner = Actor(organisation=own, organisation_kind="territory")
    (site,) = asked(database, Role.PLANNER, planner, **more)["matches"]
    assert site["parcel_ids"] == [1, 2, 3]
    assert (site["assembly"]["owners"], site["assembly"]["owners_unknown"]) == (1, 0)
    assert site["assembly"]["price_eur"] == pytest.approx(30 * site["parcel"]["surface_m2"], rel=1e-3)


def test_a_parcel_that_is_enough_alone_comes_without_sites(territory: tuple[Database, int]) -> None:
    database, _ = territory
    answer = asked(database, Role.PUBLIC, land_m2={"min": "1 ha"}, buildings=[{"length_m": 60, "width_m": 60}])
    assert [match["assembly"] for match in answer["matches"]] == [None] * 3
    assert answer["assemblies"] is None


def test_land_being_recomputed_is_part_of_no_site(territory: tuple[Database, int]) -> None:
    database, _ = territory
    with database.connection(Role.WORKER) as connection:
        connection.execute(
            text("update core.parcel set geom = st_translate(geom, 0, 30), digest = '\\x01' where id = 2")
        )
    assert asked(database, Role.PUBLIC)["matches"] == []
    work.derive(database, as_of=SAMPLE_DAY)
    assert asked(database, Role.PUBLIC, setback_m=0)["matches"][0]["parcel_ids"] == [1, 2]

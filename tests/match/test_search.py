"""The main job over a real base: from files to ranked, proved matches."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from geo.cluster import Running
from geo.derive import work
from geo.generate import planted
from geo.intake.load import Options, load
from geo.match.need.reading import read_need
from geo.match.parcel import candidates
from geo.match.search import search
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows
from tests.conftest import REPO, SAMPLE_DAY, SRID, copied

AS_OF = SAMPLE_DAY

STORY = {
    "buildings": [{"length_m": 220, "width_m": 120}],
    "setback_m": 10,
    "land_m2": {"min": "8 ha"},
    "use": "industrie",
    "icpe": {"regime": "E"},
    "power_mw": {"at_opening": 10},
    "start_by": "2028-12-31",
    "place": {"communes": ["38449"]},
}


@pytest.fixture
def sample(cluster: Running, sample_template: str) -> Iterator[Database]:
    with copied(cluster, sample_template, "search") as address:
        database = Database(address, pool_size=2)
        yield database
        database.close()


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["parcel"]["name"] for row in rows]


def test_the_planted_story(sample: Database) -> None:
    """Ready, strip, closed zone, unknown power, optioned, under a forbidding constraint: each told apart."""
    answer: Any = search(sample, Role.PUBLIC, None, read_need(STORY), AS_OF)
    assert names(answer["matches"]) == [planted.READY, planted.OPTIONED]
    assert [match["rank"] for match in answer["matches"]] == ["available", "optioned"]
    assert names(answer["to_check"]) == [planted.POWER_UNKNOWN]
    unknown = [
        c["code"] for c in answer["to_check"][0]["criteria"] if c["role"] == "must" and c["verdict"] == "unknown"
    ]
    assert unknown == ["power.unknown"]
    rejected = answer["counts"]["rejected"]
    assert (rejected["fit"], rejected["start_by"]) == (2, 1)
    counts = answer["counts"]
    assert counts["considered"] == counts["proved"] + counts["open"] + counts["to_check"] + sum(rejected.values())


def test_the_same_question_has_the_same_digest(sample: Database) -> None:
    """Also when the readiness is read back instead of computed."""
    ask = partial(search, sample, Role.PUBLIC, None, read_need(STORY), AS_OF)
    first, second = ask(), ask()
    assert first == second
    assert first["digest"] == second["digest"]


def test_a_parcel_one_may_not_see_changes_nothing(sample: Database) -> None:
    """Byte for byte, but for the version of the data seen by that audience, which does not move either."""
    ask = partial(search, sample, Role.PUBLIC, None, read_need(STORY), AS_OF)
    with_hidden = ask()
    with sample.connection(Role.WORKER) as connection:
        hidden = connection.execute(
            text("update core.parcel set deleted_on = '2026-01-01' where visibility <> 'public'")
        )
        assert hidden.rowcount > 20
    work.derive(sample, as_of=AS_OF)
    assert ask() == with_hidden


def test_who_may_see_more_is_answered_more(sample: Database) -> None:
    considered = []
    for role, actor in ((Role.PUBLIC, None), (Role.COMPANY, Actor()), (Role.ADMIN, None)):
        answer: Any = search(sample, role, actor, read_need({"land_m2": 1}), AS_OF)
        considered.append(answer["counts"]["considered"])
    assert considered == sorted(set(considered))
    assert considered[-1] == 600


def test_stale_land_is_open_not_decided(sample: Database) -> None:
    with sample.connection(Role.WORKER) as connection:
        connection.execute(text("select core.mark_dirty(array(select id from core.parcel), 8)"))
    answer: Any = search(sample, Role.PUBLIC, None, read_need(STORY), AS_OF)
    assert answer["counts"]["proved"] == 0
    assert answer["counts"]["open"] > 0


def test_land_never_derived_is_open_too(database: Database) -> None:
    """Its surface and its zone are not unknown facts to ask anyone about: they are still to be computed."""
    load(database, REPO / "sample_parcels.geojson", Options(), srid=SRID)
    answer: Any = search(database, Role.PUBLIC, None, read_need(STORY | {"place": {"departments": ["38"]}}), AS_OF)
    assert answer["counts"]["to_check"] == answer["counts"]["proved"] == 0
    assert answer["counts"]["open"] > 0


def test_a_layer_never_loaded_is_a_reservation(database: Database) -> None:
    """Without buildings the fit is proved on the land as known, and the match says what is not known."""
    with database.connection(Role.WORKER) as connection:
        rows.parcel(connection, "T")
    work.derive(database, as_of=AS_OF)
    need = read_need({"buildings": [{"length_m": 40, "width_m": 20}]})

    def told() -> tuple[str, list[str]]:
        answer: Any = search(database, Role.PUBLIC, None, need, AS_OF)
        (match,) = answer["matches"]
        (layers,) = [criterion for criterion in match["criteria"] if criterion["name"] == "layers"]
        return layers["verdict"], layers["detail"].get("missing", [])

    assert told() == ("unknown", ["buildings", "constraints"])
    with database.connection(Role.WORKER) as connection:
        for layer in ("buildings", "constraints"):
            rows.coverage(connection, layer, rows.square(-500, -500, 1_000))
    work.derive(database, as_of=AS_OF)
    assert told() == ("pass", [])


def test_an_answer_is_of_the_version_it_names(sample: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit that commits between the columns and the rows that are shown has all of it asked again."""
    load, left = candidates.load, iter(("sold", "for_sale"))

    def meanwhile(*given: Any, **named: Any) -> Any:
        for market in left:
            with sample.connection(Role.WORKER) as connection:
                edit = text("update core.parcel set market = :market where name = :name")
                connection.execute(edit, {"market": market, "name": planted.READY})
            work.derive(sample, as_of=AS_OF)
            break
        return load(*given, **named)

    ask = partial(search, sample, Role.PUBLIC, None, read_need(STORY), AS_OF)
    before = ask()
    monkeypatch.setattr(candidates, "load", meanwhile)
    answer = ask()
    assert next(left, None) is None
    monkeypatch.undo()
    after = ask()
    assert (answer["version"], answer["digest"]) == (after["version"], after["digest"])
    assert answer["counts"] == before["counts"]

"""What would open more is looked for over all land: the change is made, the base asked again, and as many are found."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from geo.cluster import Running
from geo.derive import work
from geo.generate.land import write
from geo.intake.load import Options, load
from geo.match.need.need import Need
from geo.match.need.reading import read_need
from geo.match.search import search
from geo.store.database import Database, Role
from tests.conftest import SAMPLE_DAY, SRID, copied
from tests.match.reference.needs import needs

AS_OF = SAMPLE_DAY


def applied(document: dict[str, Any], change: dict[str, Any]) -> Need:
    """The need with the changes of a relaxation, as the document tells them."""
    changed = read_need(document).model_dump(mode="json", by_alias=True, exclude_unset=True)
    for one in (change, *change["also"]):
        *parents, last = one["path"].removeprefix("/").split("/")
        holder: Any = changed
        for step in parents:
            holder = holder[int(step) if isinstance(holder, list) else step]
        key = int(last) if isinstance(holder, list) else last
        if one["to"] is None:
            del holder[key]
        else:
            holder[key] = one["to"]
    return read_need(changed)


def check(database: Database, document: dict[str, Any]) -> tuple[int, int]:
    """Every change made and asked again: how many changes, and how many of them were told exactly."""
    before: Any = search(database, Role.ADMIN, None, read_need(document), AS_OF)
    for one in before["relaxations"]:
        after: Any = search(database, Role.ADMIN, None, applied(document, one["change"]), AS_OF)
        more = {name: after["counts"][name] - before["counts"][name] for name in ("proved", "open", "to_check")}
        told = {"proved": one["opens"], "open": one["open"], "to_check": one["to_check"]}
        if one["exact"]:
            assert more == told, (document, one)
            assert one["first"] == next(new(before, after), None), (document, one)
        else:
            assert more["proved"] >= told["proved"], (document, one, more)
            assert more["open"] <= told["open"], (document, one, more)
            assert more["to_check"] >= told["to_check"], (document, one, more)
            assert one["first"] in (None, *new(before, after)), (document, one)
    return len(before["relaxations"]), sum(one["exact"] for one in before["relaxations"])


def new(before: Any, after: Any) -> Iterator[int]:
    """The parcels shown that were not: those proved, then those to check."""
    known = ids(before, "matches")
    yield from (one for one in ids(after, "matches") if one not in known)
    known += ids(before, "to_check")
    yield from (one for one in ids(after, "to_check") if one not in known)


def ids(found: Any, part: str) -> list[int]:
    return [row["parcel_ids"][0] for row in found[part] if row["assembly"] is None]


@pytest.fixture(scope="module")
def land(cluster: Running, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Three thousand generated parcels, derived."""
    file = tmp_path_factory.mktemp("land") / "land.geojson"
    write(file, count=3_000, seed=11)
    with copied(cluster, template, "three_thousand") as address:
        database = Database(address, pool_size=2)
        load(database, file, Options(), srid=SRID)
        work.derive(database, as_of=AS_OF)
        yield database
        database.close()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_as_many_are_found_as_were_told(land: Database, part: int) -> None:
    """Also where a change opens far more parcels than are read."""
    with land.connection(Role.ADMIN) as connection:
        communes = list(connection.scalars(text("select distinct commune from candidate where commune is not null")))
    found = [check(land, one | {"limit": 20}) for one, _ in needs(100 + part, 40, sorted(communes), AS_OF)]
    assert 0 < sum(exact for _, exact in found) <= sum(changes for changes, _ in found)

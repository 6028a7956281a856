"""How often a request asks the database: once for its answer, however much it finds; once before for who asks."""

from collections.abc import Iterator

import pytest

from geo.cluster import Running
from geo.store.items.collection import COLLECTIONS
from tests.api.collections_place import AUDIENCES, Place, collections_place
from tests.api.sent import sent_meanwhile

PAGES = ("limit=1", "limit=1000", "filter=id IS NULL", "bbox=4,45,5,46&sortby=-id", "crs=http://www.opengis.net/def/crs/"
         "EPSG/0/2154&skipGeometry=true")  # fmt: skip
PARCELS = "/collections/parcels"
TILES = tuple(f"{PARCELS}/tiles/WebMercatorQuad/{place}" for place in ("14/5848/8412", "14/1/1", "14/1/1?market=sold"))


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    with collections_place(cluster, template, "statements") as made:
        yield made


def sent(place: Place, audience: str, path: str, status: int = 200) -> int:
    with sent_meanwhile() as statements:
        answer = place.get(audience, path)
    assert answer.status_code == status, answer.text
    return len(statements)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_each_read_is_one_statement_for_each_audience(place: Place, audience: str) -> None:
    sent(place, audience, f"{PARCELS}/items")  # the first makes the connection
    of_who_asks = 0 if audience == "public" else 1
    for name in COLLECTIONS:
        home = f"/collections/{name}/items"
        one = place.features("public", name)[0]["id"]
        place.get(audience, f"{home}?filter=id IS NULL")  # the first time, whether it is counted is asked as well
        asked = {f"{home}?{page}": 200 for page in PAGES} | {f"{home}/{one}": 200, f"{home}/123456789": 404}
        counts = {path: sent(place, audience, path, status) for path, status in asked.items()}
        assert set(counts.values()) == {1 + of_who_asks}, counts
    tiles = {path: sent(place, audience, path) for path in TILES}
    assert set(tiles.values()) == {1 + of_who_asks}, tiles

"""A desk that the tests of a module share."""

from collections.abc import Iterator

import pytest

from geo.cluster import Running
from geo.store.database import Database
from tests.api.desk.agency_desk import Desk, a_desk
from tests.conftest import copied


@pytest.fixture(scope="module")
def desk(cluster: Running, template: str, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """The desk, over a base of the module."""
    with copied(cluster, template, f"desk_{request.module.__name__.rpartition('_')[2]}") as admin:
        database = Database(admin, pool_size=2)
        with a_desk(database, admin) as made:
            yield made
        database.close()

"""What is loaded after some hundred parcels is held against them by their index, not against each of them."""

from pathlib import Path

from sqlalchemy import text

from geo.intake.load import Options, load
from geo.store.database import Database, Role
from tests.conftest import SRID
from tests.intake.written_files import collection, feature, square, write


def test_a_few_hundred_parcels_have_statistics_at_once(database: Database, tmp_path: Path) -> None:
    """Without them one row in 200 is taken to be not deleted, and all pairs of parcels are gone through."""
    lots = [feature(square(4.8 + n % 20 * 0.002, 45.7 + n // 20 * 0.002, 0.001), parcel_uid=str(n)) for n in range(200)]
    load(database, write(tmp_path, collection(lots), "lots.geojson"), Options(layer="parcels"), srid=SRID)
    with database.connection(Role.WORKER) as connection:
        (plan, *_) = connection.scalars(text("explain select from core.parcel where deleted_on is null"))
        assert "rows=200 " in plan, plan

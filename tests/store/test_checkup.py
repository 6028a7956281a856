"""The doctor sees each table whose rows are no longer guarded."""

import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from geo.store.checkup import examine
from geo.store.database import Database

GUARDED = text("select relname from pg_class where relnamespace = 'core'::regnamespace and relrowsecurity order by 1")


@pytest.mark.parametrize("less", ["no force row level security", "disable row level security"])
def test_each_table_with_rules_for_its_rows_is_looked_at(database: Database, admin: URL, less: str) -> None:
    engine = create_engine(admin, poolclass=NullPool)
    with engine.begin() as owner:
        tables = list(owner.scalars(GUARDED))
        for table in tables:
            owner.execute(text(f"alter table core.{table} {less}"))
    (found,) = [one for one in examine(database) if one.code == "row_security"]
    assert not found.well
    assert found.found.split(", ") == tables
    assert {"tile", "tile_count", "parcel", "zone", "api_key", "watch"} <= set(tables)

"""The first cadastre of a base is written without its checks and proved afterwards: nothing of them may be lost."""

from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from geo.store.database import Database, Role
from geo.store.layers import LAYERS
from geo.store.merging import staging
from geo.store.merging.merge import Merged, compare, merge
from tests import land_rows
from tests.land_rows import LYON, square

CADASTRE = LAYERS["cadastre"]
BOW_TIE = "MULTIPOLYGON(((0 0, 10 10, 10 0, 0 10, 0 0)))"
GUARDS = text("""
    select array_agg(name order by name) from (
        select indexname::text as name from pg_indexes where schemaname = 'core' and tablename = 'cadastral_parcel'
        union all select conname from pg_constraint where conrelid = 'core.cadastral_parcel'::regclass
        union all select tgname from pg_trigger where tgrelid = 'core.cadastral_parcel'::regclass and tgenabled = 'O') g
""")


def staged(connection: Connection, *shapes: str) -> None:
    """Delivery 1: parcels 1, 2, ... with these outlines, in the target system."""
    staging.create(connection, 1, CADASTRE)
    for number, shape in enumerate(shapes, 1):
        insert = f"""insert into {staging.table_of(1, CADASTRE)}
            (row_number, repaired, digest, idu, commune_insee, prefixe, section, numero, geom)
            values (:n, false, '\\x00', '69290000AB' || lpad(cast(:n as text), 4, '0'), '69290', '000', 'AB',
                    cast(:n as text), st_geomfromtext(:shape, 2154))"""
        connection.execute(text(insert), {"n": number, "shape": shape})


def merged(connection: Connection) -> Merged:
    source, import_id = land_rows.source(connection), land_rows.import_row(connection)
    with staging.shown(connection, 1, [CADASTRE]):
        return merge(connection, CADASTRE, source=source, import_id=import_id)


def at(east: float) -> str:
    return str(square(LYON[0] + east, LYON[1]).wkt).replace("POLYGON ((", "MULTIPOLYGON (((").replace("))", ")))")


@pytest.fixture
def worker(database: Database) -> Any:
    with database.engine(Role.WORKER).connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def test_the_table_is_guarded_as_before(worker: Connection) -> None:
    before = worker.scalar(GUARDS)
    staged(worker, at(0), at(200))
    assert merged(worker) == Merged(2, 0, 0, 0)
    assert worker.scalar(GUARDS) == before


def test_a_broken_outline_is_not_let_in(worker: Connection) -> None:
    staged(worker, at(0), BOW_TIE)
    with pytest.raises(IntegrityError, match="69290000AB0002"):
        merged(worker)


def test_later_rows_are_checked_one_by_one(worker: Connection) -> None:
    staged(worker, at(0))
    merged(worker)
    broken = text("update core.cadastral_parcel set geom = st_geomfromtext(:shape, 2154)")
    with pytest.raises(IntegrityError, match="cadastral_parcel_geom_check"):
        worker.execute(broken, {"shape": BOW_TIE})


def test_land_on_it_is_marked(worker: Connection) -> None:
    under = land_rows.parcel(worker, "under", square(*LYON))
    land_rows.parcel(worker, "apart", square(LYON[0] + 5_000, LYON[1]))
    worker.execute(text("delete from core.dirty"))
    staged(worker, at(50))
    merged(worker)
    assert worker.execute(text("select parcel, parts from core.dirty")).all() == [(under, 66)]


def test_a_table_that_holds_rows_stays_open_to_all(worker: Connection) -> None:
    staged(worker, at(0))
    merged(worker)
    assert worker.scalar(text("select core.open_cadastre()")) is False


def test_who_reads_the_table_is_not_waited_for(database: Database, worker: Connection) -> None:
    with database.connection(Role.WORKER) as reader:
        reader.execute(text("select from core.cadastral_parcel limit 1"))
        assert worker.scalar(text("select core.open_cadastre()")) is False
        staged(worker, at(0))
        assert merged(worker).new == 1


def test_only_the_loader_may_open_it(database: Database) -> None:
    with database.connection(Role.PLANNER) as planner, pytest.raises(DBAPIError, match="permission denied"):
        planner.execute(text("select core.open_cadastre()"))


@pytest.mark.parametrize("stands", [False, True])
def test_a_first_file_is_all_new(worker: Connection, stands: bool) -> None:
    staged(worker, at(0), at(200), at(400))
    if stands:
        merged(worker)
    values = {"source": land_rows.source(worker), "file_name": "x", "shared": True}
    with staging.shown(worker, 1, [CADASTRE]):
        assert compare(worker, CADASTRE, values) == (Merged(0, 0, 3, 0) if stands else Merged(3, 0, 0, 0))

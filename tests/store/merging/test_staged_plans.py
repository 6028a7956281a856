"""A plan that is loaded again is compared with the base at a cost that grows with its zones, not with their square."""

from sqlalchemy import Connection, text

from geo.store.database import Database, Role
from geo.store.layers import LAYERS
from geo.store.merging import plans, staging
from geo.store.merging.merge import merge
from geo.store.merging.missing import missing_from
from tests import land_rows
from tests.land_rows import LYON, square

ZONES = LAYERS["zones"]
COUNT = 300
STAGED = f"""
    insert into {staging.table_of(1, ZONES)}
        (row_number, repaired, digest, key, partition, approved_on, libelle, typezone, industry,
         industry_rule, industry_source, industry_confidence, synthetic, geom)
    select n, false, '\\x00', 'zone ' || n, 'DU_69290', '2024-05-01', 'UX', 'U', 'unknown',
           'label', 'label', 0, false, st_multi(st_geomfromtext(:shape, 2154))
    from generate_series(1, :count) n"""


def stage(connection: Connection) -> None:
    staging.create(connection, 1, ZONES)
    connection.execute(text(STAGED), {"shape": square(*LYON).wkt, "count": COUNT})
    staging.analyze(connection, 1, ZONES)


def test_what_is_missing_is_not_sought_row_by_row(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        source, import_id = land_rows.source(connection), land_rows.import_row(connection)
        stage(connection)
        with staging.shown(connection, 1, [ZONES]):
            merge(connection, ZONES, source=source, import_id=import_id)
        connection.execute(text("select core.analyze_loaded('zone')"))
        staging.drop(connection, 1)
        stage(connection)
        with staging.shown(connection, 1, [ZONES]):
            plans.documents(connection, staging.stage(ZONES), source)
            shown = f"explain (analyze, format json) select count(*) {missing_from(ZONES)}"
            [found] = connection.scalar(text(shown), {"source": source})
    assert sum(_read(found["Plan"])) <= 6 * COUNT


def _read(node: dict[str, object]) -> list[float]:
    """Rows that each leaf of an executed plan read."""
    below = node.get("Plans", [])
    if below:
        return [rows for one in below for rows in _read(one)]  # type: ignore[attr-defined]
    return [(float(node["Actual Rows"]) + float(node.get("Rows Removed by Filter", 0))) * float(node["Actual Loops"])]  # type: ignore[arg-type]

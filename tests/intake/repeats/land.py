"""A cadastre of a few dozen parcels, loaded in version after version."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import text

from geo.intake.load import Options, load
from geo.intake.report import Report
from geo.store.database import Database, Role
from tests.conftest import SRID

LON, LAT, SIDE = 5.0, 45.5, 0.0008
Feature = dict[str, Any]
KEPT = ("core.parcel", "core.cadastral_parcel", "core.cadastral_lineage", "core.parcel_lineage", "core.history",
        "core.dirty", "core.import", "core.delivery", "core.source", "core.cadastral_review")  # fmt: skip
TIMES = ("raw", "at", "created_at", "updated_at", "marked_at", "started_at", "finished_at", "found_on")


def parcel(number: int, *, commune: str = "38001", **other: Any) -> Feature:
    """A cadastral parcel of a grid, as Etalab writes it."""
    w, s = LON + number % 10 * SIDE, LAT + number // 10 * SIDE
    ring = [[w, s], [w + SIDE, s], [w + SIDE, s + SIDE], [w, s + SIDE], [w, s]]
    facts = {"commune": commune, "prefixe": "000", "section": "AB", "numero": str(number), "contenance": 5600}
    facts |= {"id": f"{commune}000AB{number:04d}", "arpente": False, "created": "2020-01-01", "updated": "2021-01-01"}
    geometry = {"type": "Polygon", "coordinates": [[[round(x, 7), round(y, 7)] for x, y in ring]]}
    return {"type": "Feature", "properties": facts | other, "geometry": geometry}


def write(path: Path, features: list[Feature]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(one, indent=one.get("indent")) for one in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}', encoding="utf-8")
    return path


def run(database: Database, path: Path, layer: str = "cadastre", **options: Any) -> Report:
    return load(database, path, Options(layer=layer, keep_going=True, **options), srid=SRID)


def sql(database: Database, statement: str) -> list[Any]:
    with database.connection(Role.WORKER) as connection:
        result = connection.execute(text(statement))
        return list(result) if result.returns_rows else []


def facts(report: Report) -> dict[str, Any]:
    return {name: value for name, value in report.to_json().items() if name != "delivery"}


def base(database: Database) -> dict[str, Any]:
    """All the base holds, but for the hashes and the clock."""
    without = "".join(f" - '{name}'" for name in TIMES)
    tables = {table: f"select to_jsonb(t){without} as row from {table} t order by 1" for table in KEPT[:-3]}
    return {table: [row.row for row in sql(database, statement)] for table, statement in tables.items()}


def forget_texts(database: Database) -> None:
    """What a base of an older version is like: every row is read again."""
    for table in ("core.parcel", "core.cadastral_parcel"):
        sql(database, f"update {table} set raw = null where raw is not null")


def land_of(count: int, **other: Any) -> list[Feature]:
    return [parcel(n, **other) for n in range(1, count + 1)]

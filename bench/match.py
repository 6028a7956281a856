"""A million parcels screened for two hundred needs, one process, warm: ``.venv/bin/python -m bench.match``.

Arguments: ``--shapes`` distinct shapes (default 50,000: deriving them takes an hour and more), ``--folder`` a base to
keep between runs. Shapes are generated, loaded and derived as any land; the million is copied from them, with other
markets, prices, powers, audiences and states of readiness.
"""

import argparse
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import URL, create_engine, text

from bench.fit import machine
from geo.cluster import Running, open_cluster
from geo.derive import work
from geo.generate.land import write
from geo.intake.load import Options, load
from geo.match.counting import count
from geo.match.need import Need
from geo.match.reading import read_need
from geo.match.search import search
from geo.store.database import Database, Role
from geo.store.upgrade import make_database, upgrade

AS_OF = date(2026, 11, 22)
SEED = 7
NEEDS = 200
SIZES = (100_000, 1_000_000)
COPY = """
    with land as (select p.*, row_number() over (order by p.id) as place, count(*) over () as shapes
                  from core.parcel p where p.deleted_on is null and p.key not like '%#%'),
    numbered as (select l.*, n from generate_series(cast(:first as integer), cast(:last as integer)) n
                 join land l on l.place = 1 + n % l.shapes)
    insert into core.parcel (source, import, key, origin, name, site_key, commune_insee, market, price_eur_m2, power_mw,
                             visibility, digest, synthetic, observed_on, etat_occup, geom)
    select source, import, key || '#' || n, origin, name, site_key, commune_insee,
           (array['for_sale', 'for_sale', 'for_lease', 'sold', 'optioned', 'not_marketed', 'unknown', 'prospect'])
               [1 + abs(hashint4(n)) % 8],
           case when hashint4(n + 1) % 5 <> 0 then 10 + abs(hashint4(n + 2)) % 140 end,
           case when hashint4(n + 3) % 3 <> 0 then abs(hashint4(n + 4)) % 40 end,
           case when n % 10 = 0 then 'agency' else 'public' end, '', true, observed_on, etat_occup, geom
    from numbered
"""
DERIVED = """
    insert into core.parcel_derived (parcel, scale, surface_m2, buildable, buildable_m2, profile, sides, built, touched,
        zone_label, zone_type, industry, industry_rule, industry_source, industry_confidence, commune_insee, site,
        state_id)
    select c.id, d.scale, d.surface_m2, d.buildable, d.buildable_m2, d.profile, d.sides, d.built, d.touched,
        d.zone_label, d.zone_type, d.industry, d.industry_rule, d.industry_source, d.industry_confidence,
        d.commune_insee, d.site, s.ids[1 + abs(hashint4(c.id::int)) % cardinality(s.ids)]
    from core.parcel c join core.parcel p on p.source = c.source and p.key = split_part(c.key, '#', 1)
    join core.parcel_derived d on d.parcel = p.id,
    (select array_agg(id order by id) as ids from core.readiness_state) s
    where c.key like '%#%' and not exists (select from core.parcel_derived x where x.parcel = c.id)
"""
BESIDE = (
    """insert into core.parcel_served (parcel, geom_4326, geom_3857, doc)
    select c.id, v.geom_4326, v.geom_3857, '' from core.parcel c
    join core.parcel p on p.source = c.source and p.key = split_part(c.key, '#', 1)
    join core.parcel_served v on v.parcel = p.id
    where c.key like '%#%' and not exists (select from core.parcel_served x where x.parcel = c.id)""",
    """insert into core.parcel_nearest (parcel, kind, point, metres)
    select c.id, e.kind, e.point, e.metres from core.parcel c
    join core.parcel p on p.source = c.source and p.key = split_part(c.key, '#', 1)
    join core.parcel_nearest e on e.parcel = p.id
    where c.key like '%#%' and not exists (select from core.parcel_nearest x where x.parcel = c.id)""",
)
IN_SQL = "select count(*) from candidate where market in ('for_sale', 'for_lease') and surface_m2 >= 20000"


def main() -> None:
    """Measure at both sizes and tell ratios first."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--shapes", type=int, default=50_000)
    asked.add_argument("--folder", type=Path)
    asked.add_argument("--needs", type=int, default=NEEDS)
    asked.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    given = asked.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="emprise-bench-"))
    try:
        with _base(folder, given.shapes) as admin:
            found = {size: _measured(admin, folder, size, given.needs) for size in given.sizes}
    finally:
        if given.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    _told(found, given.shapes, given.needs)


@contextmanager
def _base(folder: Path, shapes: int) -> Iterator[URL]:
    """A base with the distinct shapes, loaded and derived; one that is there already is used again."""
    folder.chmod(0o755)
    (folder / "cluster").mkdir(mode=0o755, parents=True, exist_ok=True)
    with open_cluster(folder / "cluster") as running:
        admin = _address(running)
        if not (folder / "shapes").exists():
            make_database(admin)
            upgrade(admin, srid=2154)
            database = Database(admin)
            write(folder / "land.geojson", shapes, SEED)
            load(database, folder / "land.geojson", Options(visibility="public"), srid=2154)
            work.derive(database, as_of=AS_OF)
            database.close()
            (folder / "shapes").write_text(str(shapes))
        upgrade(admin, srid=2154)
        yield admin


def _address(running: Running) -> URL:
    query = {"host": str(running.socket_dir), "port": str(running.port)}
    return URL.create("postgresql+psycopg", username=running.superuser, database="bench", query=query)


def _filled(admin: URL, size: int) -> None:
    """Copies of the shapes up to ``size``, without the triggers that would have them derived."""
    engine = create_engine(admin)
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        there = connection.scalar(text("select count(*) from core.parcel")) or 0
        if there < size:
            connection.execute(text(COPY), {"first": there + 1, "last": size})
            for statement in (DERIVED, *BESIDE):
                connection.execute(text(statement))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    engine.dispose()


def _measured(admin: URL, folder: Path, size: int, needs: int) -> dict[str, float]:
    _filled(admin, size)
    caches = folder / f"caches-{size}"
    shutil.rmtree(caches, ignore_errors=True)
    database = Database(admin, caches=caches)
    known, asked = _needs(database)
    found: dict[str, float] = {}
    begun = time.perf_counter()
    count(database, Role.PUBLIC, None, known[0], AS_OF)
    found["columns made, s"] = time.perf_counter() - begun
    for need in known:
        search(database, Role.PUBLIC, None, need, AS_OF)
    walls, spent, counted = [], [], []
    for need in asked[:needs]:
        begun, cpu = time.perf_counter(), time.process_time()
        search(database, Role.PUBLIC, None, need, AS_OF, later=lambda keeping: None)
        walls.append((time.perf_counter() - begun) * 1e3)
        spent.append((time.process_time() - cpu) * 1e3)
        begun = time.perf_counter()
        count(database, Role.PUBLIC, None, need, AS_OF)
        counted.append((time.perf_counter() - begun) * 1e3)
    for name, values in (("answer", walls), ("answer CPU", spent), ("counts alone", counted)):
        for share in (50, 90, 99):
            found[f"{name}, p{share} ms"] = float(np.percentile(values, share))
    found["private MB"] = _private() / 1e6
    found["shared MB"] = sum(file.stat().st_size for file in caches.rglob("*") if file.is_file()) / 1e6
    with database.connection(Role.PUBLIC) as connection:
        times = []
        for _ in range(3):
            begun = time.perf_counter()
            connection.execute(text(IN_SQL)).scalar_one()
            times.append((time.perf_counter() - begun) * 1e3)
    found["SQL, market and surface alone, ms"] = min(times)
    database.close()
    return found


def _needs(database: Database) -> tuple[list[Need], list[Need]]:
    """Needs asked before, and those measured: one in five of a class of needs that was not."""
    with database.connection(Role.WORKER) as connection:
        communes = list(connection.scalars(text("select distinct commune_insee from core.parcel_derived order by 1")))
    dice = random.Random(SEED)
    departments = sorted({one[:2] for one in communes if one})
    classes = [{"icpe": {"regime": regime}, "power_mw": power} for regime in ("D", "E") for power in (None, 1, 8)]
    known = [read_need(_need(dice, departments, _without_none(one))) for one in classes]
    asked = []
    for number in range(NEEDS):
        facts = _unseen(number) if number % 5 == 0 else _without_none(dice.choice(classes))
        asked.append(read_need(_need(dice, departments, facts)))
    return known, asked


def _without_none(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None}


def _unseen(number: int) -> dict[str, Any]:
    """Facts that no need before had together."""
    found: dict[str, Any] = {"icpe": {"regime": ("NC", "D", "E", "A")[number // 5 % 4]}}
    found["floor_m2"] = (800, 4_000, 15_000, 60_000)[number // 20 % 4]
    for bit, (name, value) in enumerate((("water_m3h", 30), ("rail_siding", True), ("gas_m3h", 200))):
        if number // 80 >> bit & 1:
            found[name] = value
    return found


def _need(dice: random.Random, departments: list[str], facts: dict[str, Any]) -> dict[str, Any]:
    long = dice.choice((40, 60, 80, 100, 120, 150, 180, 220))
    need: dict[str, Any] = {
        **facts,
        "buildings": [{"length_m": long, "width_m": round(long * dice.choice((0.3, 0.5, 0.8)))}],
        "setback_m": dice.choice((0, 5, 10)),
        "use": "industrie",
    }
    if dice.random() < 0.5:
        need["land_m2"] = {"min": dice.choice((5_000, 10_000, 20_000, 50_000))}
    if dice.random() < 0.4:
        need["place"] = {"departments": [dice.choice(departments)]}
    if dice.random() < 0.4:
        need["price_max_eur_m2"] = dice.choice((40, 60, 90))
    if dice.random() < 0.4:
        need["start_by"] = (AS_OF + timedelta(days=dice.choice((365, 730, 1_100)))).isoformat()
    if dice.random() < 0.2:
        need["max_km"] = {"substation": dice.choice((2, 5, 10))}
    return need


def _private() -> int:
    """Bytes of memory of this process alone; pages of files that nobody else maps just now are not."""
    rows = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(row.split()[1]) * 1024 for row in rows if row.startswith("Private_Dirty"))


def _told(found: dict[int, dict[str, float]], shapes: int, needs: int) -> None:
    sizes = sorted(found)
    small, large = found[sizes[0]], found[sizes[-1]]
    print(machine())
    print(f"{needs} needs, one in five of an unseen class, pages of 20, the public's land (nine in ten)")
    print(f"{shapes:,} distinct shapes, copied with their profiles")
    for name in ("answer, p50 ms", "answer CPU, p50 ms", "counts alone, p50 ms"):
        print(f"  {name}: {sizes[-1]:,} parcels take {large[name] / small[name]:.1f} times what {sizes[0]:,} take")
    for size in sizes:
        print(f"\n{size:,} parcels")
        for name, value in found[size].items():
            print(f"  {name:40}{value:12.1f}")


if __name__ == "__main__":
    main()

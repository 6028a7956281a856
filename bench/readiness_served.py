"""The served half of ``bench.readiness``: a real table of a million parcels, filtered and sorted by date."""

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from psycopg.types.json import Jsonb
from sqlalchemy import URL, Connection, create_engine, text

from geo.cluster import Running, open_cluster
from geo.derive import dates, readiness
from geo.derive.dates import Asked
from geo.readiness.catalogue import Catalogue
from geo.readiness.catalogue_file import in_use
from geo.readiness.dates import day_after
from geo.readiness.kept import Kept
from geo.readiness.needclass import OWNER_ONLY, NeedClass
from geo.store.database import Database, Role
from geo.store.dated import Dated
from geo.store.upgrade import make_database, upgrade

Counts = Counter[tuple[tuple[str, str], ...]]
RUNS = 9

PARCELS = """
    insert into core.parcel (source, key, origin, market, visibility, digest, synthetic)
    select (select max(id) from core.source), 'B' || n, 'terrain', 'for_sale', 'public', '\\x00', true
    from generate_series(1, :count) n"""
DERIVED = """
    insert into core.parcel_derived (parcel, surface_m2, state_id)
    select p.id, 1000 + p.id % 90000, s.state_id
    from (select id, row_number() over (order by id) as n from core.parcel) p
    join (select n, state_id from unnest(cast(:states as bigint[])) with ordinality u (state_id, n)) s using (n)"""
PAGE = "select id, ready_p80 from parcel where ready_p80 <= :day order by ready_p80, id limit 100"
COUNT = "select count(*) from parcel where ready_p80 <= :day"
BARE_COUNT = """
    select count(*) from core.parcel_derived d join core.readiness r on r.state_id = d.state_id
    where r.need_class = 'owner' and r.as_of = :as_of and r.p80 <= :day"""
BARE_PAGE = """
    select d.parcel, r.p80 from core.readiness r join core.parcel_derived d on d.state_id = r.state_id
    where r.need_class = 'owner' and r.as_of = :as_of and r.p80 <= :day order by r.p80, d.parcel limit 100"""
STATES = text("select id, states::text from core.readiness_state")
CACHED = """
    select state_id, p80 from core.readiness where need_class = :name and as_of = :as_of and catalogue = :catalogue"""


def told(catalogue: Catalogue, counts: Counts, seed: int, as_of: date, project: NeedClass) -> None:
    """Fill a base with these states and tell how long dates take to compute, keep, find, filter and sort."""
    folder = Path(tempfile.mkdtemp(prefix="emprise-bench-"))
    folder.chmod(0o755)
    (folder / "cluster").mkdir(mode=0o755)
    try:
        with open_cluster(folder / "cluster") as running:
            _told(running, catalogue, counts, seed, as_of, project)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _told(running: Running, catalogue: Catalogue, counts: Counts, seed: int, as_of: date, project: NeedClass) -> None:
    query = {"host": str(running.socket_dir), "port": str(running.port)}
    admin = URL.create("postgresql+psycopg", username=running.superuser, database="bench", query=query)
    make_database(admin)
    upgrade(admin, srid=2154)
    _fill(admin, counts, seed)
    database = Database(admin)
    try:
        with database.connection(Role.WORKER) as connection:
            today: date = connection.execute(text("select core.today()")).scalar_one()
        print(f"\na base of {counts.total():,} parcels on {len(counts):,} states, dates of {today}")
        _computed(database, Asked(catalogue, today), project)
        _served(admin, database, today, project)
    finally:
        database.close()


def _fill(admin: URL, counts: Counts, seed: int) -> None:
    """States, parcels and what is derived of them, without the triggers that would have them derived."""
    engine = create_engine(admin)
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text("insert into core.source (dataset) values ('bench')"))
        rows = [{"states": dict(key), "number": number} for number, key in enumerate(counts)]
        connection.execute(
            text("""insert into core.readiness_state (digest, states)
                select decode(md5(number::text), 'hex'), states
                from jsonb_to_recordset(:rows) v (number int, states jsonb) order by number"""),
            {"rows": Jsonb(rows)},
        )
        ids = list(connection.scalars(text("select id from core.readiness_state order by id")))
        order = np.random.default_rng(seed).permutation(np.repeat(ids, list(counts.values())))
        connection.execute(text(PARCELS), {"count": len(order)})
        connection.execute(text(DERIVED), {"states": order.tolist()})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    engine.dispose()


def _computed(database: Database, asked: Asked, project: NeedClass) -> None:
    with database.connection(Role.WORKER) as connection:
        _timed("owner-side dates of all, found, computed, kept", lambda: readiness.keep_for(connection, asked.as_of))
        states = dates.read_states(connection.execute(STATES))
        made = dates.computed(asked, states, {project.key: states}, {project.key: project})
    with database.connection(Role.WORKER) as connection:
        _timed(
            "an unseen class: states read from the base",
            lambda: dates.read_states(connection.execute(STATES)),
        )
        _timed(
            "an unseen class: computed",
            lambda: dates.computed(asked, states, {project.key: states}, {project.key: project}),
        )
        _timed(
            "an unseen class: kept, once the answer is on its way",
            lambda: dates.keep_all(connection, asked, project.key, made),
        )
        _timed("a kept class: found to be kept", lambda: dates.is_kept(connection, asked, project.key))


def _served(admin: URL, database: Database, today: date, project: NeedClass) -> None:
    engine, asked = create_engine(admin), Asked(in_use(), today)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze core.readiness"))
    with engine.connect() as connection:
        connection.execute(text("set jit = off"))
        classes = connection.scalars(text("select distinct need_class from core.readiness")).all()
        values = {"as_of": today, "day": today + timedelta(days=365)}
        for name in classes:
            named = {
                "name": name,
                "as_of": today,
                "catalogue": connection.execute(text("select catalogue from core.readiness limit 1")).scalar_one(),
            }
            label = "owner" if name == OWNER_ONLY else "plant"
            _explained(connection, f"P80 of every state, cached class {label}", CACHED, named)
        _explained(connection, "first 100 by P80 within a year, two tables", BARE_PAGE, values)
        _explained(connection, "count within a year, two tables", BARE_COUNT, values)
    engine.dispose()
    _first_page(database, asked, project)
    with database.connection(Role.PUBLIC) as connection:
        _explained(connection, "first 100 by P80 within a year, the public's view", PAGE, values)
        _explained(connection, "count within a year, the public's view", COUNT, values)


def _first_page(database: Database, asked: Asked, project: NeedClass) -> None:
    """The first page by the P80 of production of a class that nobody asked of, as the service answers it."""
    unseen = replace(project, key=f"{project.key}|unseen")

    def answer() -> None:
        with database.connection(Role.WORKER) as connection:
            assert not dates.is_kept(connection, asked, unseen.key)
            made = dates.of_all(connection, asked, unseen)
        days = {state: _day(asked, kept) for (state, _), kept in made.items()}
        with database.connection(Role.PLANNER) as connection:
            _page(connection, Dated("production", need_class=unseen.key, days=days))

    def cached() -> None:
        with database.connection(Role.WORKER) as connection:
            assert dates.is_kept(connection, asked, project.key)

    _timed("an unseen class: asked, to the first 100 parcels", answer)
    cached()
    _timed("a cached class: all that precedes its page", cached)
    with database.connection(Role.PLANNER) as connection:
        dated = Dated("production", need_class=project.key)
        _page(connection, dated)
        _timed("a cached class: the first 100 parcels of it", lambda: _page(connection, dated))


def _page(connection: Connection, dated: Dated) -> None:
    statement = f"select id from {dated.source()} where {dated.day()} is not null order by {dated.day()}, id limit 100"
    assert len(connection.execute(text(statement), dated.values()).all()) == 100


def _day(asked: Asked, kept: Kept) -> date | None:
    return day_after(asked.as_of, kept.days("production", 0.8) or 0.0)


def _timed(label: str, run: Callable[[], object]) -> None:
    begun, spent = time.perf_counter(), time.process_time()
    run()
    print(
        f"  {label:52}{(time.perf_counter() - begun) * 1e3:9.0f} ms, {(time.process_time() - spent) * 1e3:6.0f} ms CPU"
    )


def _explained(connection: Connection, label: str, statement: str, values: Mapping[str, object]) -> None:
    """Execution time told by the server, the best and the middle of a few, and how it was done."""
    runs: Sequence[tuple[float, dict[str, object]]] = [_plan(connection, statement, values) for _ in range(RUNS)]
    times = sorted(spent for spent, _ in runs)
    plan = runs[-1][1]
    print(f"  {label:52}{times[0]:9.1f} ms best, {times[len(times) // 2]:.1f} middle; {', '.join(_nodes(plan))}")


def _plan(connection: Connection, statement: str, values: Mapping[str, object]) -> tuple[float, dict[str, object]]:
    found = connection.execute(
        text(f"explain (analyze, timing off, buffers, format json) {statement}"), values
    ).scalar_one()
    return float(found[0]["Execution Time"]), found[0]["Plan"]


def _nodes(plan: dict[str, object]) -> list[str]:
    """The scans and joins of a plan, with what they read."""
    told = []
    kind = str(plan["Node Type"])
    if "Scan" in kind or "Join" in kind or "Loop" in kind:
        of = plan.get("Index Name") or plan.get("Relation Name") or ""
        told.append(f"{kind} {of}".strip())
    below = plan.get("Plans", [])
    assert isinstance(below, list)
    for part in below:
        told += _nodes(part)
    return told

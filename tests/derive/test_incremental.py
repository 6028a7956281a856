"""Random edits, then deriving what is marked, give the same rows as deriving everything."""

import random
import threading
from collections.abc import Callable
from datetime import date

import pytest
import shapely
from sqlalchemy import Connection, text

from geo.derive import work
from geo.store.database import Database, Role
from geo.store.merging.merge import ALONE
from tests import land_rows as rows

AS_OF = date(2026, 11, 22)

SNAPSHOT = text("""
    select d.parcel, round(d.scale::numeric, 12), round(d.surface_m2::numeric, 6), st_asewkb(st_normalize(d.buildable)),
           round(d.buildable_m2::numeric, 6), d.profile, d.built, d.touched, d.zone_shares, d.industry, d.industry_rule,
           d.commune_insee, d.covered_by, d.site, r.states,
           (select array_agg((n.kind, n.point, round(n.metres::numeric, 6)) order by n.kind)::text
            from core.parcel_nearest n where n.parcel = d.parcel),
           array(select area from core.parcel_area m where m.parcel = d.parcel order by area),
           s.doc, st_asewkb(s.geom_4326), st_asewkb(s.geom_3857)
    from core.parcel_derived d join core.parcel p on p.id = d.parcel and p.deleted_on is null
    left join core.parcel_served s on s.parcel = d.parcel
    left join core.readiness_state r on r.id = d.state_id
    order by 1
""")


Edit = Callable[[Connection, random.Random, int, shapely.Polygon, tuple[float, float]], object]


def edit(connection: Connection, dice: random.Random, n: int) -> None:
    """One random change of anything that something is derived from."""
    place = rows.square(dice.uniform(-50, 450), dice.uniform(-50, 450), dice.uniform(5, 150))
    corner = dice.uniform(-4_000, 4_000), dice.uniform(-4_000, 4_000)
    kind = dice.choice(list(EDITS))
    EDITS[kind](connection, dice, n, place, corner)


def move(table: str) -> Edit:
    """A change of the geometry of one random row."""

    def moved(connection: Connection, dice: random.Random, *_: object) -> None:
        ids = connection.scalars(text(f"select id from core.{table} order by id")).all()
        if ids:
            change = text(
                f"update core.{table} set geom = st_translate(geom, :x, :y), digest = digest || '\\x00' where id = :id"
            )
            values = {"x": dice.uniform(-90, 90), "y": dice.uniform(-90, 90), "id": dice.choice(ids)}
            connection.execute(change, values)

    return moved


def drop(table: str) -> Edit:
    """One random row less."""

    def dropped(connection: Connection, dice: random.Random, *_: object) -> None:
        ids = connection.scalars(text(f"select id from core.{table} order by id")).all()
        if ids:
            connection.execute(text(f"delete from core.{table} where id = :id"), {"id": dice.choice(ids)})

    return dropped


DROPPED = ("building", "constraint_area", "zone", "network_point", "site", "commune", "named_area")
MOVED = ("parcel", *DROPPED)
EDITS: dict[str, Edit] = {
    "parcel": lambda c, d, n, place, _: rows.parcel(
        c,
        f"T{n}",
        place,
        origin=d.choice(("terrain", "cadastre")),
        stade_amngt=d.choice((None, "viabilisé et aménagé")),
    ),
    "point": lambda c, d, n, place, _: rows.parcel(
        c, f"P{n}", geom=None, location=rows.ewkb(place.centroid), commune_insee=d.choice((None, "69001"))
    ),
    "named site": lambda c, d, n, *_: c.execute(
        text("update core.parcel set site_key = :k where id % 3 = :r"), {"k": d.choice((None, "A", "B")), "r": n % 3}
    ),
    "site": lambda c, d, n, place, _: rows.site(c, d.choice(("A", "B")) + d.choice(("", str(n))), place),
    "rekey site": lambda c, d, n, *_: c.execute(
        text("update core.site set key = :k where id = (select max(id) from core.site)"), {"k": f"R{n}"}
    ),
    "commune": lambda c, d, n, place, _: rows.commune(c, d.choice(("69001", "69002")), place, name=f"Commune {n}"),
    "rename": lambda c, d, n, *_: c.execute(text("update core.organisation set name = :n"), {"n": f"Agence {n}"}),
    "building": lambda c, d, n, place, _: rows.building(c, f"B{n}", place),
    "coverage": lambda c, d, n, place, _: rows.coverage(c, "buildings", place),
    "constraint": lambda c, d, n, place, _: rows.constraint(
        c, f"C{n}", place, clearance_m=d.choice((0, 20)), effect=d.choice(("forbids", "restricts"))
    ),
    "prescription": lambda c, d, n, place, _: rows.constraint(
        c,
        f"P{n}",
        place,
        document=c.scalar(text("select min(id) from core.planning_document")),
        kind="use_forbidden",
        code="PSC 50-00",
        effect=d.choice(("forbids", "restricts")),
        industry=d.choice(("forbidden", "unknown", None)),
    ),
    "state": lambda c, d, *_: c.execute(
        text("update core.planning_document set state = :state"), {"state": d.choice(("planned", "in_force"))}
    ),
    "zone": lambda c, d, n, place, _: rows.zone(c, f"Z{n}", place, d.choice(("allowed", "forbidden", "unknown"))),
    "substation": lambda c, d, n, _, corner: rows.substation(c, f"S{n}", *corner, free_mw=d.choice((None, 5))),
    "network": lambda c, d, n, _, corner: rows.substation(
        c, f"N{n}", *corner, kind=d.choice(("airport", "station", "freight_station+station"))
    ),
    "other kind": lambda c, d, n, *_: c.execute(
        text("""update core.network_point set kind = :kind, voltage_kv = :kv
            where id = (select min(id) + :n from core.network_point)"""),
        {"n": n % 3, "kind": d.choice(("substation", "airport", "quay")), "kv": d.choice((None, 20, 90))},
    ),
    "area": lambda c, d, n, place, _: rows.area(c, d.choice(("scot", "afr")), d.choice(("1", "2")), place),
    "listed area": lambda c, d, n, *_: rows.area_commune(c, "afr", d.choice(("2", "3")), d.choice(("69001", "69002"))),
    "unlisted": lambda c, d, *_: c.execute(
        text("delete from core.area_commune where insee = :insee"), {"insee": d.choice(("69001", "69002"))}
    ),
    "fact": lambda c, d, n, *_: c.execute(
        text("update core.parcel set name = :n where id % 2 = :r"), {"n": f"N{n}", "r": n % 2}
    ),
    "delete": lambda c, d, n, *_: c.execute(
        text("update core.parcel set deleted_on = '2026-01-01' where id = (select max(id) from core.parcel)")
    ),
    "retire": lambda c, d, n, *_: c.execute(
        text("update core.planning_document set retired_on = :on"), {"on": d.choice((None, date(2026, 1, 1)))}
    ),
    "step": lambda c, d, n, *_: c.execute(
        text("""insert into core.step_state (parcel, step, state, effective_on, actor)
            select id, 'VRD', :state, '2026-01-01', 'test' from core.parcel limit 1"""),
        {"state": d.choice(("done", "to_do"))},
    ),
    **{f"move {table}": move(table) for table in MOVED},
    **{f"drop {table}": drop(table) for table in DROPPED},
}


@pytest.mark.parametrize("seed", range(4))
def test_incremental_equals_everything(database: Database, seed: int) -> None:
    dice = random.Random(seed)
    with database.connection(Role.WORKER) as connection:
        agency = rows.organisation(connection, "Agence")
        for n in range(8):
            rows.parcel(connection, f"start{n}", rows.square(60 * (n % 4), 120 * (n // 4), 100), responsible=agency)
    for round_ in range(6):
        with database.connection(Role.WORKER) as connection:
            for n in range(5):
                edit(connection, dice, 100 * (round_ + 1) + n)
        work.derive(database, as_of=AS_OF)
        with database.connection(Role.WORKER) as connection:
            incremental = connection.execute(SNAPSHOT).all()
        work.derive(database, as_of=AS_OF, everything=True)
        with database.connection(Role.WORKER) as connection:
            everything = connection.execute(SNAPSHOT).all()
        assert len(incremental) >= 6
        assert incremental == everything


def test_what_a_merge_could_not_see_is_derived_after_it(database: Database) -> None:
    """A parcel added while a merge runs is not marked by it: derived too early, it would miss the merged layer."""
    with database.connection(Role.WORKER) as connection:
        rows.parcel(connection, "there")
        rows.import_row(connection)
    with database.connection(Role.WORKER) as merging:
        merging.execute(ALONE)
        rows.constraint(merging, "flood", rows.square(0, 0, 1_000), effect="forbids")
        with database.connection(Role.WORKER) as editing:
            added = rows.parcel(editing, "added")
        deriving = threading.Thread(target=work.derive, args=(database,), kwargs={"as_of": AS_OF})
        deriving.start()
        deriving.join(timeout=2)
        assert deriving.is_alive(), "it waits for the merge"
    deriving.join(timeout=60)
    with database.connection(Role.WORKER) as connection:
        left = text("select buildable_m2 from core.parcel_derived where parcel = :id")
        assert connection.scalar(left, {"id": added}) == 0

"""How cadastral parcels follow one another from one version of the cadastre to the next.

A parcel of the older version that the newer file does not hold is *gone* when newer parcels cover nearly all of it, or
when the DGFiP's own filiation says so; a parcel that is merely absent (an extract, a missing sheet) is not.
Offered land never moves for it: what touches it is asked of a planner (geo/store/lineage/review.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo.store.layers import LAYERS
from geo.store.lineage import questions
from geo.store.merging.staging import communes, stage, unsaid


@dataclass(frozen=True, slots=True)
class Followed:
    """How many cadastral parcels were retired, by what became of them, and how many questions that raised."""

    retired: int = 0
    split: int = 0
    merge: int = 0
    renumbered: int = 0
    redrawn: int = 0
    reviews: int = 0


CADASTRE = LAYERS["cadastre"]
COVERED = 0.9
"""Share of a missing parcel that newer ones must cover for it to be gone: surveys move limits by a few percent."""
TOUCHED = 0.01
"""Below this share of the old parcel, two versions are only drawn differently, unless what they share is most of the
new parcel: a strip."""
SAME = 0.99
"""Intersection over union from which two drawings are one outline."""

# What the file's communes had and the file has not; and what lies under its new parcels in communes it does not hold:
# a commune that was absorbed changed the numbers of all its parcels.
GONE = f"""
    create temporary table gone on commit drop as
    with box as ({{boxes}})
    select c.id, c.idu as key, c.geom, c.import from {unsaid(CADASTRE)} c
    where c.retired_on is null and not exists (select from {stage(CADASTRE)} s where s.idu = c.idu)
      and c.commune_insee in ({communes(CADASTRE)})
    union
    select c.id, c.idu, c.geom, c.import from box join core.cadastral_parcel c on c.geom && box
    where c.retired_on is null and c.import < :import
      and c.commune_insee not in ({communes(CADASTRE)})
      and exists (select from core.cadastral_parcel f where f.import = :import
                  and f.geom && c.geom and st_intersects(f.geom, st_pointonsurface(c.geom)))"""
# What many new parcels lie on is looked for in their communes, what a few lie on, below each.
OF_COMMUNES = """
    select st_setsrid(st_extent(f.geom)::geometry, max(st_srid(f.geom))) as box
    from core.cadastral_parcel f where f.import = :import group by f.commune_insee"""
OF_EACH = "select f.geom as box from core.cadastral_parcel f where f.import = :import"
FEW = 50_000
WRITTEN = text(f"""
    select count(*) from (select from core.cadastral_parcel where import = :import limit {FEW + 1}) f""")

FORMER = text("""
    select exists (select from core.cadastral_parcel where import < :import)
        or exists (select from core.cadastral_parcel where import > :import)""")
STANDING = "(select id, idu as key, geom, import from core.cadastral_parcel where retired_on is null)"

# Newer than the parcel that is gone, be it from this file or from another sheet's.
PAIRS = f"""
    create temporary table pair on commit drop as
    select g.key as old, g.id as old_id, f.key as new, f.id as new_id, i.piece,
           st_area(i.piece) / st_area(g.geom) as share,
           st_area(i.piece) < 0.5 * least(st_area(g.geom), st_area(f.geom)) as sliver,
           st_area(i.piece) >= {SAME} * (st_area(g.geom) + st_area(f.geom) - st_area(i.piece)) as same
    from gone g
    join {{fresh}} f on f.geom && g.geom and f.import > g.import and f.key <> g.key and st_intersects(f.geom, g.geom)
    cross join lateral (select st_intersection(f.geom, g.geom) as piece offset 0) i
    where st_area(i.piece) >= least({TOUCHED} * st_area(g.geom), 0.5 * st_area(f.geom))"""

# Where neighbours overlap as drawn, a parcel that found its like did not also become a piece of the next one.
SLIVERS = """
    delete from pair where sliver and (old_id in (select old_id from pair where same)
                                       or new in (select new from pair where same))"""

# Newer parcels may lie over one another, when two versions in a row came in pieces.
COVERED_ONES = f"""
    select p.old_id from pair p join gone g on g.id = p.old_id group by p.old_id, g.geom
    having sum(p.share) >= {COVERED} and st_area(st_union(p.piece)) >= {COVERED} * st_area(g.geom)"""

# What the filiation says of parcels that are not there any more: daughters, and daughters of daughters that are gone
# as well, down to those that stand.
FILIATION = """
    create temporary table filial on commit drop as
    with recursive line(old, new, depth) as (
        select g.key, d, 1 from gone g join core.filiation f on f.mothers @> array[g.key]
        cross join unnest(f.daughters) d
        union
        select l.old, d, l.depth + 1 from line l
        join core.filiation f on f.mothers @> array[l.new] cross join unnest(f.daughters) d
        where l.depth < 20 and not exists (
            select from core.cadastral_parcel c where c.idu = l.new and c.retired_on is null
            and not exists (select from gone g where g.key = c.idu)))
    select distinct l.old, c.idu as new from line l
    join core.cadastral_parcel c on c.idu = l.new and c.retired_on is null
    where c.idu <> l.old and not exists (select from gone g where g.key = c.idu)"""

# Land that passed into the public domain has mothers and no daughters: gone, and nothing takes its place.
DEAD = f"""
    create temporary table dead on commit drop as
    select key from gone g where exists (select from filial f where f.old = g.key)
       or exists (select from core.filiation f where f.mothers @> array[g.key] and f.daughters = '{{}}')
       or g.id in ({COVERED_ONES})"""

LINEAGE = """
    insert into core.cadastral_lineage (old, new, share, cause, basis)
    select old, new, least(share, 1), case
            when news > 1 and olds > 1 then 'redrawn' when news > 1 then 'split' when olds > 1 then 'merge'
            when same then 'renumbered' when basis = 'filiation' and share is null then 'renumbered'
            else 'redrawn' end, basis
    from (
        select l.*, count(*) over (partition by old) as news, count(*) over (partition by new) as olds
        from (select coalesce(f.old, p.old) as old, coalesce(f.new, p.new) as new, p.share,
                     coalesce(p.same, false) as same,
                     case when f.old is null then 'overlap' else 'filiation' end as basis
              from filial f full join pair p on p.old = f.old and p.new = f.new
              where f.old is not null or not exists (select from filial k where k.old = p.old)) l
        where old in (select key from dead)) n
    on conflict (old, new) do update set share = excluded.share, cause = excluded.cause, basis = excluded.basis
    returning old, new, cause"""

RETIRE = """
    update core.cadastral_parcel set retired_on = core.today() where idu in (select key from dead)"""
# A number that is in the file again stands, and has no successors.
BACK = f"""
    with back as (
        update core.cadastral_parcel c set retired_on = null, import = :import
        where retired_on is not null and exists (select from {stage(CADASTRE)} s where s.idu = c.idu) returning idu)
    delete from core.cadastral_lineage where old in (select idu from back)"""

# The same number with another outline: the history of this transaction has the one before.
REDRAWN = f"""
    select c.idu from core.cadastral_parcel c
    join core.history h on h.relation = 'cadastral_parcel' and h.row_id = c.id
    cross join lateral (select st_geomfromewkb(decode(h.before ->> 'geom', 'hex')) as geom) b
    where h.op = 'update' and h.at = now() and h.before ? 'geom' and c.import = :import
      and st_area(st_intersection(c.geom, b.geom))
          < {SAME} * (st_area(c.geom) + st_area(b.geom) - st_area(st_intersection(c.geom, b.geom)))"""

# What land is asked about: of each parcel that is gone or redrawn, what took its place (nothing: null) and how.
NEWS = """
    create temporary table news on commit drop as
    select old, new, cause from core.cadastral_lineage where old in (select key from dead)
    union all select key, null, 'redrawn' from dead where key not in (select old from core.cadastral_lineage)
    union all select idu, idu, 'redrawn' from ({redrawn}) r"""


def stand_again(connection: Connection, statement: str, values: Mapping[str, int]) -> None:
    """Bring back what ended and is in the file again.

    Few have ended, no statistics tell how few, and looking for each of them in all of the file takes minutes.
    """
    connection.execute(text("set local enable_nestloop = off"))
    connection.execute(text(statement), values)
    connection.execute(text("set local enable_nestloop = on"))


def after_cadastre(connection: Connection, import_id: int) -> Followed:
    """Retire what the merged file (its rows still staged) shows to be gone, and ask about offered land."""
    values = {"import": import_id}
    if not connection.scalar(FORMER, values):
        return Followed()
    stand_again(connection, BACK, values)
    few = (connection.scalar(WRITTEN, values) or 0) <= FEW
    connection.execute(text(GONE.format(boxes=OF_EACH if few else OF_COMMUNES)), values)
    connection.execute(text("analyze gone"))
    for statement in (PAIRS.format(fresh=STANDING), SLIVERS, FILIATION, DEAD):
        connection.execute(text(statement))
    causes = [line.cause for line in connection.execute(text(LINEAGE))]
    retired = connection.execute(text(RETIRE)).rowcount
    connection.execute(text(NEWS.format(redrawn=REDRAWN)), values)
    reviews = questions.ask(connection)
    connection.execute(text("drop table gone, pair, filial, dead, news"))
    return Followed(
        retired=retired,
        reviews=reviews,
        **{cause: causes.count(cause) for cause in ("split", "merge", "renumbered", "redrawn")},
    )

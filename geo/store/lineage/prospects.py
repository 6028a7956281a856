"""Prospects (cadastral parcels taken as land) from one version of the cadastre to the next."""

from collections.abc import Mapping

from sqlalchemy import Connection, text

from geo.store.layers import LAYERS
from geo.store.lineage.lineage import COVERED_ONES, PAIRS, SLIVERS, Followed, stand_again
from geo.store.merging.staging import communes, stage, unsaid
from geo.store.merging.whose import own, shown

PARCELS = LAYERS["parcels"]

# Those of the file's communes, and those that lie under its rows in a commune that was absorbed.
GONE = f"""
    create temporary table gone on commit drop as
    select p.id, p.key, p.geom, p.import from {unsaid(PARCELS)} p
    where p.source = :source and p.origin = 'cadastre' and p.deleted_on is null and p.geom is not null and {own("p")}
      and not exists (select from {stage(PARCELS)} s where s.key = p.key)
      and (p.commune_insee in ({communes(PARCELS, "origin = 'cadastre'")})
           or exists (select from fresh f
                      where f.geom && p.geom and st_intersects(f.geom, st_pointonsurface(p.geom))))"""
# What the file brings: before its merge, rows with keys that are not there yet; after it, those that it wrote.
COMING = f"""
    create temporary table fresh on commit drop as
    select s.key, s.geom from {stage(PARCELS)} s
    where s.origin = 'cadastre' and s.geom is not null
      and not exists (select from core.parcel p where p.source = :source and p.key = s.key)"""
WRITTEN = """
    create temporary table fresh on commit drop as
    select p.key, p.geom from core.parcel p
    where p.source = :source and p.import = :import and p.origin = 'cadastre' and p.geom is not null"""
STANDING = text("""
    select exists (select from core.parcel p
                   where p.source = :source and p.origin = 'cadastre' and p.import is distinct from :import)""")
NEWEST = 2**63 - 1
STAGED = f"(select 0 as id, key, geom, {NEWEST} as import from fresh)"

# The drawing is the same and nothing else took its place: another number for the same land.
REKEY = """
    update core.parcel p set key = r.new, cadastral_ids = array[r.new], raw = null
    from (select old_id, new from pair where same
          and old_id in (select old_id from pair group by 1 having count(*) = 1)
          and new in (select new from pair group by 1 having count(*) = 1)) r
    where p.id = r.old_id"""


def before_merge(connection: Connection, source: int) -> int:
    """Prospects that are only renumbered take their new number, and stay the parcels they are; how many."""
    if not connection.scalar(STANDING, {"source": source, "import": None}):
        return 0
    _gone(connection, COMING, {"source": source})
    _pair(connection, STAGED)
    renumbered = connection.execute(text(REKEY)).rowcount
    connection.execute(text("drop table fresh, gone, pair"))
    return renumbered


def _gone(connection: Connection, fresh: str, values: Mapping[str, int]) -> None:
    connection.execute(text(fresh), values)
    connection.execute(text("create index on fresh using gist (geom)"))
    connection.execute(text("analyze fresh"))
    connection.execute(text(GONE), values)
    connection.execute(text("analyze gone"))


def _pair(connection: Connection, newer: str) -> None:
    connection.execute(text(PAIRS.format(fresh=newer)))
    connection.execute(text(SLIVERS))


# A prospect that a load ended, and that is in the file again, stands again.
BACK = f"""
    with back as (
        update core.parcel p set deleted_on = null, import = :import
        where p.source = :source and p.origin = 'cadastre' and p.deleted_on is not null
          and exists (select from core.parcel_lineage l where l.old = p.id)
          and exists (select from {stage(PARCELS)} s where s.key = p.key) returning id)
    delete from core.parcel_lineage where old in (select id from back)"""

MERGED = f"""(select p.id, p.key, p.geom, p.import from core.parcel p
    where p.source = {{source}} and p.deleted_on is null and {own("p")})"""

LINES = f"""
    create temporary table line on commit drop as
    select p.*, case when count(*) over (partition by old) > 1 and count(*) over (partition by new) > 1 then 'redrawn'
        when count(*) over (partition by old) > 1 then 'split' when count(*) over (partition by new) > 1 then 'merge'
        else 'redrawn' end as cause
    from pair p where old_id in ({COVERED_ONES})"""

# What a planner or a project has said of a prospect is not dropped with it.
KNOWN = """
    (p.overrides <> '{}' or exists (select from core.commitment c where c.parcel = p.id)
     or exists (select from core.step_state s where s.parcel = p.id))"""
ASK = f"""
    insert into core.cadastral_review (parcel, cause, old_ids, new_ids)
    select l.old_id, min(l.cause), array[min(l.old)], array_agg(l.new order by l.new)
    from line l join core.parcel p on p.id = l.old_id where {KNOWN} group by l.old_id
    on conflict (parcel) where decision is null do update set new_ids = excluded.new_ids"""
ENDED = f"select l.* from line l join core.parcel p on p.id = l.old_id where not {KNOWN}"
END = f"update core.parcel set deleted_on = core.today() where id in (select old_id from ({ENDED}) l)"
DESCENT = f"""
    insert into core.parcel_lineage (old, new, share, cause, "on")
    select old_id, new_id, least(share, 1), cause, core.today() from ({ENDED}) l on conflict do nothing
    returning cause"""


def after_merge(connection: Connection, source: int, import_id: int) -> Followed:
    """Prospects whose cadastral parcel is gone end, with what took their place; those someone knows are asked about."""
    values = {"source": source, "import": import_id}
    if not connection.scalar(STANDING, values):
        return Followed()
    stand_again(connection, BACK, values)
    _gone(connection, WRITTEN, values)
    _pair(connection, MERGED.format(source=int(source)))
    connection.execute(text(LINES))
    reviews = connection.execute(text(ASK)).rowcount
    causes = list(connection.scalars(text(DESCENT)))
    retired = connection.execute(text(END)).rowcount
    connection.execute(text("drop table fresh, gone, pair, line"))
    counts = {cause: causes.count(cause) for cause in ("split", "merge", "redrawn")}
    return Followed(retired=retired, reviews=reviews, **counts)


ANY = text("select exists (select from core.parcel where origin = 'cadastre')")
# As geo.derive.place has it: offered land that covers at least half of a prospect stands for it.
COVERED = text(f"""
    select count(distinct p.id)
    from core.parcel q join core.parcel p on p.geom && q.geom and st_intersects(p.geom, q.geom)
    left join core.parcel_derived d on d.parcel = p.id
    where q.import = :import and q.origin <> 'cadastre' and q.deleted_on is null
      and p.origin = 'cadastre' and p.deleted_on is null and d.covered_by is null and {shown("p")}
      and st_area(st_intersection(q.geom, p.geom)) >= 0.5 * st_area(p.geom)""")


def covered(connection: Connection, import_id: int) -> int:
    """How many prospects, which no offered land covered so far, those of an import stand for from now on."""
    if not connection.scalar(ANY):
        return 0
    return connection.scalar(COVERED, {"import": import_id}) or 0

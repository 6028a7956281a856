"""Plans as documents: which version each row belongs to, and from which day to which each version counts."""

from collections.abc import Sequence

from sqlalchemy import Connection, Row, text

from geo.store.merging.staging import analyze_shown

COVERED = 0.9
"""Share of an older plan's zones from which a newer plan of other rows takes its place (a PLUi over the PLUs)."""


def in_force(day: str, plan: str = "k") -> str:
    """SQL: the planning_document ``plan`` counts on ``day`` (an SQL expression)."""
    return (
        f"({plan}.state = 'in_force' and ({plan}.enforceable_on is null or {plan}.enforceable_on <= {day}) "
        f"and ({plan}.retired_on is null or {plan}.retired_on > {day}))"
    )


def documents(connection: Connection, staging: str, source: int) -> list[int]:
    """Make the plans that rows of ``staging`` belong to known, give each row its ``document``; the plans' ids.

    A version is known by its partition and the day it was approved. What a file does not say of a plan that is
    there already stays as it was.
    """
    for statement in (MADE, TOLD, LINKED):
        connection.execute(text(statement.format(staging=staging)), {"source": source})
    analyze_shown(connection, staging)  # counted before, no row had a document: each old row would be sought in all
    found = connection.scalars(text(f"select distinct document from {staging} where document is not null order by 1"))
    return list(found)


_SAID = """
    select partition, approved_on, approved_on is null and coalesce(plan_state, '') = 'planned' as draft,
           max(idurba) as idurba, max(plan_kind) as kind, max(plan_etat) as etat, max(plan_state) as state,
           min(enforceable_on) as enforceable_on, min(plan_ended_on) as ended_on
    from {staging} group by 1, 2, 3"""
_SAME = """k.partition = {row}.partition and k.approved_on is not distinct from {row}.approved_on
    and (k.approved_on is not null or (k.state = 'planned') = {draft})"""

MADE = f"""
    insert into core.planning_document
        (source, partition, idurba, kind, etat, state, approved_on, enforceable_on, ended_on)
    select :source, partition, idurba, kind, etat, coalesce(state, 'in_force'), approved_on,
           coalesce(enforceable_on, approved_on), ended_on
    from ({_SAID}) s
    where not exists (
        select from core.planning_document k where {_SAME.format(row="s", draft="s.draft")})
    order by partition, approved_on"""

TOLD = f"""
    update core.planning_document k set
        idurba = coalesce(s.idurba, k.idurba), kind = coalesce(s.kind, k.kind), etat = coalesce(s.etat, k.etat),
        state = coalesce(s.state, k.state), enforceable_on = coalesce(s.enforceable_on, k.enforceable_on),
        ended_on = coalesce(s.ended_on, k.ended_on)
    from ({_SAID}) s
    where {_SAME.format(row="s", draft="s.draft")}
      and (coalesce(s.idurba, k.idurba), coalesce(s.kind, k.kind), coalesce(s.etat, k.etat),
           coalesce(s.state, k.state), coalesce(s.enforceable_on, k.enforceable_on),
           coalesce(s.ended_on, k.ended_on))
          is distinct from (k.idurba, k.kind, k.etat, k.state, k.enforceable_on, k.ended_on)"""

LINKED = f"""
    update {{staging}} s set document = k.id from core.planning_document k
    where {_SAME.format(row="s", draft="(coalesce(s.plan_state, '') = 'planned')")}"""


def settle(connection: Connection, loaded: Sequence[int]) -> None:
    """Say from which day each plan near the ``loaded`` ones no longer counts; the order of loading plays no part.

    A plan that holds zones and stands retires, from the day it is enforceable: the version before it of the same
    partition, and any plan of another partition whose zones it covers to 90 % (a PLUi the PLUs of its communes; a
    PSMV neither retires nor is retired so). An undated plan is taken for older than every dated one, because it
    cannot be shown to be newer. A draft ends when a version approved after it stands. A plan ends at the latest on
    the day it states itself.
    """
    connection.execute(text(RETIRED), {"loaded": list(loaded), "covered": COVERED})


RETIRED = """
    with near as (
        select k.id from core.planning_document k
        where k.partition in (select partition from core.planning_document where id = any(:loaded))
        union
        select distinct o.document from core.zone z
        join core.zone o on o.geom && z.geom and o.document <> z.document
        where z.document = any(:loaded)
        union  -- what a loaded plan had retired before it lost the zones in question
        select o.id from core.planning_document o join core.planning_document n on n.id = any(:loaded)
            and o.retired_on = n.enforceable_on),
    standing as (
        select k.* from core.planning_document k
        where k.state = 'in_force' and k.enforceable_on is not null
          and exists (select from core.zone z where z.document = k.id)),
    next as (
        select o.id, min(n.enforceable_on) as on_day
        from core.planning_document o join standing n on n.partition = o.partition and n.id <> o.id
        where o.id in (select id from near) and case o.state
            when 'planned' then n.approved_on
                >= coalesce(o.approved_on, (o.loaded_at at time zone 'Europe/Paris')::date)
            else o.enforceable_on is null or (n.enforceable_on, n.approved_on) > (o.enforceable_on, o.approved_on) end
        group by 1),
    shared as (
        select o.id, n.id as newer, n.enforceable_on, sum(st_area(st_intersection(a.geom, b.geom))) as area
        from core.planning_document o
        join core.zone a on a.document = o.id
        join core.zone b on b.geom && a.geom and st_intersects(b.geom, a.geom)
        join standing n on n.id = b.document
        where o.id in (select id from near) and o.state = 'in_force' and n.partition <> o.partition
          and n.kind is distinct from 'PSMV' and o.kind is distinct from 'PSMV'
          and (o.enforceable_on is null or n.enforceable_on > o.enforceable_on
               or (n.enforceable_on = o.enforceable_on and n.kind = 'PLUi' and o.kind is distinct from 'PLUi'))
        group by 1, 2, 3),
    covered as (
        select s.id, min(s.enforceable_on) as on_day from shared s
        where s.area >= :covered * (select sum(st_area(geom)) from core.zone where document = s.id)
        group by 1)
    update core.planning_document k set retired_on = r.on_day
    from (select near.id, least(d.ended_on, next.on_day, covered.on_day) as on_day
          from near join core.planning_document d using (id) left join next using (id) left join covered using (id)) r
    where r.id = k.id and k.retired_on is distinct from r.on_day"""


def described(connection: Connection, ids: Sequence[int]) -> Sequence[Row[tuple[object, ...]]]:
    """Each plan: partition, kind, state, its days, and the partitions and days of the plans it retires."""
    return connection.execute(text(DESCRIBED), {"ids": list(ids)}).all()


DESCRIBED = """
    select k.id, k.partition, k.kind, k.state, k.approved_on, k.enforceable_on, k.retired_on,
           (select count(*) from core.zone z where z.document = k.id) as zones,
           (select min(n.enforceable_on) from core.planning_document n
            where n.partition = k.partition and n.state = 'in_force' and n.id <> k.id) as dated,
           coalesce((
               select array_agg(distinct o.partition order by o.partition) from core.planning_document o
               where o.id <> k.id and o.state = 'in_force' and o.retired_on = k.enforceable_on and k.state = 'in_force'
                 and (o.partition = k.partition or exists (
                     select from core.zone a join core.zone b on b.geom && a.geom
                     where a.document = o.id and b.document = k.id))), '{}') as retires
    from core.planning_document k where k.id = any(:ids) order by k.partition, k.approved_on nulls last, k.id"""


def replaced_by(connection: Connection, plans: Sequence[int]) -> list[int]:
    """The standing plans that ``plans`` would retire if they came into force: same partition, or covered by them."""
    return list(connection.scalars(text(REPLACED), {"plans": list(plans), "covered": COVERED}))


REPLACED = """
    select o.id from core.planning_document o
    where o.state = 'in_force' and o.id <> all(:plans) and exists (select from core.zone z where z.document = o.id)
      and (exists (select from core.planning_document n where n.id = any(:plans) and n.partition = o.partition)
           or (o.kind is distinct from 'PSMV' and exists (
               select from core.planning_document n where n.id = any(:plans) and n.kind is distinct from 'PSMV'
               and :covered * (select sum(st_area(geom)) from core.zone where document = o.id) <= (
                   select sum(st_area(st_intersection(a.geom, b.geom)))
                   from core.zone a join core.zone b on b.geom && a.geom and st_intersects(b.geom, a.geom)
                   where a.document = o.id and b.document = n.id))))
    order by o.id"""

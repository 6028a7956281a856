"""Which offered land a change of the cadastre touches: its references follow a renumbering, all else is asked.

What changed stands in the temporary table ``news`` (old, new, cause): cadastral parcels and what took their place.
"""

from sqlalchemy import Connection, text

from geo.store.merging.whose import shown

# Land that names a parcel or lies on it. A question that is open already leads on by itself (review.py).
TOUCHING = """
    select p.id as parcel, array_agg(distinct l.old) as old_ids,
           array_agg(distinct l.new) filter (where l.new is not null) as new_ids,
           case when count(distinct l.cause) = 1 then min(l.cause) else 'redrawn' end as cause,
           bool_or(p.cadastral_ids @> array[l.old]) as names_it
    from news l
    join lateral (
        select id from core.parcel q where q.cadastral_ids @> array[l.old]
        union select c.parcel from core.parcel_cadastral c where c.idu = l.old and c.share >= 0.05) t on true
    join core.parcel p on p.id = t.id and p.deleted_on is null and p.origin <> 'cadastre' and {of}
    group by p.id"""

# What was only renumbered asks nothing: references follow, as an override, so that a file that still says the old
# numbers does not bring them back.
RENUMBER = """
    update core.parcel p set cadastral_ids = r.ids,
        overrides = core.overriding(p.overrides, 'cadastral_ids', to_jsonb(r.ids), to_jsonb(p.cadastral_ids))
    from (select q.id, array(
            select coalesce(core.renumbered_as(i.idu), i.idu)
            from unnest(q.cadastral_ids) with ordinality i(idu, place) order by i.place) as ids
          from core.parcel q join ({touching}) t on t.parcel = q.id and t.cause = 'renumbered') r
    where p.id = r.id and p.cadastral_ids <> r.ids"""

# References of land that is not the loader's own stay: its people are asked.
ASK = """
    insert into core.cadastral_review (parcel, cause, old_ids, new_ids)
    select parcel, cause, old_ids, coalesce(new_ids, '{{}}') from ({touching}) t
    where cause <> 'renumbered' or names_it
    on conflict (parcel) where decision is null do update set
        cause = case when cadastral_review.cause = excluded.cause then excluded.cause else 'redrawn' end,
        old_ids = array(select distinct unnest(cadastral_review.old_ids || excluded.old_ids) order by 1),
        new_ids = array(select distinct unnest(cadastral_review.new_ids || excluded.new_ids) order by 1)
    returning parcel"""
TOLD = f"with asked as ({ASK}) select count(*) from asked a join core.parcel p on p.id = a.parcel where {shown('p')}"


def ask(connection: Connection, of: str = "true") -> int:
    """Let references follow, and ask about the rest of the land that ``news`` touches and ``of`` (SQL of the parcel
    ``p``) holds for; how many questions, but for those about land that who loads may not know of."""
    touching = TOUCHING.format(of=of)
    connection.execute(text(RENUMBER.format(touching=touching)))
    return connection.scalar(text(TOLD.format(touching=touching))) or 0


# Land whose outline is that of its cadastral parcels, and whose source names others now that are not all in the base:
# the outline stays (geo.store.merging.merge). What it named before is in the history of this transaction.
NAMED = f"""
    with asked as (
        insert into core.cadastral_review (parcel, cause, old_ids, new_ids)
        select distinct on (p.id) p.id, 'named',
            array(select jsonb_array_elements_text(h.before -> 'cadastral_ids')), p.cadastral_ids
        from core.history h join core.parcel p on p.id = h.row_id
        where h.relation = 'parcel' and h.op = 'update' and h.at = now() and h.before ? 'cadastral_ids'
          and not h.before ? 'geom' and p."import" = :import and p.outline = 'cadastre' and p.deleted_on is null
          and (p.cadastral_ids = '{{}}' or exists (
              select from unnest(p.cadastral_ids) i where not exists (
                  select from core.cadastral_parcel c where c.idu = i and c.retired_on is null)))
        order by p.id, h.id
        on conflict (parcel) where decision is null do update set cause = 'named', new_ids = excluded.new_ids
        returning parcel)
    select count(*) from asked a join core.parcel p on p.id = a.parcel where {shown("p")}"""


def ask_of_named(connection: Connection, import_id: int) -> int:
    """Ask about land whose file names cadastral parcels that are not in the base; how many questions."""
    return connection.scalar(text(NAMED), {"import": import_id}) or 0


# Land of this load that names parcels that are gone, but for what was decided already.
LATE = """
    create temporary table news on commit drop as
    select distinct c.idu as old, k.new, coalesce(k.cause, 'redrawn') as cause
    from core.parcel p cross join unnest(p.cadastral_ids) i(idu)
    join core.cadastral_parcel c on c.idu = i.idu and c.retired_on is not null
    left join core.cadastral_lineage k on k.old = c.idu
    where p.import = :import"""
UNDECIDED = """p.import = {import_id} and p.cadastral_ids @> array[l.old] and not exists (
    select from core.cadastral_review r where r.parcel = p.id and r.old_ids @> array[l.old])"""


def ask_of_late(connection: Connection, import_id: int) -> int:
    """Ask about land whose file names cadastral parcels that were gone before it came; how many questions."""
    connection.execute(text(LATE), {"import": import_id})
    asked = ask(connection, UNDECIDED.format(import_id=int(import_id)))
    connection.execute(text("drop table news"))
    return asked

"""What a planner decides for offered land whose cadastral parcels changed: keep, follow or split."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection, text


class Decision(StrEnum):
    """keep: the outline stays and its references are the cadastral parcels that stand on it today; follow: references
    and outline are those of the new cadastral parcels; split: each new cadastral parcel becomes a parcel of its own.
    """

    KEEP = "keep"
    FOLLOW = "follow"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Review:
    """One open question; its ``cause`` is ``named`` where the source itself names other cadastral parcels now.

    ``within`` are the cadastral parcels standing today that lie in the offered land at least by half (all of them,
    where it has no outline); surfaces are m2 on the ground of the outline as it is and as it would be by following.
    ``became`` are the parcels standing today in the place of ``old_ids``, each with the share of it (0 to 1) that lies
    in the offered land, None where that has no outline. ``origin`` is that of the parcel.
    """

    id: int
    parcel: int
    origin: str
    name: str | None
    cause: str
    old_ids: list[str]
    within: list[str]
    became: dict[str, float | None]
    found_on: date
    surface_m2: float | None
    following_m2: float | None


class NotDecided(Exception):  # noqa: N818 - it says what cannot be done
    """A decision that cannot be taken; ``code`` says why (review.unknown, review.nothing_new,
    review.one_piece, review.not_in_base)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# The parcels that stand on the land in question: new ones, and the parcel's other references, half inside it.
WITHIN = """
    left join lateral (
        select array_agg(c.idu order by c.idu) as ids, st_union(c.geom) as geom
        from core.cadastral_parcel c
        where c.retired_on is null
          and (c.idu = any(core.standing_for(r.new_ids))
               or (c.idu = any(p.cadastral_ids) and c.idu <> all(r.old_ids)))
          and (p.geom is null or r.cause = 'named' or (
              c.geom && p.geom and st_area(st_intersection(c.geom, p.geom)) >= 0.5 * st_area(c.geom)))) w on true
    left join lateral (
        select jsonb_object_agg(i.idu, round((st_area(st_intersection(c.geom, p.geom)) / st_area(c.geom))::numeric, 3)
                                order by i.idu) as shares
        from unnest(case when r.cause = 'named' then r.new_ids
                    else core.standing_for(r.old_ids || r.new_ids) end) i(idu)
        left join core.cadastral_parcel c on c.idu = i.idu and c.retired_on is null) b on true"""

OPEN = f"""
    select r.id, p.id as parcel, p.origin, p.name, r.cause, r.old_ids, coalesce(w.ids, '{{}}') as within,
           coalesce(b.shares, '{{}}') as became, r.found_on,
           core.ground_m2(p.geom) as surface_m2, core.ground_m2(w.geom) as following_m2
    from core.cadastral_review r join core.parcel p on p.id = r.parcel and p.deleted_on is null {WITHIN}
    where r.decision is null"""


def open_reviews(connection: Connection, organisation: int | None = None) -> list[Review]:
    """The open questions, oldest first; of one responsible organisation or of all."""
    statement = f"{OPEN} and (cast(:organisation as bigint) is null or p.responsible = :organisation) order by r.id"
    found = connection.execute(text(statement), {"organisation": organisation})
    return [Review(**row._mapping) for row in found]


def decide(connection: Connection, review: int, decision: Decision) -> list[int]:
    """Close a question; the parcels that stand afterwards. Actor and reason come from the transaction.

    Raises:
        NotDecided: there is no such open question, or what is asked cannot be done with what the cadastre holds.
    """
    row = connection.execute(text(f"{OPEN} and r.id = :review for update of r, p"), {"review": review}).one_or_none()
    if row is None:
        raise NotDecided("review.unknown")
    parcel, within = int(row.parcel), list(row.within)
    standing = [parcel]
    if decision is not Decision.KEEP and not within:
        raise NotDecided("review.nothing_new")
    if decision is not Decision.KEEP and row.cause == NAMED and len(within) < len(row.became):
        raise NotDecided("review.not_in_base")
    if decision is Decision.SPLIT and len(within) < 2:
        raise NotDecided("review.one_piece")
    if decision is Decision.SPLIT or (decision is Decision.FOLLOW and row.origin == PROSPECT):
        standing = _split(connection, parcel, within)
    elif decision is Decision.FOLLOW:
        connection.execute(FOLLOW, {"parcel": parcel, "within": within})
    else:
        connection.execute(KEEP, {"parcel": parcel})
    connection.execute(CLOSE, {"review": review, "decision": decision.value})
    return standing


CLOSE = text("""
    update core.cadastral_review set decision = :decision, decided_at = now(),
        actor = core.setting('actor'), reason = core.setting('reason')
    where id = :review""")

# The land stays where it is: a number that is gone becomes those that stand on it, the others keep their place.
# A piece below five percent of it and of the land is a drawing difference, not ground in common.
KEEP = text("""
    update core.parcel p set cadastral_ids = n.ids,
        overrides = core.overriding(p.overrides, 'cadastral_ids', to_jsonb(n.ids), to_jsonb(p.cadastral_ids))
    from (
        select q.id, coalesce(array_agg(t.idu order by t.place, t.idu) filter (where t.idu is not null), '{}') as ids
        from core.parcel q left join lateral (
            select distinct on (s.idu) s.idu, i.place
            from unnest(q.cadastral_ids) with ordinality i(idu, place)
            left join core.cadastral_parcel g on g.idu = i.idu and g.retired_on is not null
            cross join lateral (
                select i.idu where g.id is null
                union all
                select c.idu from core.cadastral_parcel c
                where g.id is not null and c.idu = any(core.standing_for(array[i.idu]))
                  and (q.geom is null or (c.geom && q.geom and st_area(st_intersection(c.geom, q.geom))
                      >= 0.05 * least(st_area(c.geom), st_area(q.geom))))) s
            order by s.idu, i.place) t on true
        where q.id = :parcel group by q.id) n
    where p.id = n.id and p.cadastral_ids <> n.ids""")

FOLLOW = text("""
    update core.parcel p set cadastral_ids = :within, geom = n.geom,
        overrides = core.overriding(
            core.overriding(p.overrides, 'cadastral_ids', to_jsonb(cast(:within as text[])), to_jsonb(p.cadastral_ids)),
            'geom', to_jsonb(encode(st_asewkb(n.geom), 'hex')), to_jsonb(encode(st_asewkb(p.geom), 'hex')))
    from (select st_multi(st_union(geom)) as geom from core.cadastral_parcel where idu = any(:within)) n
    where p.id = :parcel""")

NAMED = "named"
"""The cause of a question that the source of the land raised, by naming parcels that the base does not hold."""
PROSPECT = "cadastre"
"""The origin of a prospect: it is one cadastral parcel, so it follows by passing on what is known of it."""
KNOWN = (
    *("name", "site_key", "stade_amngt", "stade_comm", "etat_occup", "usage", "maitrise_fonc", "cle_en_main"),
    *("pollution", "market", "market_conditions", "market_on", "price_eur_m2", "power_mw", "owner_kind", "owner_siren"),
    *("buyer", "sale_amount", "contact", "visibility", "responsible", "observed_on"),
)
"""What each piece takes over; key, references, outline and stated surface are its own."""
ORIGIN = ("source", "import", "origin", "commune_insee", "published", "synthetic", "digest")

INHERITED = """case when n.overrides ? '{name}' then n.{name} when excluded.overrides ? '{name}' then excluded.{name}
    else coalesce(n.{name}, excluded.{name}) end"""

# The piece of a prospect is the prospect of that number, which may stand already.
PIECES = text(f"""
    insert into core.parcel as n (key, cadastral_ids, geom, overrides, {", ".join((*ORIGIN, *KNOWN))})
    select case when p.origin = '{PROSPECT}' then c.idu else p.key || '/' || c.idu end, array[c.idu], c.geom,
           p.overrides - array['cadastral_ids', 'geom', 'location', 'surface_stated_m2'],
           {", ".join(f"p.{name}" for name in (*ORIGIN, *KNOWN))}
    from core.parcel p join core.cadastral_parcel c on c.idu = any(:within) and c.retired_on is null
    where p.id = :parcel and (p.origin <> '{PROSPECT}' or c.idu <> p.key) order by c.idu
    on conflict (source, key) do update set deleted_on = null, overrides = excluded.overrides || n.overrides,
        {", ".join(f"{name} = {INHERITED.format(name=name)}" for name in KNOWN)}
    returning id""")
DESCENT = text("""
    insert into core.parcel_lineage (old, new, share, cause, "on")
    select p.id, n.id,
           least(1, coalesce(st_area(st_intersection(p.geom, n.geom)) / st_area(p.geom),
                             st_area(n.geom) / sum(st_area(n.geom)) over ())),
           'split', core.today()
    from core.parcel p join core.parcel n on n.id = any(:pieces) where p.id = :parcel""")
END = text("""
    update core.parcel set deleted_on = core.today()
    where id = :parcel and not (origin = 'cadastre' and key = any(:within))""")

# What was recorded of the whole holds for its pieces; the records of the whole stay with it.
RECORDS = (
    """insert into core.commitment (parcel, kind, project, buyer, rank, conditions, outcome, effective_on, expires_on,
            ended_on, deal, follows, why, organisation, recorded_at, actor, evidence)
        select n, kind, project, buyer, rank, conditions, outcome, effective_on, expires_on,
            ended_on, deal, follows, why, organisation, recorded_at, actor, evidence
        from core.commitment cross join unnest(cast(:pieces as bigint[])) n
        where parcel = :parcel and superseded_at is null""",
    """insert into core.step_state (parcel, step, state, effective_on, expires_on, recorded_at, actor, evidence, why,
            kind, organisation, attested_on)
        select n, step, state, effective_on, expires_on, recorded_at, actor, evidence, why,
            kind, organisation, attested_on
        from core.step_state cross join unnest(cast(:pieces as bigint[])) n
        where parcel = :parcel and superseded_at is null and kind <> 'withdrawal'""",
)


def _split(connection: Connection, parcel: int, within: Sequence[str]) -> list[int]:
    pieces = list(connection.scalars(PIECES, {"parcel": parcel, "within": list(within)}))
    if not pieces:
        raise NotDecided("review.nothing_new")
    values = {"parcel": parcel, "pieces": pieces, "within": list(within)}
    connection.execute(DESCENT, values)
    for statement in RECORDS:
        connection.execute(text(statement), values)
    connection.execute(END, values)
    return pieces

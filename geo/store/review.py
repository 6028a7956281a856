"""What a planner decides for offered land whose cadastral parcels changed: keep, follow or split."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection, text


class Decision(StrEnum):
    """keep: nothing changes; follow: references and outline are those of the new cadastral parcels; split: each new
    cadastral parcel becomes a parcel of its own.
    """

    KEEP = "keep"
    FOLLOW = "follow"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Review:
    """One open question. ``within`` are the cadastral parcels standing today that lie in the offered land at least by
    half (all of them, where it has no outline); surfaces are planar m2 of the outline as it is and as it would be by
    following. ``origin`` is that of the parcel.
    """

    id: int
    parcel: int
    origin: str
    name: str | None
    cause: str
    old_ids: list[str]
    within: list[str]
    found_on: date
    surface_m2: float | None
    following_m2: float | None


class NotDecided(Exception):  # noqa: N818 - it says what cannot be done
    """A decision that cannot be taken; ``code`` says why (review.unknown, review.nothing_new, review.one_piece)."""

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
          and (p.geom is null or (
              c.geom && p.geom and st_area(st_intersection(c.geom, p.geom)) >= 0.5 * st_area(c.geom)))) w on true"""

OPEN = f"""
    select r.id, p.id as parcel, p.origin, p.name, r.cause, r.old_ids, coalesce(w.ids, '{{}}') as within, r.found_on,
           st_area(p.geom) as surface_m2, st_area(w.geom) as following_m2
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
    if decision is Decision.SPLIT and len(within) < 2:
        raise NotDecided("review.one_piece")
    if decision is Decision.SPLIT or (decision is Decision.FOLLOW and row.origin == PROSPECT):
        standing = _split(connection, parcel, within)
    elif decision is Decision.FOLLOW:
        connection.execute(FOLLOW, {"parcel": parcel, "within": within})
    connection.execute(CLOSE, {"review": review, "decision": decision.value})
    return standing


CLOSE = text("""
    update core.cadastral_review set decision = :decision, decided_at = now(),
        actor = core.setting('actor'), reason = core.setting('reason')
    where id = :review""")

FOLLOW = text("""
    update core.parcel p set cadastral_ids = :within, geom = n.geom,
        overrides = core.overriding(
            core.overriding(p.overrides, 'cadastral_ids', to_jsonb(cast(:within as text[])), to_jsonb(p.cadastral_ids)),
            'geom', to_jsonb(encode(st_asewkb(n.geom), 'hex')), to_jsonb(encode(st_asewkb(p.geom), 'hex')))
    from (select st_multi(st_union(geom)) as geom from core.cadastral_parcel where idu = any(:within)) n
    where p.id = :parcel""")

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
            recorded_at, actor, evidence)
        select n, kind, project, buyer, rank, conditions, outcome, effective_on, expires_on,
            recorded_at, actor, evidence
        from core.commitment cross join unnest(cast(:pieces as bigint[])) n
        where parcel = :parcel and superseded_at is null""",
    """insert into core.step_state (parcel, step, state, effective_on, expires_on, recorded_at, actor, evidence, why)
        select n, step, state, effective_on, expires_on, recorded_at, actor, evidence, why
        from core.step_state cross join unnest(cast(:pieces as bigint[])) n
        where parcel = :parcel and superseded_at is null""",
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

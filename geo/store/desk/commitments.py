"""Commitments as planners record them: deal by deal, rows never overwritten, with their own rights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo.desk.market import Kind, Outcome, first_free_rank
from geo.store.desk.deals import Row, of_deal, standing


@dataclass(frozen=True, slots=True)
class Terms:
    """What is recorded of a deal: for whom (a project, or a buyer as they are called), from when, until when, why."""

    kind: Kind
    effective_on: date
    why: str
    project: int | None = None
    buyer: str | None = None
    rank: int | None = None
    expires_on: date | None = None
    conditions: str | None = None
    evidence: str | None = None
    follows: int | None = None


class RankTaken(Exception):  # noqa: N818 - it is no fault
    """Another has this rank on one of the parcels: ``deal``; ``free`` is the first rank nobody has."""

    def __init__(self, rank: int, deal: int, free: int) -> None:
        super().__init__(f"rank {rank} is taken by deal {deal}")
        self.rank, self.deal, self.free = rank, deal, free


class Held(Exception):  # noqa: N818 - it is no fault
    """Land cannot be sold while another commitment stands on it: ``deal`` is that one."""

    def __init__(self, deal: int, kind: Kind, rank: int, buyer: str | None, project: int | None) -> None:
        super().__init__(f"deal {deal} stands")
        self.deal, self.kind, self.rank, self.buyer, self.project = deal, kind, rank, buyer, project


_KEPT = "deal, parcel, kind, project, buyer, rank, conditions, effective_on, expires_on, follows, evidence, why"
NEXT = text("select nextval('core.commitment_deal')")
ADD = text("""
    insert into commitment (deal, parcel, kind, project, buyer, rank, conditions, effective_on, expires_on, follows,
                            evidence, why, actor)
    select :deal, p, :kind, :project, :buyer, :rank, :conditions, :effective_on, :expires_on, :follows, :evidence, :why,
           ''
    from unnest(cast(:parcels as bigint[])) p order by p
""")
LOCK = text("select id from parcel_edit where id = any(:parcels) order by id for no key update")
OVERLAPPING = text("""
    select distinct c.deal, c.rank, c.project, c.buyer from commitment c
    where c.parcel = any(:parcels) and c.superseded_at is null and c.kind <> 'interest'
      and (c.expires_on is null or c.expires_on >= :effective_on) and (c.ended_on is null or c.ended_on > :effective_on)
      and (cast(:until as date) is null or c.effective_on <= :until) and c.deal is distinct from :follows
    order by c.rank, c.deal
""")
STANDING = text("""
    select c.deal, c.kind, c.rank, c.project, c.buyer from commitment c
    where c.parcel = any(:parcels) and c.superseded_at is null and c.ended_on is null and c.kind <> 'interest'
      and c.rank = 1 and (c.expires_on is null or c.expires_on >= greatest(:effective_on, cast(:today as date))
                          or :effective_on between c.effective_on and c.expires_on)
      and (cast(:until as date) is null or c.effective_on <= :until) and c.deal is distinct from :follows
    order by c.kind <> 'deed', c.deal
""")
REPLACE = text(
    f"""
    with old as (
        update commitment set superseded_at = now() where id = any(:ids) and superseded_at is null returning {_KEPT})
    insert into commitment ({_KEPT}, outcome, ended_on, actor)
    select deal, parcel, kind, {{changed}}, effective_on, {{term}}, follows, {{told}}, :outcome, :ended_on, ''
    from old order by parcel
""".format(
        changed="coalesce(:project, project), coalesce(:buyer, buyer), rank, coalesce(:conditions, conditions)",
        term="coalesce(:expires_on, expires_on)",
        told="coalesce(:evidence, evidence), :why",
    )
)
PROMOTE = text(f"""
    with old as (
        update commitment set superseded_at = now() where id = any(:ids) and superseded_at is null returning {_KEPT}),
    ended as (
        insert into commitment ({_KEPT}, outcome, ended_on, actor)
        select {_KEPT}, 'kept', :on, '' from old where effective_on < :on)
    insert into commitment ({_KEPT}, actor)
    select deal, parcel, kind, project, buyer, :rank, conditions, greatest(effective_on, :on), expires_on, follows,
           evidence, :why, ''
    from old order by parcel
""")
TAKE_BACK = text("update commitment set superseded_at = now() where deal = :deal and superseded_at is null")


def lock(connection: Connection, parcels: Sequence[int]) -> None:
    """Keep others from recording on these parcels until the transaction ends."""
    connection.execute(LOCK, {"parcels": sorted(parcels)}).all()


def record(connection: Connection, parcels: Sequence[int], terms: Terms, today: date) -> int:
    """The number of a new deal on parcels of one's own, at the rank asked for or the next that is free.

    A deal that it ``follows`` ends on the day it begins, and hands on its project, buyer and rank.

    Raises:
        RankTaken: another has the rank that was asked for.
        Held: it is a deed, and another deed stands, or what binds somebody else at rank 1.
        sqlalchemy.exc.ProgrammingError: a parcel is not theirs (row security).
    """
    lock(connection, parcels)
    before = None if terms.follows is None else _open(connection, terms.follows)
    project, buyer, rank = terms.project, terms.buyer, terms.rank
    if before:
        project = before[0].project if project is None else project
        buyer = before[0].buyer if buyer is None else buyer
        waited = before[0].kind is not Kind.INTEREST  # interest stands in no line
        rank = before[0].rank if rank is None and waited else rank
    values = {
        "deal": connection.scalar(NEXT),
        "parcels": sorted(parcels),
        "kind": terms.kind.value,
        "project": project,
        "buyer": buyer,
        "conditions": terms.conditions,
        "effective_on": terms.effective_on,
        "expires_on": terms.expires_on,
        "follows": terms.follows,
        "evidence": terms.evidence,
        "why": terms.why,
    }
    if terms.kind is Kind.DEED:
        check_sellable(connection, values, today)
    values["rank"] = _rank(connection, values, rank, terms)
    connection.execute(ADD, values)
    if before:
        outcome = Outcome.COMPLETED if terms.kind is Kind.DEED else Outcome.KEPT
        _replace(connection, before, terms.why, outcome=outcome.value, ended_on=terms.effective_on)
    return int(values["deal"])


def check_sellable(connection: Connection, sold: Mapping[str, Any], today: date) -> None:
    """See that a deed meets no other deed, and nothing that holds the land for somebody else. Raises Held.

    ``sold`` are the values of its row with its ``parcels``. What stands ``today`` or stood on the day of the deed is in
    its way: what was given up or fell through before that day has to be said ended. What has ended is in no way.
    """
    asked = {name: sold[name] for name in ("parcels", "effective_on", "follows")}
    for one in connection.execute(STANDING, asked | {"until": sold["expires_on"], "today": today}):
        if one.kind == Kind.DEED or not _is_same(one, sold["project"], sold["buyer"]):
            raise Held(one.deal, Kind(one.kind), one.rank, one.buyer, one.project)


def _rank(connection: Connection, values: Mapping[str, Any], wanted: int | None, terms: Terms) -> int:
    """The rank to record at: interest and deeds wait in no line, and what binds the same buyer stands at the same."""
    if terms.kind in (Kind.INTEREST, Kind.DEED):
        return 1
    asked = {name: values[name] for name in ("parcels", "effective_on", "follows")} | {"until": terms.expires_on}
    others = connection.execute(OVERLAPPING, asked).all()
    same = [one for one in others if _is_same(one, values["project"], values["buyer"])]
    if wanted is None:
        return int(same[0].rank) if same else first_free_rank(one.rank for one in others)
    for one in others:
        if one.rank == wanted and one not in same:
            raise RankTaken(wanted, one.deal, first_free_rank(other.rank for other in others))
    return wanted


def _open(connection: Connection, deal: int) -> list[Row]:
    return [row for row in standing(of_deal(connection, deal)) if row.ended_on is None]


def end(connection: Connection, rows: Sequence[Row], outcome: Outcome, on: date, why: str) -> None:
    """Say how a deal ended: from that day on it holds nothing."""
    _replace(connection, rows, why, outcome=outcome.value, ended_on=on)


def correct(connection: Connection, rows: Sequence[Row], changes: Mapping[str, Any], why: str) -> None:
    """Say anew the term, buyer, project, conditions or evidence of an open deal.

    Raises:
        RankTaken: another has its rank within the new term.
    """
    if changes.get("expires_on") is not None and rows[0].kind not in (Kind.INTEREST, Kind.DEED):
        _check_free(connection, rows, rows[0].rank, rows[0].effective_on, changes["expires_on"])
    _replace(connection, rows, why, **changes)


def promote(connection: Connection, rows: Sequence[Row], rank: int, on: date, why: str) -> None:
    """Give an open deal a better rank from a day on; until then it had the one it had.

    Raises:
        RankTaken: another has that rank from then on.
    """
    _check_free(connection, rows, rank, on, rows[0].expires_on)
    connection.execute(PROMOTE, {"ids": [row.id for row in rows], "rank": rank, "on": on, "why": why})


def _is_same(other: Any, project: int | None, buyer: str | None) -> bool:
    """Whether another deal binds the same buyer."""
    named = buyer is not None and other.buyer is not None and other.buyer.lower() == buyer.lower()
    return named or (project is not None and other.project == project)


def _check_free(connection: Connection, rows: Sequence[Row], rank: int, on: date, until: date | None) -> None:
    asked = {"parcels": [row.parcel for row in rows], "effective_on": on, "until": until, "follows": rows[0].deal}
    others = connection.execute(OVERLAPPING, asked).all()
    for one in others:
        if one.rank == rank and not _is_same(one, rows[0].project, rows[0].buyer):
            raise RankTaken(rank, one.deal, first_free_rank(other.rank for other in others))


def take_back(connection: Connection, deal: int) -> int:
    """Take a deal back as never meant: it holds nothing, on no day, from now on; how many rows stood."""
    return connection.execute(TAKE_BACK, {"deal": deal}).rowcount


def _replace(connection: Connection, rows: Sequence[Row], why: str, **changes: Any) -> None:
    nothing = dict.fromkeys(("project", "buyer", "conditions", "expires_on", "evidence", "outcome", "ended_on"))
    connection.execute(REPLACE, {**nothing, **changes, "ids": [row.id for row in rows], "why": why})

"""What each audience may see of commitments and of the market that follows from them.

Everybody who sees a parcel is told what holds it, of what rank, since when and until when; who buys, on what conditions
and for which project is for the organisation that answers for the land, and a project's own people.
"""

from geo.store.database import Role

MARKET = "coalesce(p.committed, p.market)"
"""The market that holds: what commitments make of it, else what was stated. An index is in its order."""

# What was while a parcel was hidden is not told to who sees it now.
_THEN = """core.market_change e
    join core.parcel t on t.id = e.parcel and t.deleted_on is null and {rows_now}
    cross join lateral (select t.id, t.responsible, e.visibility) p"""

MARKET_EVENT = f"""select e.id, e.parcel, e.at, e."on", e.before, e.after, e.stated_before, e.stated_after,
    e.conditions_before, e.said_on_before, e.cause, e.deal from {_THEN} where {{rows}}"""

MARKET_STATED = """select p.id, p.market as stated, p.market_conditions as conditions, p.market_on as said_on,
    p.committed, p.committed_on, p.committed_deal, p.created_at from core.parcel p
    where p.deleted_on is null and {rows}"""

COMMITMENT_HELD = """select c.id, c.deal, c.parcel, c.kind, c.rank, c.effective_on, c.expires_on, c.ended_on, c.outcome,
    c.recorded_at, c.superseded_at, {project} as project
    from core.commitment c join core.parcel p on p.id = c.parcel and p.deleted_on is null and {rows}
    where (c.kind <> 'interest' or {mine})
      and ((c.superseded_at is null and c.ended_on is null and coalesce(c.expires_on >= core.today(), true))
           or not exists ({hidden_until}))"""
"""That somebody is interested is between them and who answers for the land."""

# What was over before the land was last opened to who asks is not told.
_HIDDEN_UNTIL = """select from core.history h
    cross join lateral (select p.id, p.responsible, h.before ->> 'visibility' as visibility) p
    where h.relation = 'parcel' and h.row_id = c.parcel and h.before ? 'visibility' and ({rows}) is not true
      and h.at >= greatest(c.recorded_at, least(c.superseded_at, c.ended_on, c.expires_on + 1))"""

_OWN_PROJECT = "(select j.id from core.project j where j.id = c.project)"
"""The project, of one's own organisation or the one that asks: a policy of the table says so."""

PLANNER_VIEWS = {
    "market_opening": "select event, project, standing, found_at from core.market_opening",
    "proposal": """select r.*, (select o.name from core.organisation o where o.id = r.organisation) as author
        from core.proposal r""",
    "consent": """select c.* from core.consent c
        where exists (select from core.parcel p where p.id = c.parcel and core.may_edit(p.responsible))""",
    "consent_change": "select * from core.consent_change",
    "whose_parcel": """select p.id as parcel, p.responsible as id from core.parcel p
        where p.deleted_on is null and {rows}""",
    "availability_asked": "select * from core.availability_asked",
    "availability_answer": "select * from core.availability_answer",
}
PLANNER_WRITES = {
    "proposal": "insert, update (decision, decided_why)",
    "consent": "insert, update (until, why)",
    "availability_asked": "insert",
    "availability_answer": "insert",
}


def of(role: Role, rows: str) -> dict[str, str]:
    """The views of an audience by name; ``rows``: which parcels ``p`` it sees."""
    own = role in (Role.PLANNER, Role.ADMIN)
    mine = "core.may_edit(p.responsible)" if own else "false"
    project = "null::bigint"
    if role is Role.COMPANY:
        project, mine = (
            "case when c.project = core.current_project() then c.project end",
            "c.project = core.current_project()",
        )
    if own:
        project = f"case when {mine} then c.project else {_OWN_PROJECT} end"
    shared = {
        "market_event": MARKET_EVENT.format(rows=rows, rows_now=rows.replace("p.", "t.")),
        "market_stated": MARKET_STATED.format(rows=rows),
        "commitment_held": COMMITMENT_HELD.format(
            rows=rows, project=project, mine=mine, hidden_until=_HIDDEN_UNTIL.format(rows=rows)
        ),
    }
    planners = {name: query.replace("{rows}", rows) for name, query in PLANNER_VIEWS.items()}
    return shared | (planners if own else {})

"""What each audience may see of the desk. Row rules stand in the tables' forced policies; columns are chosen here."""

COMPANY_VIEWS = {
    "project": """select id, organisation, code_name, status, confidential, created_at, updated_at, version
        from core.project""",
    "need": "select id, project, version, document, created_at from core.need",
    "shortlist": """select s.id, s.project, s.parcels, s.rank, s.added_at from core.shortlist s
        where s.removed_at is null and exists (
            select from core.proposed p where p.project = s.project and p.parcels = s.parcels)""",
    "proposed": "select id, project, parcels, means, proposed_on from core.proposed",
    "dossier": """select id, project, title, language, anonymous, as_of, facts, logo, logo_type, created_at
        from core.dossier""",
}
"""A company sees its own project: of the shortlist, the sites that were proposed to it, without the reasons."""

PLANNER_VIEWS = {
    "organisation": """select id, name, kind from core.organisation
        where kind <> 'company' or session_user = 'emprise_admin' or id = core.current_organisation()""",
    "project": "select * from core.project",
    "need": "select * from core.need",
    "enquiry": "select * from core.enquiry",
    "project_status": "select * from core.project_status",
    "contact": "select * from core.contact",
    "signed_link": "select * from core.signed_link",
    "message": "select * from core.message",
    "saved_search": "select * from core.saved_search",
    "subscription": "select * from core.subscription",
    "shortlist": "select * from core.shortlist",
    "proposed": "select * from core.proposed",
    "need_answer": "select * from core.need_answer",
    "consultation": """select c.id, c.organisation, c.need, c.message, c.deadline, c.created_at, c.closed_at,
        case when core.is_mine(c.organisation) then c.project end as project,
        case when core.is_mine(c.organisation) then c.enquiry end as enquiry,
        case when core.is_mine(c.organisation) then c.actor end as actor from core.consultation c""",
    "consulted": "select * from core.consulted",
    "consultation_answer": "select * from core.consultation_answer",
    "dossier": "select * from core.dossier",
}
"""Who is consulted does not see of which project or enquiry."""

COMPANY_WRITES: dict[str, str] = {"project": "insert, update", "need": "insert"}
PLANNER_WRITES: dict[str, str] = {
    "project": "insert, update",
    "need": "insert",
    "enquiry": "insert, update",
    "shortlist": "insert, update",
    "proposed": "insert",
    "contact": "insert, update",
    "signed_link": "insert, update (revoked_at, spent_at)",
    "message": "insert",
    "saved_search": "insert, update (ended_at)",
    "subscription": "insert, update (ended_at, ended_why)",
    "need_answer": "insert",
    "consultation_entry": "insert, update",
    "consulted": "insert, update",
    "consultation_answer": "insert, update",
    "dossier": "insert, update (shared_until)",
}
PLANNER_VIEWS["consultation_entry"] = "select * from core.consultation where core.is_mine(organisation)"

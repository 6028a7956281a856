"""The answer to the need of each open project, kept once a day: so that what changed since any day can be told."""

from contextlib import suppress
from dataclasses import replace
from datetime import date

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from geo.desk.answer_changes import MOST_KEPT, sites_of
from geo.match.need.need import Need
from geo.match.search import search
from geo.store.database import Database, Role
from geo.store.desk import answers, projects
from geo.store.desk.openings import OpenProject, open_projects

log = structlog.get_logger("emprise.project_answers")


def keep_of_today(database: Database, today: date) -> int:
    """Keep today's answer of every open project that has none yet; how many were kept."""
    with database.connection(Role.WORKER) as connection:
        found = [one for one in open_projects(connection) if one.role is Role.PLANNER]
    kept = 0
    for one in found:
        try:
            kept += _keep(database, one, today)
        except SQLAlchemyError as error:  # the next hour tries again; the other projects are not kept waiting
            log.warning("not kept", project=one.id, exc_info=error)
    return kept


def _keep(database: Database, project: OpenProject, today: date) -> bool:
    actor = replace(project.actor, actor="worker:answers")
    with database.connection(Role.PLANNER, actor) as connection:
        need = projects.latest_need(connection, project.id)
        last = None if need is None else answers.kept(connection, need.id, None)
    if need is None or (last is not None and last.as_of >= today):
        return False
    asked = None
    with suppress(ValidationError):  # a step or a preset it names is gone: its planner is told when asking
        asked = Need.model_validate(need.document).model_copy(update={"limit": MOST_KEPT})
    if asked is None:
        return False
    document = search(database, Role.PLANNER, actor, asked, today)
    with database.connection(Role.PLANNER, actor) as connection:
        answers.keep(connection, need.id, today, document, sites_of(document))
    return True

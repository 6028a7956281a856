"""What changed for a project since its need was last answered: new, lost and moved sites, each with why."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from api.catalogues import sentence
from api.deps import Session
from api.desk.instants import told_instant
from api.desk.project.project_desk import seen
from api.matching.needs import need_of
from api.problems import Problem
from api.wording import day, reason
from geo.desk.answer_changes import MOST_KEPT, Changes, Moved, Site, compared, sites_of
from geo.match.explain import MOST_PARCELS, UnseenParcelError, explain
from geo.match.search import search
from geo.store.database import Role
from geo.store.desk import answers, projects

Told = dict[str, Any]


def need_row(session: Session, project: int) -> Row[Any]:
    """The version of the need that counts. Raises Problem: no such project (404), or it has no need yet (409)."""
    with session.begin() as connection:
        seen(connection, project)
        found = projects.latest_need(connection, project)
    if found is None:
        raise Problem("conflict", "desk.no_need", id=project)
    return found


def answered(session: Session, need: Row[Any], today: date) -> Told:
    """The answer to a version of a need, as far down as answers are kept."""
    asked = need_of(need.document).model_copy(update={"limit": MOST_KEPT})
    return search(session.database, session.principal.audience, session.actor, asked, today)


def keep(session: Session, need: Row[Any], document: Told, today: date) -> int:
    """Keep an answer to compare later ones with; its number."""
    with session.begin() as connection:
        return answers.keep(connection, need.id, today, document, sites_of(document))


def changed_since(session: Session, project: int, since: date | None, today: date, lang: str, timezone: str) -> Told:
    """The sites that are new, lost or moved since an answer was kept: the last one by ``since``, else the first.

    Raises:
        Problem: no such project (404); no need, or no answer was kept yet (409).
    """
    need = need_row(session, project)
    with session.begin() as connection:
        before = answers.kept(connection, need.id, since)
    if before is None:
        raise Problem("conflict", "desk.no_answer", id=project)
    document = answered(session, need, today)
    changes = compared(before.sites, sites_of(document))
    facts = _facts(session, changes, before.answered_at)
    why = _why_lost(session, need, changes.lost, today, lang)
    return {
        "project": project,
        "need_version": need.version,
        "since": {"as_of": before.as_of.isoformat(), "answered_at": told_instant(before.answered_at, timezone)},
        "as_of": today.isoformat(),
        "counts": {"then": before.counts, "now": document["counts"]},
        "new": [_new(site, failing, facts, lang) for site, failing in changes.new],
        "lost": [{**_brief(site), **why.get(tuple(site["parcels"]), {})} for site in changes.lost],
        "moved": [_moved(one, facts, lang) for one in changes.moved],
    }


def _facts(session: Session, changes: Changes, since: datetime) -> dict[int, list[str]]:
    """What changed of the land that one sees."""
    sites = [*(site for site, _ in changes.new), *(one.now for one in changes.moved)]
    ids = [number for site in sites for number in site["parcels"]]
    with session.begin() as connection:
        seen_ids = projects.seen(connection, ids)
    with session.database.connection(Role.WORKER) as connection:
        return answers.changed_fields(connection, sorted(seen_ids), since)


def _brief(site: Site) -> Told:
    return {"parcels": site["parcels"], "name": site["name"], "list": site["list"], "rank": site["rank"]}


def _fields(site: Site, facts: dict[int, list[str]]) -> list[str]:
    return sorted({field for number in site["parcels"] for field in facts.get(number, ())})


def _new(site: Site, failing: Sequence[str], facts: dict[int, list[str]], lang: str) -> Told:
    fields = _fields(site, facts)
    missed = _criteria(failing, lang)
    if missed:
        says = sentence("desk.changed.new_missed", lang, criteria=missed)
    elif fields:
        says = sentence("desk.changed.new_facts", lang, facts=_named(fields, lang))
    else:
        says = sentence("desk.changed.new_land", lang)
    return {**_brief(site), "missed": list(failing), "changed": fields, "says": says}


def _moved(one: Moved, facts: dict[int, list[str]], lang: str) -> Told:
    told = []
    if "list" in one.by:
        told.append(sentence(f"desk.changed.to_{one.now['list']}", lang))
    if "date" in one.by:
        before, now = (day(site["p80"], lang) for site in (one.before, one.now))
        told.append(sentence("desk.changed.date", lang, before=before, now=now))
    if "rank" in one.by:
        told.append(sentence("desk.changed.rank", lang, before=one.before["rank"], now=one.now["rank"]))
    fields = _fields(one.now, facts)
    if fields:
        told.append(sentence("desk.changed.facts", lang, facts=_named(fields, lang)))
    before_it = {name: one.before[name] for name in ("list", "rank", "p80")}
    return {**_brief(one.now), "p80": one.now["p80"], "before": before_it, "changed": fields, "says": " ".join(told)}


def _why_lost(session: Session, need: Row[Any], lost: Iterable[Site], today: date, lang: str) -> dict[Any, Told]:
    """Of each site that is lost, the first criterion it fails now; or that it is not to be seen any more."""
    asked, found = need_of(need.document), {}
    for site in list(lost)[:MOST_PARCELS]:
        audience = session.principal.audience
        try:
            told = explain(session.database, audience, session.actor, asked, site["parcels"], today)
        except UnseenParcelError:
            found[tuple(site["parcels"])] = {"failing": None, "says": sentence("desk.changed.unseen", lang)}
            continue
        failed = [each for one in told["parcels"] for each in one["criteria"] if each["verdict"] == "fail"]
        says = sentence("desk.changed.below", lang) if not failed else reason(failed[0], lang)
        found[tuple(site["parcels"])] = {"failing": failed[0]["name"] if failed else None, "says": says}
    return found


def _criteria(names: Sequence[str], lang: str) -> str:
    return ", ".join(sentence(f"criterion.{name}", lang) for name in names)


def _named(fields: Sequence[str], lang: str) -> str:
    return ", ".join(sentence(f"desk.fact.{field}", lang) for field in fields)

"""Projects in a terminal, with the rights of a planner of an organisation."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from api.catalogues import sentence
from api.cli.enquiring import printed
from api.cli.moment import written_day
from api.cli.planner import acting_for
from api.cli.usage import Misuse
from api.clock import today
from api.desk.project import project_desk
from api.desk.project.changed_since import answered, changed_since, keep, need_row
from api.desk.project.comparing import comparison
from api.desk.project.project_body import NewNeed, NewProject, NewProposal, ProjectChange, Shortlist
from api.security.body import JsonBody
from api.security.strict_json import read_json
from api.settings import Settings
from api.wording import day
from geo.store.desk import projects

MOST = 1_000
Told = Mapping[str, Any]


def _body(model: Any, said: Told, settings: Settings) -> Any:
    given = {name: value for name, value in said.items() if value is not None}
    return JsonBody(model).read(json.dumps(given).encode(), settings)


def start_project(code_name: str, organisation: str, enquiry: int | None, need: Path | None) -> None:
    """Start a project and print its number."""
    with acting_for(organisation) as (session, settings, lang):
        document = None if need is None else read_json(need.read_bytes(), settings.max_json_depth)
        said = {"code_name": code_name, "enquiry": enquiry, "need": document}
        number = project_desk.start(session, _body(NewProject, said, settings))
        typer.echo(sentence("desk.cli.started", lang, id=number, name=code_name))


def list_projects(organisation: str, *, as_json: bool) -> None:
    """Print the projects of an organisation."""
    with acting_for(organisation) as (session, settings, lang):
        with session.begin() as connection:
            rows = projects.listed(connection, None, after=0, limit=MOST)
        found = [project_desk.brief(row, settings.timezone) for row in rows]
    if as_json:
        printed(found)
    for one in [] if as_json else found:
        typer.echo(_head(one, lang))


def show_project(number: int, organisation: str, *, as_json: bool) -> None:
    """Print a project with its sites and proposals."""
    with acting_for(organisation) as (session, settings, lang):
        found = project_desk.one(session, number, settings.timezone)
        sites = project_desk.shortlist(session, number, settings.timezone)
        proposed = project_desk.proposals(session, number, settings.timezone)
    if as_json:
        printed({**found, "shortlist": sites, "proposals": proposed})
        return
    typer.echo(_head(found, lang))
    for site in sites:
        names = " + ".join(one["name"] or str(one["id"]) for one in site["land"])
        typer.echo(f"  {site['rank']}. {names or site['parcels']} : {site['reason']}")
    for one in proposed:
        land = ", ".join(map(str, one["parcels"]))
        facts = {"on": day(one["proposed_on"], lang), "whom": one["person"] or one["told_whom"] or "?"}
        typer.echo("  " + sentence("desk.cli.proposed", lang, parcels=land, **facts))


def change_status(number: int, status: str, reason: str | None, organisation: str) -> None:
    """Say where a project stands now."""
    with acting_for(organisation) as (session, settings, lang):
        said = _body(ProjectChange, {"status": status, "reason": reason}, settings)
        with session.begin(reason) as connection:
            project_desk.change(connection, project_desk.seen(connection, number, lock=True), said)
        typer.echo(_head(project_desk.one(session, number, settings.timezone), lang))


def append_need(number: int, file: Path, why: str | None, organisation: str) -> None:
    """Append a version of the need and print its number."""
    with acting_for(organisation) as (session, settings, lang):
        document = read_json(file.read_bytes(), settings.max_json_depth)
        said = _body(NewNeed, {"need": document, "why": why}, settings)
        with session.begin(why) as connection:
            version = project_desk.add_need(connection, project_desk.seen(connection, number, lock=True), said)
        typer.echo(sentence("desk.cli.version", lang, version=version))


def order_sites(number: int, sites: Sequence[str], removed: str | None, organisation: str) -> None:
    """Put sites, each as ``3+5=reason``, into an order."""
    said = {"sites": [_site(one) for one in sites], "removed_why": removed}
    with acting_for(organisation) as (session, settings, _), session.begin("shortlist") as connection:
        row = project_desk.seen(connection, number, lock=True)
        project_desk.order(connection, row, _body(Shortlist, said, settings))
    show_project(number, organisation, as_json=False)


def _site(given: str) -> Told:
    ids, _, reason = given.partition("=")
    numbers = ids.split("+")
    if not reason.strip() or not all(one.isascii() and one.isdigit() for one in numbers):
        raise Misuse("site", value=given)
    return {"parcels": [int(one) for one in numbers], "reason": reason}


def note_proposal(number: int, parcels: Sequence[int], said: Told, organisation: str) -> None:
    """Note that a site was proposed."""
    with acting_for(organisation) as (session, settings, _):
        body = _body(NewProposal, {"parcels": list(parcels), **said}, settings)
        with session.begin() as connection:
            project_desk.propose(connection, number, body, today(settings))
    show_project(number, organisation, as_json=False)


def compare_sites(number: int, parcels: Sequence[int], organisation: str, *, as_json: bool) -> None:
    """Print sites side by side."""
    with acting_for(organisation) as (session, settings, lang):
        table = comparison(session, number, parcels, today(settings), lang)
    if as_json:
        printed(table)
        return
    for place, site in enumerate(table["sites"]):
        typer.echo(f"{site['name'] or site['parcels']}")
        for row in table["criteria"]:
            cell = row["cells"][place]
            if cell is not None:
                typer.echo(f"  {sentence('explain.verdict.' + cell['verdict'], lang)} {row['label']} : {cell['says']}")


def keep_answer(number: int, organisation: str) -> None:
    """Answer the need, keep the answer, and print its counts."""
    with acting_for(organisation) as (session, settings, lang):
        need = need_row(session, number)
        document = answered(session, need, today(settings))
        keep(session, need, document, today(settings))
        counts = document["counts"]
        said = {"proved": counts["proved"], "to_check": counts["to_check"] + counts["open"]}
        typer.echo(sentence("desk.cli.answer_kept", lang, **said))


def tell_changes(number: int, since: str | None, organisation: str, *, as_json: bool) -> None:
    """Print what changed since an answer was kept."""
    with acting_for(organisation) as (session, settings, lang):
        day = None if since is None else written_day("--since", since, lang)
        found = changed_since(session, number, day, today(settings), lang, settings.timezone)
    if as_json:
        printed(found)
        return
    for kind in ("new", "lost", "moved"):
        for one in found[kind]:
            name = one["name"] or ", ".join(map(str, one["parcels"]))
            typer.echo(f"{sentence(f'desk.cli.{kind}', lang)} {name} : {one.get('says', '')}")
    if not any(found[kind] for kind in ("new", "lost", "moved")):
        typer.echo(sentence("desk.cli.unchanged", lang))


def _head(one: Told, lang: str) -> str:
    status = sentence(f"words.project_status.{one['status']}", lang)
    return sentence("desk.cli.project", lang, id=one["id"], name=one["code_name"], status=status)

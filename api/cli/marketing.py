"""The market in a terminal, told as over HTTP."""

from datetime import timedelta

import typer

from api.catalogues import sentence
from api.cli.market_acting import acting, show
from api.cli.moment import moment_of
from api.desk.market import market
from api.jobs import market as jobs
from api.wording import day

NEWS_DAYS, MOST = 30, 1_000


def show_market(parcel: int, when: tuple[str | None, str | None], organisation: str | None, *, as_json: bool) -> None:
    """Print the market of a parcel. Raises BadFile: there is no such parcel, or it was not known then."""
    with acting(organisation) as who:
        as_of, known_at = moment_of(*when, who.settings, who.lang)
        found = market.of_parcel(*who.asked, parcel, as_of, known_at)
        facts = {"id": parcel, "on": day(found["as_of"], who.lang)}
        lines = [sentence("market.line", who.lang, market=sentence(f"market.{found['market']}", who.lang), **facts)]
        stated = sentence(f"market.{found['stated']['market']}", who.lang)
        lines.append(sentence("market.stated", who.lang, market=stated, since=day(found["stated"]["since"], who.lang)))
        for name in ("held_by", "next"):
            if found[name] is not None:
                lines.append(sentence(f"market.{name}", who.lang, **_worded(found[name], who.lang)))
        show(found, lines, as_json=as_json)


def list_openings(since: str | None, organisation: str | None, *, as_json: bool) -> None:
    """Print what became available since a day."""
    with acting(organisation) as who:
        first = who.day("--since", since) or who.today - timedelta(days=NEWS_DAYS)
        found = market.opened(*who.asked, first, who.today, MOST)
        lines = []
        for one in found:
            facts = {"id": one["parcel"], "name": one["name"] or "—", "on": day(one["on"], who.lang)}
            before = sentence(f"market.was.{one['before']}", who.lang)
            lines.append(sentence("market.opened", who.lang, before=before, **facts))
            if one["next"] is not None:
                waiting = {**one["next"], "effective_on": None, "expires_on": None}
                lines.append(sentence("market.opened.next", who.lang, **_worded(waiting, who.lang)))
            for project in one["projects"]:
                left = sentence(f"market.mail.left.{project['standing']}", who.lang)
                lines.append(sentence("market.opened.project", who.lang, project=project["code_name"], left=left))
        show({"openings": found}, lines or [sentence("market.opened.none", who.lang)], as_json=as_json)


def turn_market() -> None:
    """Turn the market to today; what was turned already, or told, is not again."""
    with acting(None) as who:
        count = jobs.follow(who.database, who.settings, who.today)
        typer.echo(sentence("market.turned", who.lang, count=count, on=day(who.today.isoformat(), who.lang)))


def _worded(one: dict[str, object], lang: str) -> dict[str, object]:
    kind = sentence(f"commitment.kind.{one['kind']}", lang)
    until = one["expires_on"]
    return {
        "deal": one["commitment"],
        "kind": kind,
        "rank": one["rank"],
        "until": day(None if until is None else str(until), lang),
    }

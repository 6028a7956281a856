"""Commitments in a terminal, recorded and told as over HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.catalogues import sentence
from api.cli.market_acting import acting, show
from api.desk.market import commitments
from api.wording import day
from geo.desk.market import Kind, Outcome
from geo.store.desk.commitments import Terms

Told = Mapping[str, Any]
MOST = 10_000


def record_commitment(
    kind: Kind,
    parcels: Sequence[int],
    days: tuple[str, str | None],
    said: Mapping[str, Any],
    reason: str,
    organisation: str | None,
    *,
    as_json: bool,
) -> None:
    """Record a commitment and print how it stands. ``days``: from when, until when. Raises BadFile: it cannot be."""
    with acting(organisation, reason) as who:
        begins = who.day("--on", days[0])
        assert begins is not None  # noqa: S101 - the option is required
        terms = Terms(kind, begins, reason, expires_on=who.day("--until", days[1]), **said)
        found = commitments.record(*who.asked, list(dict.fromkeys(parcels)), terms, who.today)
        show(found, lines_of(found, who.lang), as_json=as_json)


def list_commitments(within: int | None, project: int | None, organisation: str | None, *, as_json: bool) -> None:
    """Print the open commitments."""
    with acting(organisation) as who:
        found = commitments.listed(*who.asked, who.today, within_days=within, project=project, limit=MOST)
        lines = [line_of(one, who.lang) for one in found] or [sentence("commitment.none", who.lang)]
        show({"commitments": found}, lines, as_json=as_json)


def show_commitment(number: int, organisation: str | None, *, as_json: bool) -> None:
    """Print a commitment and its rows, the oldest first. Raises BadFile: there is none such."""
    with acting(organisation) as who:
        found = commitments.of_deal(*who.asked, number, who.today)
        lines = [line_of(found, who.lang)]
        for row in found["history"]:
            facts = {"recorded": who.written(row["recorded_at"]), "why": row["reason"] or "—", "by": row["by"]}
            facts |= {"rank": row["rank"], "parcel": row["parcel"], "until": day(row["expires_on"], who.lang)}
            lines.append(sentence("commitment.row", who.lang, **facts))
        show(found, lines, as_json=as_json)


def change_commitment(
    number: int, until: str | None, said: Mapping[str, Any], reason: str, organisation: str | None, *, as_json: bool
) -> None:
    """Correct a commitment and print how it stands. Raises BadFile: it cannot be."""
    with acting(organisation, reason) as who:
        changes = {name: value for name, value in said.items() if value is not None}
        changes |= {} if until is None else {"expires_on": who.day("--until", until)}
        found = commitments.correct(*who.asked, number, changes, reason, who.today)
        show(found, lines_of(found, who.lang), as_json=as_json)


def close_commitment(
    number: int, outcome: Outcome, on: str | None, reason: str, organisation: str | None, *, as_json: bool
) -> None:
    """Say how a commitment ended, and print the market that follows. Raises BadFile: it cannot be."""
    with acting(organisation, reason) as who:
        found = commitments.close(*who.asked, number, outcome, who.day("--on", on), reason, who.today)
        show(found, lines_of(found, who.lang), as_json=as_json)


def promote_commitment(
    number: int, rank: int, on: str | None, reason: str, organisation: str | None, *, as_json: bool
) -> None:
    """Give a commitment a better rank, and print the market that follows. Raises BadFile: it cannot be."""
    with acting(organisation, reason) as who:
        found = commitments.promote(*who.asked, number, rank, who.day("--on", on), reason, who.today)
        show(found, lines_of(found, who.lang), as_json=as_json)


def lines_of(found: Told, lang: str) -> list[str]:
    """How a commitment stands, and the market of its parcels."""
    markets = [
        sentence("commitment.market", lang, id=one["parcel"], market=sentence(f"market.{one['market']}", lang))
        for one in found["markets"]
    ]
    ahead = found["behind"]
    waits = [sentence("commitment.waits", lang, deals=", ".join(map(str, ahead)))] if ahead else []
    return [line_of(found, lang), *waits, *markets]


def line_of(found: Told, lang: str) -> str:
    """A commitment in one line."""
    whom = found["buyer"] or sentence("commitment.masked", lang)
    if found["project"] is not None:
        whom = sentence("commitment.project", lang, project=found["project"])
    facts = {
        "deal": found["commitment"],
        "kind": sentence(f"commitment.kind.{found['kind']}", lang),
        "rank": found["rank"],
        "whom": whom,
        "parcels": ", ".join(map(str, found["parcels"])),
        "on": day(found["effective_on"], lang),
        "until": day(found["expires_on"], lang),
        "state": sentence(f"commitment.state.{found['state']}", lang),
    }
    return sentence("commitment.line", lang, **facts)

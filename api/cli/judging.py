"""Proposals in a terminal, filed and decided as over HTTP."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from api.catalogues import sentence
from api.cli.bad_file import BadFile
from api.cli.market_acting import acting, show
from api.desk.market import proposals
from api.pages.values import facts_told

MOST = 10_000


def file_proposal(parcel: int, facts: Sequence[str], reason: str, organisation: str, *, as_json: bool) -> None:
    """Propose facts written FIELD=VALUE. Raises BadFile: they cannot be."""
    with acting(organisation, reason) as who:
        said = {"properties": dict(_fact(one, who.lang) for one in facts)}
        found = proposals.file_facts(*who.asked, parcel, said, reason, who.settings.srid)
        show(found, [line_of(found, who.lang)], as_json=as_json)


def list_proposals(state: str, organisation: str | None, *, as_json: bool) -> None:
    """Print proposals by number."""
    with acting(organisation) as who:
        found = proposals.listed(*who.asked, state, None, limit=MOST)
        lines = [line_of(one, who.lang) for one in found] or [sentence("proposal.none", who.lang)]
        show({"proposals": found}, lines, as_json=as_json)


def accept_proposal(number: int, organisation: str | None, *, force: bool, as_json: bool) -> None:
    """Accept a proposal. Raises BadFile: it cannot be, or the facts have changed since."""
    with acting(organisation) as who:
        found = proposals.accept(*who.asked, number, who.today, who.lang, force=force)
        show(found, [line_of(found, who.lang)], as_json=as_json)


def refuse_proposal(number: int, reason: str, organisation: str | None, *, as_json: bool) -> None:
    """Refuse a proposal. Raises BadFile: it cannot be."""
    with acting(organisation, reason) as who:
        found = proposals.refuse(*who.asked, number, reason)
        show(found, [line_of(found, who.lang)], as_json=as_json)


def line_of(found: Mapping[str, Any], lang: str) -> str:
    """A proposal in one line."""
    said = found["proposed"].get("properties") or {k: v for k, v in found["proposed"].items() if k != "geometry"}
    facts = {
        "id": found["proposal"],
        "parcel": found["parcel"],
        "state": sentence(f"proposal.state.{found['state']}", lang),
        "who": found["organisation"] or found["by"],
        "said": facts_told(said, lang),
        "why": found["reason"],
    }
    return sentence("proposal.line", lang, **facts)


def _fact(written: str, lang: str) -> tuple[str, Any]:
    """``price_eur_m2=45``: numbers, lists and null as JSON writes them, anything else as text."""
    name, equals, value = written.partition("=")
    if not equals:
        raise BadFile(sentence("proposal.fact", lang, given=written))
    try:
        return name.strip(), json.loads(value)
    except ValueError:
        return name.strip(), value

"""Consents in a terminal, given and ended as over HTTP."""

from collections.abc import Mapping
from typing import Any

from api.catalogues import sentence
from api.cli.market_acting import acting, show
from api.desk.market import consents
from api.wording import day


def grant_consent(
    parcel: int, project: int, until: str, reason: str, organisation: str | None, *, as_json: bool
) -> None:
    """Open a parcel to a project. Raises BadFile: it cannot be."""
    with acting(organisation, reason) as who:
        last = who.day("--until", until)
        assert last is not None  # noqa: S101 - the option is required
        found = consents.grant(*who.asked, parcel, project, last, reason, who.today)
        show(found, lines_of(found, who.lang), as_json=as_json)


def end_consent(parcel: int, project: int, reason: str, organisation: str | None, *, as_json: bool) -> None:
    """Close a parcel to a project. Raises BadFile: it is not open to it."""
    with acting(organisation, reason) as who:
        found = consents.end(*who.asked, parcel, project, reason, who.today)
        show(found, lines_of(found, who.lang), as_json=as_json)


def list_consents(parcel: int, organisation: str | None, *, as_json: bool) -> None:
    """Print who sees a parcel. Raises BadFile: it is not theirs."""
    with acting(organisation) as who:
        found = consents.of_parcel(*who.asked, parcel, who.today)
        show(found, lines_of(found, who.lang), as_json=as_json)


def lines_of(found: Mapping[str, Any], lang: str) -> list[str]:
    """A line a project."""
    lines = [
        sentence("consent.line", lang, project=one["project"], until=day(one["until"], lang), why=one["reason"])
        for one in found["consents"]
    ]
    return lines or [sentence("consent.nobody", lang, id=found["parcel"])]

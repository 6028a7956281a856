"""Whether land is still available, asked from a terminal as over HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.catalogues import sentence
from api.cli.bad_file import BadFile
from api.cli.market_acting import Acting, acting, show
from api.desk.market import availability
from api.wording import day
from geo.store.cql2.faults import FilterFault
from geo.store.desk.availability import chosen_parcels

MOST = 10_000


def ask_owners(
    parcels: Sequence[int], chosen: str | None, contact: int | None, organisation: str, *, as_json: bool
) -> None:
    """Send the mails and print whom they ask. Raises BadFile: the filter is none, or it is refused."""
    with acting(organisation) as who:
        listed = list(dict.fromkeys(parcels)) if chosen is None else _chosen(who, chosen)
        found = availability.send(*who.asked, listed, contact, who.settings)
        people = {one["contact"] for one in found["asked"]}
        lines = [sentence("available.sent", who.lang, count=len(found["asked"]), people=len(people))]
        for name in ("lately", "nobody"):
            if found[name]:
                ids = ", ".join(map(str, found[name]))
                lines.append(sentence(f"available.{name}", who.lang, parcels=ids, days=found["days"]))
        lines += [_sold(one, who.lang) for one in found["sold"]]
        show(found, lines, as_json=as_json)


def list_answers(organisation: str, *, missing: bool, as_json: bool) -> None:
    """Print the last question to each person of each parcel, with its answer."""
    with acting(organisation) as who:
        found = availability.listed(*who.asked, answered=False if missing else None, limit=MOST)
        lines = []
        for one in found:
            answer = sentence(f"available.choice.{one['answer']}" if one["answer"] else "available.waiting", who.lang)
            facts = {"id": one["parcel"], "name": one["name"] or "—", "contact": one["contact"], "answer": answer}
            lines.append(sentence("available.line", who.lang, on=who.written(one["asked_at"]), **facts))
        show({"questions": found}, lines or [sentence("available.none", who.lang)], as_json=as_json)


def _sold(one: Mapping[str, Any], lang: str) -> str:
    """Of what nobody was asked because it is sold, and since when."""
    if one["since"] is None:
        return sentence("available.sold", lang, id=one["parcel"])
    return sentence("available.sold_since", lang, id=one["parcel"], on=day(one["since"], lang))


def _chosen(who: Acting, chosen: str) -> list[int]:
    try:
        with who.database.connection(who.role, who.actor) as connection:
            return chosen_parcels(connection, who.role, chosen, who.settings.srid)
    except FilterFault as fault:
        raise BadFile(sentence(fault.code, who.lang, **fault.params)) from None

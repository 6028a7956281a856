"""What loaded plans change in the decisions on industry, told parcel by parcel."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from rich.console import Console

from api.catalogues import number, sentence
from geo.derive.decisions import Change, Changes, changed_since, mark, to_come
from geo.intake.report import Report
from geo.store.database import Database, Role

SHOWN = 10


def before_loading(database: Database) -> int:
    """Where the record of decisions stands; give it to :func:`after_deriving`."""
    with database.connection(Role.WORKER) as connection:
        return mark(connection)


def after_deriving(database: Database, since: int, reports: Sequence[Report], as_of: date) -> dict[str, Changes]:
    """``changed``: decisions that are no longer what they were; ``planned``: those that drafts would change."""
    plans = sorted({plan for report in reports for plan in report.plans})
    with database.connection(Role.WORKER) as connection:
        return {"changed": changed_since(connection, since), "planned": to_come(connection, plans, as_of)}


def to_json(found: dict[str, Changes], lang: str) -> dict[str, Any]:
    """Counts by before and after, and the first parcels with a sentence each."""
    return {name: _listed(changes, lang) for name, changes in found.items()}


def _listed(changes: Changes, lang: str) -> dict[str, Any]:
    counts = [{"before": b, "after": a, "parcels": count} for (b, a), count in sorted(changes.counts.items())]
    first = [asdict(one) | {"message": _told(one, lang)} for one in changes.first]
    return {"total": changes.total, "counts": counts, "first": first}


def print_changes(found: dict[str, Changes], lang: str, console: Console) -> None:
    """How many decisions changed and the first of them; nothing when none did."""
    for code, name in (("decision.changed", "changed"), ("decision.planned", "planned")):
        if found[name].total:
            console.print(sentence(code, lang, count=number(found[name].total, lang)), style="bold")
            if found[name].total > SHOWN:
                _print_counts(found[name], lang, console)
            _print(found[name].first[:SHOWN], lang, console)
            if found[name].total > SHOWN:
                console.print(sentence("report.more", lang, count=number(found[name].total - SHOWN, lang)))


def _print_counts(changes: Changes, lang: str, console: Console) -> None:
    """How many went from what to what, the most first: where many changed, the first few tell too little."""
    for (before, after), count in sorted(changes.counts.items(), key=lambda one: -one[1]):
        words = {"before": sentence(f"industry.{before}", lang), "after": sentence(f"industry.{after}", lang)}
        line = sentence("decision.several", lang, count=number(count, lang), **words)
        console.print(line, markup=False, highlight=False)


def _print(changes: Iterable[Change], lang: str, console: Console) -> None:
    for one in changes:
        console.print(f"  {_told(one, lang)}", markup=False, highlight=False)


def _told(one: Change, lang: str) -> str:
    before, after = (sentence(f"industry.{value}", lang) for value in (one.before, one.after))
    zones = {"zone_before": _zone(one.zone_before, lang), "zone_after": _zone(one.zone_after, lang)}
    return sentence("decision.one", lang, name=one.name or one.key, before=before, after=after, **zones)


def _zone(label: str | None, lang: str) -> str:
    return sentence("decision.zone", lang, label=label) if label else sentence("decision.no_zone", lang)

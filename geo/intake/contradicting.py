"""What a file says against another file of its source: whose word stands, and how to settle it, told in the report."""

from typing import Any

from sqlalchemy import Connection

from geo.intake.options import Options
from geo.intake.problems import Remark
from geo.store.layers import Layer
from geo.store.merging.contradictions import Contradiction, settle

UNDECIDED = "source.contradicts"
_BY_WINNER = {
    "here_newer": "source.contradicts_newer",
    "there_newer": "source.contradicts_older",
    "here_own": "source.contradicts_own",
    "there_own": "source.contradicts_others",
}
CODES = (UNDECIDED, *_BY_WINNER.values())


def settled(connection: Connection, layer: Layer, values: dict[str, Any], options: Options) -> list[Remark]:
    """Settle what can be settled before rows are compared or merged; ``values`` are those of a merge."""
    loaded_for = options.responsible if options.organisation is None else options.organisation
    found = settle(connection, layer, {**values, "for": loaded_for})
    return [_remark(one, values["file_name"]) for one in found]


def _remark(one: Contradiction, own: str) -> Remark:
    code = UNDECIDED if one.wins is None else _BY_WINNER[one.wins]
    said = {"own": own, "other": one.other, "field": one.field.removeprefix("published."), "count": one.count}
    shown = {"key": one.name or one.key, "here": _told(one.here), "there": _told(one.there)}
    return Remark(0, one.field, shown["here"], code, params=said | shown)


def _told(value: object) -> object:
    """A value in a sentence; shapes and texts that go on and on are cut."""
    if value is None:
        return "–"
    return f"{value[:60]}…" if isinstance(value, str) and len(value) > 60 else value

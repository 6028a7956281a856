"""Official fields that have no column of their own, kept as published: nothing a standard's file says is lost.

Kept are the fields of the standards and of the regional additions (``cnig_fields``), no others: what a territory
added for itself may be about people, and is reported as not read. A value that has a column but could not be
understood (off its list, no number, a year where a day is asked) leaves the column unknown and stays here as written.
"""

from collections.abc import Sequence

from geo.intake.layers import cnig, cnig_people, cnig_points
from geo.intake.layers.cnig_fields import Kind, Official, official_fields
from geo.intake.layers.cnig_values import reader_of, says_nothing
from geo.intake.layers.columns import brief
from geo.intake.layers.draft import Draft
from geo.intake.layers.references import references
from geo.intake.layers.values import quantity, text
from geo.intake.problems import Remark
from geo.land.text import fold

PREFIX = "published."
"""Before the name of an official field among the stated columns of a batch."""
_KEYS = ("key", "site_key", "siret")
ANY_NUMBER = quantity(low=-1e300, high=1e300)
"""Reads what is too large or too small for its column; it is kept as the number it is."""


def keep(draft: Draft) -> None:
    """Fill the column ``published``: a mapping of official names to values for each row, never None."""
    kept: list[dict[str, object]] = [{} for _ in range(draft.size)]
    seen: set[str] = set()
    for official in official_fields(draft.layer.name, draft.present):
        name = official.name.lower()
        if name not in draft.present or name in seen:
            continue
        if official.column == "geom":
            draft.table.used.add(draft.present[name])
            continue
        seen.add(name)
        draft.table.stated.add(PREFIX + official.name)
        for place, value in enumerate(_values(draft, official)):
            if value is not None:
                kept[place][official.name] = value
    cnig_people.withhold(draft, kept)
    draft.fields["published"] = list(kept)


def add(draft: Draft, name: str, values: Sequence[object]) -> None:
    """Put one more official field among those kept."""
    draft.table.stated.add(PREFIX + name)
    for facts, value in zip(draft.fields["published"], values, strict=True):
        if value is not None:
            facts[name] = value  # type: ignore[index]


def _values(draft: Draft, official: Official) -> list[object]:
    if _has_column(draft, official):
        return _not_understood(draft, official)
    values = draft.read(official.name.lower(), read=reader_of(official))
    if official.kind is Kind.POINT:
        return cnig_points.not_centroids(draft, values)
    if any(value is None for value in values):
        raw = draft.raw(official.name.lower())
        return [_as_written(draft, i, official, raw[i]) if v is None else v for i, v in enumerate(values)]
    return values


def _has_column(draft: Draft, official: Official) -> bool:
    if official.column in ("", "geom"):
        return False
    if official.column in _KEYS:
        return True
    # another field may have filled the column
    return draft.table.sources.get(official.column) == draft.present[official.name.lower()]


def _not_understood(draft: Draft, official: Official) -> list[object]:
    """The texts of a column's source field where the column stayed unknown although something was written."""
    if official.column in _KEYS:
        return [None] * draft.size
    raw, values = draft.raw(official.name.lower()), draft.fields[official.column]
    if official.kind is Kind.REFERENCES:  # what was read of a list stands in the column, what was not stays here
        unread = "value.not_a_cadastral_reference"
        return [_plain(official, one) if references(one)[1] == unread else None for one in raw]
    return [
        _plain(official, one) if value is None and not _unsaid(official, one) else None
        for one, value in zip(raw, values, strict=True)
    ]


def _unsaid(official: Official, raw: object) -> bool:
    """Whether nothing is said; of the three unknowns of the lists, two are values of a list and of nothing else."""
    if says_nothing(raw):
        return True
    return official.kind is not Kind.LISTED and isinstance(raw, str) and fold(raw) in cnig.UNSAID


def _as_written(draft: Draft, place: int, official: Official, raw: object) -> object:
    if _unsaid(official, raw):
        return None
    written = _plain(official, raw)
    if written is not None and official.kind is not Kind.LISTED:
        row = draft.table.rows[place]
        said = {"text": brief(raw), "name": official.name}
        draft.table.remarks.append(Remark(row, official.name, brief(raw), "value.kept_as_written", params=said))
    return written


_NUMBERS = frozenset({Kind.NUMBER, Kind.WHOLE, Kind.HECTARES})


def _plain(official: Official, raw: object) -> object:
    """A value JSON can hold: cleaned text, numbers and flags as they are, in whatever form the file writes them."""
    if isinstance(raw, str) and official.kind in _NUMBERS:
        number, _ = ANY_NUMBER(raw)
        raw = number if isinstance(number, float) else raw
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 2**53:
        return int(raw)
    return raw if isinstance(raw, bool | int | float) else text(raw)[0]

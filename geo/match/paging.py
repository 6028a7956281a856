"""A page of an answer: some rows of it, named by how many places come before."""

from collections.abc import Mapping, Sequence
from typing import Any

from geo.match.document import digest

MOST_ROWS = 1_000
"""Rows from the first that may be asked for, page by page."""

Document = dict[str, Any]


def page(document: Document, places: Mapping[str, Sequence[int]], offset: int, limit: int) -> Document:
    """The rows of an answer at places ``offset`` to ``offset + limit``, with a digest of its own.

    The answer has as many rows of each list, and ``places`` says which is which (Answer.places). ``next_offset`` is
    where the next page begins; None when nothing is left, or nothing beyond may be asked for.
    """
    end, counts = offset + limit, document["counts"]
    shown = {
        name: [row for row, place in zip(document[name], places[name], strict=True) if offset <= place < end]
        for name in places
    }
    told = {name: sum(place < end for place in places[name]) for name in places}
    beyond = any(told[name] < len(places[name]) for name in places)
    left = beyond or counts["proved"] > told["matches"] or counts["to_check"] > told["to_check"]
    more = (left or counts["open"] > 0) and any(shown.values()) and end < MOST_ROWS
    paged = {**document, **shown, "offset": offset, "next_offset": end if more else None}
    return {**paged, "digest": digest(paged)}

"""A page of an answer: some rows of it, named by how many come before."""

from typing import Any

from geo.match.document import digest

MOST_ROWS = 1_000
"""Rows from the first that may be asked for, page by page."""

Document = dict[str, Any]


def page(document: Document, offset: int, limit: int) -> Document:
    """Rows ``offset`` to ``offset + limit`` of an answer that has as many, with a digest of its own.

    ``next_offset`` is where the next page begins; None when nothing is left, or nothing beyond may be asked for.
    """
    end = offset + limit
    shown = {name: document[name][offset:end] for name in ("matches", "to_check")}
    counts = document["counts"]
    left = max(counts["proved"], counts["to_check"], *(len(document[name]) for name in shown)) > end
    more = (left or counts["open"] > 0) and any(shown.values()) and end < MOST_ROWS
    paged = {**document, **shown, "offset": offset, "next_offset": end if more else None}
    return {**paged, "digest": digest(paged)}

"""The record of a parcel's steps as changes: from what to what, as of which day, when, why, by which organisation."""

from collections.abc import Sequence
from typing import Any

from geo.readiness.catalogue import Catalogue
from geo.store.steps import ATTESTATION, ENTRY, PROPOSAL, WITHDRAWAL, Kept, in_force, known_then


def changes(
    rows: Sequence[Kept], catalogue: Catalogue, lang: str, *, own: bool, reader: int | None = None
) -> list[dict[str, Any]]:
    """One entry a row, in the order of recording. ``own``: the reader answers for the parcel; others are told neither
    words nor proposals, but those of ``reader``, their own organisation, and why theirs were turned down.
    """
    theirs = {row.id for row in rows if reader is not None and row.organisation_id == reader}

    def in_words(row: Kept) -> bool:
        return own or row.id in theirs or (row.record.kind == WITHDRAWAL and row.record.corrects in theirs)

    return [
        _change(row, rows, catalogue, lang, words=in_words(row))
        for row in rows
        if row.record.kind != PROPOSAL or own or row.id in theirs
    ]


def _change(row: Kept, rows: Sequence[Kept], catalogue: Catalogue, lang: str, *, words: bool) -> dict[str, Any]:
    record = row.record
    step = catalogue.steps.get(record.step)
    told = {
        "record": row.id,
        "kind": record.kind,
        "step": record.step,
        "label": record.step if step is None else step.label[lang],
        "old": _old(row, rows),
        "new": _new(row, rows),
        "effective_on": record.effective_on.isoformat(),
        "expires_on": None if record.expires_on is None else record.expires_on.isoformat(),
        "attested_on": None if record.attested_on is None else record.attested_on.isoformat(),
        "corrects": record.corrects,
        "recorded_at": row.recorded_at.isoformat(),
        "stands": row.superseded_at is None,
        "organisation": row.organisation,
    }
    return told | ({"reason": record.why, "evidence": record.evidence} if words else {})


def _old(row: Kept, rows: Sequence[Kept]) -> str | None:
    """The state that counted before the row was recorded; None: what the facts said."""
    then = [one for one in rows if (one.recorded_at, one.id) < (row.recorded_at, row.id)]
    open_then = [one for one in then if one.superseded_at is None or one.superseded_at >= row.recorded_at]
    found = in_force(open_then, row.record.step)
    return None if found is None else found.record.state


def _new(row: Kept, rows: Sequence[Kept]) -> str | None:
    """The state that counts after it; None: what the facts say. A proposal tells what it proposes."""
    if row.record.kind in (ATTESTATION, PROPOSAL):
        return row.record.state
    until = [one for one in rows if (one.recorded_at, one.id) <= (row.recorded_at, row.id) or one is row]
    found = in_force(known_then(until, row.recorded_at), row.record.step)
    if found is None and row.record.kind == ENTRY:
        return row.record.state
    return None if found is None else found.record.state

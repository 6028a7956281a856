"""What a planner may record of a step, checked against the catalogue, the calendar and what stands already."""

from collections.abc import Iterator, Sequence
from datetime import date
from difflib import get_close_matches

from api.catalogues import HTTP
from api.problems import Problem, Refusal
from geo.readiness.catalogue import Catalogue
from geo.readiness.status import BLOCKED, DONE, EXPIRED, NOT_NEEDED, RUNNING, TO_DO, UNKNOWN
from geo.store.steps import ENTRY, PROPOSAL, WITHDRAWAL, Kept, Record, in_force

_ORDER = {UNKNOWN: 0, TO_DO: 0, BLOCKED: 0, RUNNING: 1, DONE: 2, NOT_NEEDED: 2, EXPIRED: 3}
"""A step is to do, then running, then over, then expired: an earlier stage may be learnt of later."""


def check(record: Record, catalogue: Catalogue, rows: Sequence[Kept], today: date) -> None:
    """See that a record can be written beside the ``rows`` that stand.

    Raises:
        Problem: 422, every mistake with its field, a sentence and an example of right.
    """
    found = [*_step(record, catalogue), *_days(record, today), *_corrected(record, rows), *_order(record, rows)]
    if found:
        raise Problem("invalid", "body.invalid", errors=found)


def _step(record: Record, catalogue: Catalogue) -> Iterator[Refusal]:
    if record.step not in catalogue.steps:
        near = get_close_matches(record.step.upper(), list(catalogue.steps), 3, 0.4)
        params = {"step": record.step, "known": near or list(catalogue.steps)}
        yield Refusal("step", "step.unknown", params, (near or ["VRD"])[0])


def _days(record: Record, today: date) -> Iterator[Refusal]:
    if record.effective_on > today:
        yield Refusal("effective_on", "step.future", {"on": record.effective_on, "today": today}, today.isoformat())
    if record.expires_on is not None and record.expires_on < record.effective_on:
        params = {"on": record.expires_on, "effective_on": record.effective_on}
        yield Refusal("expires_on", "step.expires_before", params)


def _corrected(record: Record, rows: Sequence[Kept]) -> Iterator[Refusal]:
    """What is corrected stands, and is of the same step."""
    if record.corrects is None:
        return
    row = next((one for one in rows if one.id == record.corrects and one.record.kind in (ENTRY, PROPOSAL)), None)
    if row is None:
        yield Refusal("corrects", "step.no_record", {"way": HTTP, "record": record.corrects})
    elif row.record.step != record.step:
        yield Refusal("corrects", "step.other_step", {"record": row.id, "step": row.record.step})


def _order(record: Record, rows: Sequence[Kept]) -> Iterator[Refusal]:
    """An older day than what stands changes nothing today, unless it tells of an earlier stage."""
    if record.kind == WITHDRAWAL:
        return
    last = in_force([row for row in rows if row.id != record.corrects], record.step)
    if last is None or record.effective_on >= last.record.effective_on:
        return
    if _ORDER[record.state] >= _ORDER[last.record.state]:
        params = {"way": HTTP, "on": record.effective_on, "since": last.record.effective_on, "record": last.id}
        yield Refusal("effective_on", "step.before_later", params)

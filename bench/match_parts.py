"""What a match is made of, counted: statements, transactions, and the time of each part (bench/match.py)."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import event
from sqlalchemy.engine import Engine

from geo.match import search as asking
from geo.match.explain import explain
from geo.match.need.need import Need
from geo.match.search import search
from geo.store.database import Actor, Database, Role

PARTS = {"screening": "open_screening", "rows, fits": "answered", "document": "to_document"}
"""The functions of `geo.match.search` that each part is; what the steps of the rows shown take is in none of them."""
Found = dict[str, float]


def timed(what: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds, and those of the processor, that something takes."""
    begun, cpu = time.perf_counter(), time.process_time()
    what()
    return (time.perf_counter() - begun) * 1e3, (time.process_time() - cpu) * 1e3


def parts(database: Database, needs: Sequence[Need], as_of: date) -> Found:
    """Of needs asked again: statements, transactions and milliseconds of the processor a match, in the median."""
    rows = []
    for need in needs:
        with _counted() as counts, _parted() as spent:
            _, whole = timed(partial(answer_of, database, need, as_of))
        rows.append({**counts, **spent, "all": whole})
    told = {"statements": "statements a match", "transactions": "transactions a match"}
    named = {name: told.get(name, f"of one asked again, {name}, CPU ms") for name in rows[0]}
    return {named[name]: float(np.median([row[name] for row in rows])) for name in rows[0]}


def answer_of(database: Database, need: Need, as_of: date) -> dict[str, Any]:
    """The answer to a company; nothing is kept of it, so that an unseen class stays one."""
    return search(database, Role.COMPANY, Actor(), need, as_of, later=lambda keeping: None)


def explained(database: Database, needs: Sequence[Need], as_of: date) -> list[float]:
    """Milliseconds to explain the first parcel of each answer that has one."""
    walls = []
    for need in needs:
        shown = answer_of(database, need, as_of)["matches"]
        if shown:
            ids = shown[0]["parcel_ids"]
            walls.append(timed(partial(explain, database, Role.COMPANY, Actor(), need, ids, as_of))[0])
    return walls


@contextmanager
def _counted() -> Iterator[dict[str, float]]:
    counts = {"statements": 0.0, "transactions": 0.0}

    def statement(*_: object) -> None:
        counts["statements"] += 1

    def transaction(_: object) -> None:
        counts["transactions"] += 1

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "begin", transaction)
    try:
        yield counts
    finally:
        event.remove(Engine, "before_cursor_execute", statement)
        event.remove(Engine, "begin", transaction)


@contextmanager
def _parted() -> Iterator[Found]:
    """Milliseconds of the processor in each part of a search."""
    spent: Found = {}
    kept = {name: getattr(asking, function) for name, function in PARTS.items()}

    def watched(name: str) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            begun = time.process_time()
            found = kept[name](*given, **named)
            spent[name] = (time.process_time() - begun) * 1e3
            return found

        return run

    try:
        for name, function in PARTS.items():
            setattr(asking, function, watched(name))
        yield spent
    finally:
        for name, function in PARTS.items():
            setattr(asking, function, kept[name])

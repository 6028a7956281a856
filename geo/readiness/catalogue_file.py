"""Reading and checking a catalogue of steps written in TOML, and which catalogue this process computes with."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from geo.readiness.catalogue import MOST_STEPS, BadCatalogueError, Catalogue, Complaint, Step, gates_of, ordered
from geo.readiness.catalogue_step import Wrong, check, step_of

_TOML_LINE = re.compile(r"\(at line (\d+)")
_HEAD = re.compile(r"^\s*\[\[\s*step\s*\]\]")
_in_use: list[Catalogue] = []


def shipped_text() -> str:
    """The catalogue shipped with Emprise, as it is written: what an administrator copies and edits."""
    return files("geo.readiness").joinpath("catalogue.toml").read_text(encoding="utf-8")


@cache
def default() -> Catalogue:
    """The catalogue shipped with Emprise, ``catalogue.toml``."""
    return read(shipped_text())


def in_use() -> Catalogue:
    """The catalogue this process computes with: the one given to :func:`use`, else the shipped one."""
    return _in_use[-1] if _in_use else default()


def use(catalogue: Catalogue | None) -> None:
    """Compute with this catalogue from now on, None for the shipped one; called once, when a process begins."""
    _in_use[:] = [] if catalogue is None else [catalogue]


def read(text: str) -> Catalogue:
    """Read a catalogue.

    Raises BadCatalogueError with a complaint for each step that is wrong: not TOML, unknown or missing field,
    min <= typ <= max broken, editions that overlap or leave days out, missing predecessor, cycle (with its path).
    """
    tables = _tables(text)
    lines = _lines(text)
    steps: dict[str, Step] = {}
    complaints = []
    for place, table in enumerate(tables):
        try:
            step = step_of(table)
            check(step.code not in steps, "written_twice")
        except Wrong as wrong:
            code = table.get("code") if isinstance(table, dict) else None
            complaints.append(Complaint(str(code or place + 1), wrong.code, wrong.params, lines[place]))
            continue
        steps[step.code] = step
    if not complaints:
        line_of = dict(zip(steps, lines, strict=False))
        complaints = [Complaint(code, why, params, line_of[code]) for code, why, params in _references(steps)]
    if complaints:
        raise BadCatalogueError(complaints)
    in_order = ordered(steps)
    return Catalogue(in_order, gates_of(in_order), hashlib.sha256(text.encode()).hexdigest()[:12], text)


def read_edited(text: str) -> Catalogue:
    """Read a catalogue to compute with: it keeps every step that the code sets the state of.

    Raises BadCatalogueError as :func:`read` does, and for a shipped step that is missing, on another side or under
    another trigger: figures, labels, predecessors and steps of one's own are what an administrator edits.
    """
    catalogue = read(text)
    complaints = []
    for code, step in default().steps.items():
        kept = catalogue.steps.get(code)
        if kept is None:
            complaints.append(Complaint(code, "step_removed", {}, None))
        elif (kept.side, kept.trigger) != (step.side, step.trigger):
            now = {"side": step.side, "trigger": step.trigger}
            complaints.append(Complaint(code, "step_moved", now, None))
    if complaints:
        raise BadCatalogueError(complaints)
    return catalogue


def _tables(text: str) -> list[Any]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_LINE.search(str(error))
        line = int(place[1]) if place else None
        raise BadCatalogueError([Complaint("", "not_toml", {"message": str(error)}, line)]) from error
    if document.keys() != {"step"} or not isinstance(document["step"], list):
        raise BadCatalogueError([Complaint("", "not_a_list_of_steps", {}, 1)])
    tables: list[Any] = document["step"]
    if len(tables) > MOST_STEPS:
        raise BadCatalogueError([Complaint("", "too_many_steps", {"count": len(tables), "most": MOST_STEPS}, None)])
    return tables


def _lines(text: str) -> list[int | None]:
    """The line each step begins on, as far as steps are written under a ``[[step]]`` of their own."""
    heads: list[int | None] = [number for number, line in enumerate(text.splitlines(), 1) if _HEAD.match(line)]
    return heads + [None] * MOST_STEPS


def _references(steps: Mapping[str, Step]) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    for step in steps.values():
        named = (*step.needs, *((step.outcome_of,) if step.outcome_of else ()))
        missing = [name for name in named if name not in steps]
        if missing:
            yield step.code, "no_such_step", {"missing": ", ".join(missing)}
        if step.after_start and "start" in step.gates:
            yield step.code, "after_its_own_gate", {}

"""An exported file that was edited elsewhere, back into the base: a three-way merge, field by field.

What the file's author saw is the parcel as it was at the row's ``row_version``; what stands now may have moved on.
A field changed in the file alone is written, one changed in the base alone is kept, one changed on both sides to
different values is a conflict. Edits go through the audience's own view, so that they become overrides with their
history, and row security decides whose they may be.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from geo.intake.layers.ground import ground_area
from geo.intake.problems import Rejection, Remark
from geo.intake.step_conflicts import edited_step_conflicts
from geo.intake.update.facts import EDITABLE, differs, shown, unreadable
from geo.intake.update.file import Answers, ReturnedFile, Wish
from geo.intake.update.judge import GEOMETRY, Verdict, judge, moved, there
from geo.intake.update.report import Change, Conflict, UpdateReport
from geo.store import edits
from geo.store.database import Actor, Database, Role
from geo.store.edits import Past, Standing
from geo.store.merging.merge import ALONE


@dataclass(frozen=True, slots=True)
class UpdateOptions:
    """Who edits and why. ``role`` is ADMIN, or PLANNER for ``actor``'s organisation; ``actor`` carries the reason."""

    role: Role
    actor: Actor
    crs: str | None = None
    keep_going: bool = False
    dry_run: bool = False


class _Withdraw(Exception):  # noqa: N818 - not an error: the way out of the transaction
    """Leave the base as it was."""


@dataclass(slots=True)
class _Update:
    """One update under way: the rows that say something else than the base, and the row each parcel came in."""

    file: ReturnedFile
    report: UpdateReport
    wishes: dict[int, Wish] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    twice: dict[int, list[int]] = field(default_factory=dict)
    taken: dict[int, dict[str, object]] = field(default_factory=dict)


def update(
    database: Database,
    path: Path,
    options: UpdateOptions,
    *,
    srid: int,
    progress: Callable[[int, int], None] | None = None,
) -> UpdateReport:
    """Merge one edited file; all of it or, when a row is refused or in conflict and ``keep_going`` is not set, nothing.

    The file is read and compared before anything is locked; then only the parcels that it changes are.

    Raises:
        geo.intake.problems.Unreadable: the whole file is refused; nothing is written.
    """
    with closing(ReturnedFile(path, options.crs, srid)) as file:
        run = _Update(file, UpdateReport(path.name, remarks=list(file.remarks)))
        told = _percents(progress)
        with database.connection(options.role, options.actor) as connection:
            edits.patient(connection)
            for answers in file.rows(told):
                _compare(connection, run, answers)
            run.report.missing = edits.absent(connection, list(run.rows))
        _refuse_twice(run)
        if not run.wishes:  # nothing to write: no need to wait for anybody
            run.report.written = not options.dry_run and (run.report.clean or options.keep_going)
            return run.report
        try:
            with database.connection(options.role, options.actor) as connection:
                _merge(connection, run, options, srid)
        except _Withdraw:
            run.report.written = False
    run.report.step_conflicts += edited_step_conflicts(database, run.taken, run.rows)
    return run.report


def _percents(progress: Callable[[int, int], None] | None) -> Callable[[float], None]:
    return lambda share: progress(round(100 * share), 100) if progress else None


def _compare(connection: Connection, run: _Update, answers: Answers) -> None:
    """Keep the rows that differ from what stands; the others are done with."""
    report = run.report
    report.read += answers.read
    report.rejections += answers.rejections
    standing = edits.standing(connection, [wish.id for wish in answers.wishes])
    for wish, placed in zip(answers.wishes, there(answers.wishes, standing), strict=True):
        first = run.rows.setdefault(wish.id, wish.row)
        if first != wish.row:
            run.twice.setdefault(wish.id, [first]).append(wish.row)
            continue
        now = standing.get(wish.id)
        if now is None:
            said = {"id": wish.id}
            report.rejections.append(Rejection(wish.row, "id", wish.id, "update.unknown_id", params=said))
            continue
        if wish.facts.get("market") in now.followed:  # as it was shown: what commitments made of it
            wish.facts["market"] = now.facts["market"]
        report.remarks += _computed(wish, now)
        unread = list(_unread(wish, now))
        if unread:
            report.rejections += unread
        elif moved(wish, now, there=placed):
            run.wishes[wish.id] = wish
        else:
            report.unchanged += 1


def _unread(wish: Wish, now: Standing) -> Iterator[Rejection]:
    """Values that nobody can read; one that stands in the base just so has not been edited, and says nothing."""
    for name, (told, code) in wish.unread.items():
        if differs(name, told, now.facts.get(name)):
            yield unreadable(wish.row, name, told, code)
        else:
            del wish.facts[name]


def _computed(wish: Wish, now: Standing) -> Iterator[Remark]:
    """What is computed and says something else in the file; facts that wait to be derived cannot be compared."""
    if now.stale:
        return
    for name, told in wish.computed.items():
        if name in now.facts and differs(name, told, now.facts[name]):
            computed = now.facts[name]
            current = shown(round(computed, 2) if isinstance(computed, float) else computed)
            said = {"row": wish.row, "field": name, "current": current}
            yield Remark(wish.row, name, shown(told), "update.computed", params=said)


def _refuse_twice(run: _Update) -> None:
    """Every row of a parcel that came more than once, the first as well, whatever it was taken for."""
    report = run.report
    for parcel, rows in run.twice.items():
        refused = any(one.row == rows[0] for one in report.rejections)
        if run.wishes.pop(parcel, None) is None and not refused:
            report.unchanged -= 1
        said = {"id": parcel, "rows": rows}
        report.rejections += [Rejection(row, "id", parcel, "update.duplicate_id", params=said) for row in rows]


def _merge(connection: Connection, run: _Update, options: UpdateOptions, srid: int) -> None:
    edits.patient(connection)
    connection.execute(ALONE)
    edits.lock(connection, run.wishes)
    standing = edits.standing(connection, list(run.wishes))
    past = edits.past(connection, run.wishes)
    taken = run.taken
    for wish in sorted(run.wishes.values(), key=lambda one: one.row):
        now = standing.get(wish.id)
        facts = _settle(run, wish, now, past.get(wish.id, []), srid)
        if facts:
            taken[wish.id] = facts
    if options.dry_run or not (run.report.clean or options.keep_going):
        raise _Withdraw
    written = edits.write(connection, taken)
    if written != len(taken):
        raise RuntimeError(f"{len(taken)} parcels were locked and {written} could be written")
    run.report.written = True


def _settle(run: _Update, wish: Wish, now: Standing | None, past: list[Past], srid: int) -> dict[str, object]:
    """What to write of one row; nothing when it is refused, in conflict, or says nothing new."""
    report = run.report
    refusal = _refusal(wish, now)
    if now is None or refusal is not None:
        report.rejections += [refusal] if refusal else []
        return {}
    if not now.editable:
        return _leave_others(report, wish, now)
    verdict = judge(wish, now, past)
    if verdict is None:
        told = Conflict(wish.row, wish.id, "row_version", None, wish.version, now.version, None, None)
        report.conflicts.append(told)
        return {}
    if verdict.fixed:
        report.rejections += [_fixed(wish, verdict, name) for name in verdict.fixed]
        return {}
    if verdict.clash:
        report.conflicts += [_conflict(wish, now, verdict, name, srid) for name in verdict.clash]
        return {}
    if not verdict.take:
        report.unchanged += 1
        return {}
    if "market" in verdict.take and now.held_by is not None:
        held = {"deal": now.held_by, "id": now.id}
        report.rejections.append(
            Rejection(wish.row, "market", shown(wish.facts["market"]), "update.market_held", params=held)
        )
        return {}
    return _take(run, wish, now, verdict, srid)


def _refusal(wish: Wish, now: Standing | None) -> Rejection | None:
    said = {"id": wish.id}
    if now is None:
        return Rejection(wish.row, "id", wish.id, "update.unknown_id", params=said)
    if now.deleted:
        return Rejection(wish.row, "id", wish.id, "update.deleted", params=said)
    if wish.version > now.version:
        said |= {"version": wish.version, "current": now.version}
        return Rejection(wish.row, "row_version", wish.version, "update.version_ahead", params=said)
    return None


def _leave_others(report: UpdateReport, wish: Wish, now: Standing) -> dict[str, object]:
    """A row of another organisation: an edit of it is refused; that it has moved on since is nobody's edit."""
    if wish.version == now.version:
        name = next(iter(moved(wish, now)), "id")
        said = {"id": wish.id, "responsible": now.facts.get("responsible")}
        report.rejections.append(Rejection(wish.row, name, wish.id, "update.not_yours", params=said))
    else:
        report.unchanged += 1
    return {}


def _fixed(wish: Wish, verdict: Verdict, name: str) -> Rejection:
    said = {"field": name, "seen": shown(verdict.seen[name])}
    return Rejection(wish.row, name, shown(wish.facts[name]), "update.fixed", params=said)


def _conflict(wish: Wish, now: Standing, verdict: Verdict, name: str, srid: int) -> Conflict:
    shape = now.outline or now.location
    current = (shape and shapely.from_wkb(shape)) if name == GEOMETRY else now.facts.get(name)
    actor, at = verdict.last.get(name, (None, None))
    base, told = verdict.seen[name], wish.facts[name]
    when = None if at is None else at.isoformat(timespec="seconds")
    before, wanted, now_told = (_told(value, srid) for value in (base, told, current))
    return Conflict(wish.row, wish.id, name, before, wanted, now_told, actor, when)


def _told(value: Any, srid: int) -> object:
    """A value as the report shows it: an outline by its surface and its number of vertices."""
    if isinstance(value, BaseGeometry):
        return {"area_m2": round(ground_area(value, srid), 2), "vertices": int(shapely.get_num_coordinates(value))}
    return shown(value)


def _take(run: _Update, wish: Wish, now: Standing, verdict: Verdict, srid: int) -> dict[str, object]:
    facts: dict[str, object] = {}
    for name in verdict.take:
        if name != GEOMETRY:
            facts[EDITABLE[name]] = wish.facts[name]
            continue
        drawn = _drawn(run, wish, verdict)
        if drawn is None:
            return {}
        column = "location" if isinstance(drawn, shapely.Point) else "geom"
        facts[column] = shapely.to_wkb(shapely.set_srid(drawn, srid), hex=True, include_srid=True)
        wish.facts[GEOMETRY] = drawn
    changes = [
        Change(wish.row, wish.id, name, _told(verdict.seen[name], srid), _told(wish.facts[name], srid))
        for name in verdict.take
    ]
    run.report.changes += changes
    return facts


def _drawn(run: _Update, wish: Wish, verdict: Verdict) -> BaseGeometry | None:
    """The row's new geometry, or None when it is refused."""
    drawn, rejections, repairs = run.file.shaped(wish)
    seen = verdict.seen[GEOMETRY]
    if wish.source is None:
        rejections = [Rejection(wish.row, GEOMETRY, None, "geometry.missing")]
    elif isinstance(drawn, shapely.Point) and seen is not None and seen.geom_type != "Point":
        rejections = [Rejection(wish.row, GEOMETRY, "Point", "update.outline_lost", params={"id": wish.id})]
    if rejections:
        run.report.rejections += rejections
        return None
    run.report.repairs += repairs
    return drawn

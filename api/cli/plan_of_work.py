"""A readiness as a person reads it in a terminal: dates in words, what decides, the calendar, what to ask whom."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.catalogues import sentence
from api.cli.gantt import drawn, has_bar
from api.wording import Document, day, instant

MILESTONES = ("start", "start_cleared", "power", "production")
SHOWN = ("p10", "p50", "p80")
OWNER_SIDE = {"start": "readiness.start.owner", "start_cleared": "readiness.start_cleared.owner"}
"""Without a need the dates are those of the land alone: no permit of a project is in them."""
_LABEL_WIDTH = 34


def print_plan(parcel: int, document: Document, lang: str, console: Console | None = None) -> None:
    """The whole of a readiness; ``document`` is told in the language (api.planning.telling)."""
    out = console or Console()
    as_of = date.fromisoformat(document["as_of"])
    out.print(f"[bold]{sentence('readiness.title', lang, id=parcel, as_of=day(document['as_of'], lang))}[/bold]")
    if document.get("known_at"):
        out.print(sentence("plan.moment", lang, known_at=instant(document["known_at"], lang)))
    of_whom = "plan.class" if document["scope"] == "owner" else "plan.class.of_land"
    out.print(sentence(of_whom, lang, value=sentence(f"class.{document['class']}", lang)))
    _print_dates(out, document, lang)
    if document["start"]:
        _print_path(out, document, lang)
    if document["steps"]:
        out.print(_steps(document, lang))
        _print_done(out, document, lang)
    _print_calendar(out, document["steps"], document["critical_path"], as_of, lang)
    _print_notes(out, parcel, document, lang)


def _print_dates(out: Console, document: Document, lang: str) -> None:
    """A row a milestone, and below it, where what is unknown makes a difference, the one without it."""
    found = [name for name in MILESTONES if document[name] and not _repeats(document, name)]
    if not found:
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(sentence("plan.columns", lang).split("|")):
        table.add_column(name, justify="right" if place else "left", no_wrap=bool(place))
    for name in found:
        dates = document[name]
        code = OWNER_SIDE.get(name) if document["scope"] == "owner" else f"readiness.{name}"
        table.add_row(sentence(code or name, lang), *_dates(dates, lang))
        other = dates.get("if_unknown_steps_fall_away")
        if other:
            table.add_row(f"  {sentence('plan.bounds.optimistic', lang)}", *_dates(other, lang))
    out.print(table)
    out.print(sentence("plan.words", lang), markup=False)


def _repeats(document: Document, name: str) -> bool:
    """Whether the land has no appeal to wait for: both its dates are one."""
    return name == "start_cleared" and document["scope"] == "owner" and document[name] == document["start"]


def _dates(dates: Mapping[str, str | None], lang: str) -> list[str]:
    return [sentence("plan.never", lang) if dates[name] is None else day(dates[name], lang) for name in SHOWN]


def _print_path(out: Console, document: Document, lang: str) -> None:
    labels = {step["code"]: step["label"] for step in document["steps"]}
    path = " → ".join(labels[code] for code in document["critical_path"]) or sentence("plan.path.none", lang)
    out.print(f"[bold]{sentence('plan.path', lang)}[/bold] {escape(path)}")


def _steps(document: Document, lang: str) -> Table:
    """What is left, and what a planner recorded; the rest that is over stands in one line below."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(sentence("plan.step", lang), ratio=1)
    for place, name in enumerate(sentence("plan.steps", lang).split("|")):
        table.add_column(name, no_wrap=place in (1, 2, 3), justify="right" if place == 3 else "left")
    for step in document["steps"]:
        if _in_line(step):
            continue
        ends, slack = step["ends"] or {}, step["slack_days"]
        table.add_row(
            ("*" if step["code"] in document["critical_path"] else " ") + escape(f"{step['label']} ({step['code']})"),
            _state(step, lang),
            *(day(ends[name], lang) if ends.get(name) else "" for name in ("p50", "p80")),
            "" if slack is None else sentence("plan.days", lang, count=slack),
            escape(_by(step["said_by"], lang)),
        )
    return table


def _state(step: Document, lang: str) -> str:
    """Where a step stands, and since when; of one left to chance, how often it is needed."""
    state = step["state"]
    if step["chance"]:
        return sentence("plan.chance", lang, percent=f"{step['chance']['probability'] * 100:.0f}")
    since = step["over_on"] or step["since"] if state == "expired" else step["since"]
    if since is None:
        return sentence(f"state.{state}", lang)
    when = sentence("plan.on" if state == "done" else "plan.since", lang, on=day(since, lang))
    return f"{sentence(f'state.{state}', lang)} {when}"


def _in_line(step: Document) -> bool:
    return bool(step["state"] == "done" and step["said_by"]["who"] == "facts")


def _print_done(out: Console, document: Document, lang: str) -> None:
    over = [step["label"] for step in document["steps"] if _in_line(step)]
    if over:
        out.print(f"[bold]{sentence('plan.done', lang)}[/bold] {escape(_several(over, lang))}.")


def _several(labels: Sequence[str], lang: str) -> str:
    """Labels in a row: some have commas of their own."""
    return sentence("words.several", lang).join(labels)


def _by(said: Mapping[str, Any], lang: str) -> str:
    if said["who"] != "planner":
        return sentence(f"plan.{said['who']}", lang)
    who = said.get("organisation") or sentence("plan.administrator", lang)
    return sentence("plan.by", lang, who=who, record=said["record"]) if "record" in said else who


def _print_calendar(out: Console, steps: Sequence[Document], path: Sequence[str], as_of: date, lang: str) -> None:
    shown = [step for step in steps if has_bar(step)]
    width = min(out.width, 140) - _LABEL_WIDTH - 8
    lines = drawn(shown, as_of, width) if width >= 20 else []
    if not lines:
        return
    out.print(f"[bold]{sentence('plan.chart', lang)}[/bold]")
    names = [" " * (_LABEL_WIDTH + 2), *(_name(step, path) for step in shown)]
    for name, line in zip(names, lines, strict=True):
        out.print(f"{name}{line}", markup=False, highlight=False, no_wrap=True, crop=False)
    out.print()


def _name(step: Document, path: Sequence[str]) -> str:
    mark = "*" if step["code"] in path else " "
    label = step["label"] if len(step["label"]) <= _LABEL_WIDTH else step["label"][: _LABEL_WIDTH - 1] + "…"
    return f"{mark}{label:{_LABEL_WIDTH}} "


def _print_notes(out: Console, parcel: int, document: Document, lang: str) -> None:
    """What is unknown with who can answer, then what else there is to know, then how fresh it is."""
    notes = document["notes"]
    _print_list(out, "plan.unknown", [note["message"] for note in notes if note["code"] == "unknown"], lang)
    others = [note["message"] for note in notes if note["code"] not in ("unknown", "stale")]
    _print_list(out, "plan.notes", [*_old(parcel, document, lang), *others], lang)
    freshness = document.get("freshness")
    if freshness:
        observed = freshness["observed_on"]
        code = "plan.observed" if observed else "plan.not_observed"
        out.print(sentence(code, lang, day=day(observed, lang)), markup=False)


def _old(parcel: int, document: Document, lang: str) -> list[str]:
    """The statuses that nobody said again in time, together: one round confirms them all."""
    labels = {step["code"]: step["label"] for step in document["steps"]}
    old = [labels[note["step"]] for note in document["notes"] if note["code"] == "stale"]
    return [sentence("plan.stale", lang, parcel=parcel, steps=_several(old, lang))] if old else []


def _print_list(out: Console, title: str, messages: Sequence[str], lang: str) -> None:
    if messages:
        out.print(f"[bold]{sentence(title, lang)}[/bold]")
    for message in messages:
        out.print(f"  {message}", markup=False, highlight=False)

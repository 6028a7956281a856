"""What a dossier says, ready to be set: words of one language, drawings, tables; the same for a page and a document."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.desk.dossier.drawing import Drawing

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells under their heads."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Key:
    """A line of a legend: the kind of shape it explains, and what that is."""

    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its legend; ``caption``: scale, what north it is, what was left out."""

    drawing: Drawing
    keys: Sequence[Key]
    caption: str


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Criteria of one verdict: what each is about, what is known, whom to ask; ``text``: only what they are about."""

    kind: str
    title: str
    rows: Sequence[tuple[str, str, str]]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """One site."""

    title: str
    place: str
    facts: Sequence[Row]
    text: Sequence[str]
    plan: Plan | None
    no_plan: str
    verdicts: Sequence[Verdicts]
    dates: Table | None
    path: str
    calendar: Drawing | None
    notes: Sequence[str]
    sources: Table | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """The whole."""

    lang: str
    title: str
    kind: str
    by: str
    on: str
    text: Sequence[str]
    need: Sequence[Row]
    summary: Table
    sites: Sequence[Site]
    method: Sequence[str]
    version: str

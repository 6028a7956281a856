"""A file nobody recognises: the mapping proposed for it, shown as a table and written as TOML to correct."""

from collections.abc import Iterator
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from api.catalogues import sentence
from api.cli.language import terminal_language
from api.intake_sentences import why
from api.words import column_word, layer_word
from geo.intake.load import Options
from geo.intake.mapping.choice import named
from geo.intake.mapping.keeping import kept
from geo.intake.mapping.proposal import proposals_of
from geo.intake.mapping.proposed import Proposal, Proposed
from geo.intake.mapping.text import places_of, write_proposal
from geo.store.database import Database

UNKNOWN = frozenset({"schema.unknown", "schema.unread", "mapping.outdated"})
"""Refusals that a mapping would lift."""


def read_given(mapping: str | None) -> tuple[str | None, str | None]:
    """The TOML of what ``--mapping`` names (a file, or a shipped mapping) and its name. Raises Unreadable."""
    if mapping is None:
        return None, None
    path = Path(mapping)
    if path.is_file():
        return path.read_text(encoding="utf-8-sig"), path.name
    return named(mapping).text, mapping


def show_proposals(database: Database, path: Path, options: Options, srid: int, target: Path | None = None) -> None:
    """Print the mappings proposed for a file on stderr; write them as TOML to a ``target``. Raises Unreadable."""
    lang, console = terminal_language(), Console(stderr=True)
    found = proposals_of(
        path, layer=options.layer, crs=options.crs, srid=srid, kept=kept(database, options.responsible)
    )
    for one in found:
        console.print(
            sentence("proposal.title", lang, name=one.name, layer=layer_word(one.layer, lang)),
            markup=False,
            style="bold",
        )
        console.print(_table(one, lang))
    if target is None:
        console.print(sentence("proposal.next", lang, file=path.name), markup=False, soft_wrap=True)
        return
    for written in _written(found, target, lang):
        told = sentence("proposal.written", lang, file=path.name, toml=written)
        console.print(told, markup=False, highlight=False, soft_wrap=True)


def _written(found: list[Proposal], target: Path, lang: str) -> Iterator[Path]:
    """Write each proposal: one as ``target``, those of further layers beside it, under their names."""
    for place, one in enumerate(found):
        layer = one.name.rpartition("/")[2]
        path = target if not place else target.with_name(f"{target.stem}.{layer}{target.suffix}")
        path.write_text(write_proposal(one, lambda said: why(said, lang)), encoding="utf-8")
        yield path


def _table(proposal: Proposal, lang: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in sentence("proposal.columns", lang).split("|"):
        table.add_column(name, overflow="fold")
    for one in (*proposal.columns, *proposal.reach):
        target = one.rule.target
        column = target if (word := column_word(target, lang)) == target else f"{target}\n{word}"
        table.add_row(one.field, column, _how(one), why(one, lang))
    if places := places_of(proposal.geometry):
        told = sentence("proposal.place", lang, crs=proposal.crs or "EPSG:4326")
        table.add_row(" + ".join(column for _, column in places), ", ".join(key for key, _ in places), "", told)
    for left in (*proposal.left, *proposal.asked):
        table.add_row(left.field or "-", "-", "", why(left, lang))
    return table


def _how(one: Proposed) -> str:
    """The unit or the meanings of a proposed column."""
    if one.rule.values:
        return "\n".join(f"{word} = {meaning or '?'}" for word, meaning in one.rule.values.items())
    return one.rule.unit or str(one.rule.default or "")

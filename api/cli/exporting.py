"""Writing an export for the command line, and telling what was written for whom."""

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from api.catalogues import number, sentence
from api.cli.acting import actor_of
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.cli.progress import counting
from api.cli.session import opened
from api.settings import load_settings
from geo.export.cnig import Told
from geo.export.export import Wanted, export
from geo.export.whole import CannotExportError, check, replacing
from geo.intake.crs import parse
from geo.store.cql2.faults import FilterFault
from geo.store.database import Actor, Database, Role

PARTLY = 3
WAYS_OUT = {"source_nom": "missing_source", "site_id": "missing_site"}
"""Required fields whose lack has a way out of its own, which the sentence names."""
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Exporting:
    """What the command was asked."""

    collection: str | None
    crs: str | None = None
    audience: str | None = None
    organisation: str | None = None
    force: bool = False
    producer: str | None = None
    left: Path | None = None
    ready: Path | None = None
    chosen: str | None = None


def export_file(path: Path, asked: Exporting) -> None:
    """Write the file, or say in one sentence why not.

    Raises:
        BadFile: the file cannot be written as asked, or the filter is none.
        geo.intake.problems.Unreadable: the CRS is none.
    """
    lang = terminal_language()
    settings = load_settings()
    srid = None if asked.crs is None else int(parse(asked.crs).removeprefix("EPSG:"))
    with opened(settings) as database, counting(path.name) as progress:
        role, actor = _whose(database, asked, lang)
        wanted = Wanted(asked.collection or "parcels", role, actor, srid, asked.force, asked.chosen)
        try:
            count = export(database, path, wanted, srid=settings.srid, told=progress)
        except CannotExportError as refusal:
            raise BadFile(sentence(f"export.{refusal.code}", lang, **refusal.params)) from None
        except FilterFault as fault:
            raise BadFile(sentence(fault.code, lang, **fault.params)) from None
    seen = sentence(f"export.as.{role.value}", lang, organisation=asked.organisation)
    sys.stdout.write(sentence("export.done", lang, count=number(count, lang), name=path.name, seen=seen) + "\n")


def export_standard(path: Path, asked: Exporting) -> int:
    """Write official files, and tell what could not leave as it is; the exit code: 0, 3 when rows stayed out.

    Raises:
        BadFile: the file, or that of what is left, cannot be written as asked.
    """
    from geo.export.official import export_official  # memory and half a second that a giving back does not need

    lang = terminal_language()
    settings = load_settings()
    with opened(settings) as database:
        own = None if asked.organisation is None else actor_of(database, asked.organisation, lang).organisation
        try:
            if asked.left is not None:
                check(asked.left, force=asked.force)
            exported = export_official(
                database, path, asked.collection, srid=settings.srid, responsible=own, producer=asked.producer,
                ready=asked.ready, force=asked.force,
            )  # fmt: skip
            if asked.left is not None:
                _write_left(asked.left, exported.told, asked.force, lang)
        except CannotExportError as refusal:
            raise BadFile(sentence(f"export.{refusal.code}", lang, **refusal.params)) from None
    sys.stdout.write(sentence("export.standard", lang, count=number(exported.count, lang), name=path.name) + "\n")
    if asked.ready is not None:
        sys.stdout.write(sentence("export.ready", lang, name=asked.ready.name) + "\n")
    if exported.left:
        sys.stdout.write(sentence("export.left", lang, count=number(exported.left, lang)) + "\n")
    _tell(exported.told, asked.left, lang)
    return PARTLY if exported.left else 0


def _tell(told: Sequence[Told], left: Path | None, lang: str) -> None:
    """Say what could not leave, rows that stayed out first."""
    groups = _grouped(told)
    sys.stdout.writelines(f"  {_said_of(group, lang)}\n" for group in groups[:SHOWN])
    if len(groups) > SHOWN:
        sys.stdout.write(sentence("export.told.more", lang, count=number(len(groups) - SHOWN, lang)) + "\n")
    if left is not None:
        sys.stdout.write(sentence("export.left_file", lang, name=left.name) + "\n")
    elif len(told) > min(len(groups), SHOWN):
        sys.stdout.write(sentence("export.left_hint", lang) + "\n")


def _grouped(told: Sequence[Told]) -> list[list[Told]]:
    """What is told of one field for one reason, together; of rows that stayed out first, then the most."""
    groups: dict[tuple[str, str], list[Told]] = {}
    for one in told:
        groups.setdefault((one.code, one.field), []).append(one)
    return sorted(groups.values(), key=lambda group: (group[0].code != "missing", -len(group)))


def _said_of(group: Sequence[Told], lang: str) -> str:
    said = _said(group[0], lang)
    if len(group) == 1:
        return said
    return sentence("export.told.several", lang, count=number(len(group), lang), said=said)


def _said(one: Told, lang: str) -> str:
    code = WAYS_OUT.get(one.field, one.code) if one.code == "missing" else one.code
    return sentence(f"export.told.{code}", lang, key=one.key, field=one.field, value=one.value)


def _write_left(path: Path, told: Sequence[Told], force: bool, lang: str) -> None:
    """All that could not leave, one line each: whose, which field, its value, what became of it."""
    from geo.export.cnig_files import neutral  # see export_standard

    with (
        replacing(path, force=force) as partial,
        partial.open("x", encoding="utf-8-sig", newline="") as target,
    ):
        sheet = csv.writer(target, delimiter=";", lineterminator="\n")
        sheet.writerow(["key", "field", "value", "code", "message"])
        sheet.writerows(map(neutral, (one.key, one.field, one.value, one.code, _said(one, lang))) for one in told)


def _whose(database: Database, asked: Exporting, lang: str) -> tuple[Role, Actor]:
    """The audience of the file; an organisation's kind says which, unless it was said."""
    if asked.organisation is None:
        return Role(asked.audience or "admin"), Actor(actor="cli")
    actor = actor_of(database, asked.organisation, lang)
    company = actor.organisation_kind == "company"
    return Role(asked.audience or ("company" if company else "planner")), actor

"""Answering a need for the command line: told, as JSON, as a file of features, as letters to send."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from api.catalogues import sentence
from api.cli.bad_file import BadFile
from api.cli.explaining import print_explained
from api.cli.language import terminal_language
from api.cli.reading import check_known_kinds, read_need_file
from api.cli.session import opened
from api.cli.table import print_answer
from api.clock import today
from api.matching.requests import requests_of
from api.settings import load_settings
from geo.export.features import check_target, write_features
from geo.export.whole import CannotExportError
from geo.match.explain import UnseenParcelError, explain
from geo.match.features import LAYERS, outlines, to_features
from geo.match.need.need import Need
from geo.match.paging import MOST_ROWS
from geo.match.search import search
from geo.store.database import Database, Role


@dataclass(frozen=True, slots=True)
class Matching:
    """What the command was asked."""

    need: Path | None
    preset: str | None
    limit: int | None
    offset: int
    sort: str
    out: Path | None
    requests: Path | None
    as_json: bool
    explain: tuple[int, ...] = ()
    questions: bool = False


def run(asked: Matching) -> None:
    """Answer the need with every eye there is, and write what was asked beside.

    Raises:
        BadFile: the need cannot be taken, or a file cannot be written.
    """
    settings, lang = load_settings(), terminal_language()
    with _told(lang):
        if asked.out is not None:
            check_target(asked.out)
    need = read_need_file(asked.need, settings, preset=asked.preset)
    if asked.explain:
        _explain(asked, need, lang)
        return
    limit = min(asked.limit or need.limit, MOST_ROWS - asked.offset)
    need = need.model_copy(update={"limit": limit})
    with opened(settings) as database:
        check_known_kinds(asked.need, database, need)
        document = search(
            database,
            Role.ADMIN,
            None,
            need,
            today(settings),
            asked.sort,
            with_questions=asked.questions,
            offset=asked.offset,
        )
        if asked.out is not None:
            _write_out(database, asked.out, document, lang)
    if asked.requests is not None:
        _write_requests(asked.requests, requests_of(document, need, lang), lang)
    if asked.as_json:
        sys.stdout.write(orjson.dumps(document).decode() + "\n")
        return
    print_answer(document, lang, name=need.name, first=asked.offset + 1)
    if document["next_offset"] is not None:
        sys.stdout.write(sentence("answer.page", lang, offset=document["next_offset"]) + "\n")


def _explain(asked: Matching, need: Need, lang: str) -> None:
    """Why these parcels, or why not."""
    settings = load_settings()
    with opened(settings) as database:
        check_known_kinds(asked.need, database, need)
        try:
            document = explain(database, Role.ADMIN, None, need, asked.explain, today(settings))
        except UnseenParcelError as unseen:
            raise BadFile(sentence("parcel.unknown", lang, id=unseen.id)) from None
    if asked.as_json:
        sys.stdout.write(orjson.dumps(document).decode() + "\n")
    else:
        print_explained(document, lang)


@contextmanager
def _told(lang: str) -> Iterator[None]:
    """A file that cannot be written is told in a sentence."""
    try:
        yield
    except CannotExportError as refusal:
        code = "match_exists" if refusal.code == "exists" else refusal.code
        raise BadFile(sentence(f"export.{code}", lang, **refusal.params)) from None


def _write_out(database: Database, path: Path, document: Mapping[str, Any], lang: str) -> None:
    drawn = outlines(database, Role.ADMIN, None, document)
    with _told(lang):
        count = write_features(path, to_features(document, drawn), LAYERS)
    sys.stderr.write(sentence("answer.written", lang, count=count, name=path.name) + "\n")


def _write_requests(folder: Path, letters: Sequence[Mapping[str, Any]], lang: str) -> None:
    """One text file a letter: whom, subject, text. Those of another answer in the folder are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for place, letter in enumerate(letters, 1):
        head = sentence("request.head", lang, to=letter["to"], subject=letter["subject"])
        name = folder / f"{place:02d}-{letter['who']}.txt"
        name.write_text(f"{head}\n\n{letter['text']}\n", encoding="utf-8")
    sys.stderr.write(sentence("request.done", lang, count=len(letters), folder=folder) + "\n")

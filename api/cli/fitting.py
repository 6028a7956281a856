"""Answering `emprise fit` row by row: lines of JSON or of text, and the placements as a file."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from rich.console import Console

from api.catalogues import number, sentence
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.matching.fit_told import unusable
from geo.export.whole import CannotExportError, replacing
from geo.fit.asking import Question
from geo.intake.polygons import drawings
from geo.match.fit.document import fit_document
from geo.match.fit.given_rules import Limits

Document = dict[str, Any]
NOT_ALL = 1
SHOWN = 40
"""Rows told in the terminal; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """How the answer is wanted: the system of a file that does not say, where placements go, JSON or not; and the
    rules on buildings to hold to.
    """

    crs: str | None
    out: Path | None
    as_json: bool
    limits: Limits


def fit_file(path: Path, asked: Question, wanted: Fitting) -> int:
    """Answer every row; the exit code: 1 when a row could not be.

    Raises:
        geo.intake.problems.Unreadable: the file cannot be read.
        BadFile: the file of placements cannot be written.
    """
    lang = terminal_language()
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        rows = stack.enter_context(drawings(path, wanted.crs))
        keep = _Nowhere() if wanted.out is None else stack.enter_context(_placements(wanted.out, lang))
        tell = _Lines() if wanted.as_json else _Told(lang)
        for drawn in rows:
            document = fit_document(drawn, asked, wanted.limits)
            if document["fit"] is None:
                error = document["error"]
                document["error"] = {"code": error["code"], "message": unusable(error, lang)}
            counts[document["fit"] or "error"] += 1
            keep.add(document, drawn.crs)
            tell.row(document)
    tell.end(counts)
    return NOT_ALL if counts["error"] else 0


class _Lines:
    """One JSON object a line."""

    def row(self, document: Document) -> None:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")

    def end(self, counts: Counter[str]) -> None:
        """Nothing: whoever reads JSON counts by itself."""


class _Told:
    """The first rows in words, then the counts."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._console = Console(highlight=False, soft_wrap=True)
        self._shown = 0

    def row(self, document: Document) -> None:
        self._shown += 1
        if self._shown <= SHOWN:
            self._console.print(self._line(document), markup=False)

    def end(self, counts: Counter[str]) -> None:
        if self._shown > SHOWN:
            self._console.print(sentence("fit.more", self._lang, count=number(self._shown - SHOWN, self._lang)))
        names = ("fits", "borderline", "open", "no", "error")
        shown = [f"{number(counts[name], self._lang)} {sentence(f'fit.count.{name}', self._lang)}" for name in names]
        told_ones = [one for one, name in zip(shown, names, strict=True) if counts[name] or name in ("fits", "no")]
        self._console.print(" · ".join(told_ones), style="bold")

    def _line(self, document: Document) -> str:
        fit, lang = document["fit"], self._lang
        if fit is None:
            return sentence("fit.row.error", lang, id=document["id"], message=document["error"]["message"])
        code = f"fit.row.{fit}"
        over = next((one["rule"] for one in document.get("rules", ()) if one["verdict"] == "fail"), None)
        if over is not None:
            return sentence("fit.row.no.rule", lang, id=document["id"], rule=sentence(f"fit.over_{over}", lang))
        if fit != "fits":
            why = [name for name in ("exhausted", "surface_too_small") if document.get(name)]
            return sentence(".".join([code, *why]), lang, id=document["id"])
        margin, angle = number(document["margin_m"], lang, ".2f"), number(document["angle_deg"], lang, ".1f")
        return sentence(code, lang, id=document["id"], margin=margin, angle=angle)


class _Nowhere:
    """Placements nobody wants."""

    def add(self, document: Document, crs: str | None) -> None:
        """Keep nothing."""


class _Placements:
    """Placements as the features of a GeoJSON file, one after another."""

    def __init__(self, file: IO[str], lang: str) -> None:
        self._file = file
        self._lang = lang
        self._crs: str | None = None
        self._any = False

    def add(self, document: Document, crs: str | None) -> None:
        """One more, when there is a placement; the first row says the system of all."""
        if document["placement"] is None:
            return
        if not self._any:
            self._crs = crs
            self._file.write('{"type":"FeatureCollection",' + _named(crs) + '"features":[\n')
        if crs != self._crs:
            raise BadFile(sentence("fit.two_systems", self._lang, one=self._crs, other=crs))
        properties = {name: value for name, value in document.items() if name not in ("placement", "yard")}
        feature = {"type": "Feature", "id": document["id"], "properties": properties, "geometry": document["placement"]}
        self._file.write((",\n" if self._any else "") + json.dumps(feature, ensure_ascii=False))
        self._any = True

    def close(self) -> None:
        """End the file."""
        self._file.write("\n]}\n" if self._any else '{"type":"FeatureCollection","features":[]}\n')


def _named(crs: str | None) -> str:
    """The member that names a system, as GDAL and QGIS read it; RFC 7946's own degrees need none."""
    if crs is None or crs == "EPSG:4326":
        return ""
    name = f"urn:ogc:def:crs:EPSG::{crs.removeprefix('EPSG:')}"
    return f'"crs":{json.dumps({"type": "name", "properties": {"name": name}})},'


@contextmanager
def _placements(path: Path, lang: str) -> Iterator[_Placements]:
    """The file of placements, there once all is written; one that was there is replaced."""
    try:
        with replacing(path, force=True) as partial, partial.open("w", encoding="utf-8") as file:
            kept = _Placements(file, lang)
            yield kept
            kept.close()
    except CannotExportError as refusal:
        raise BadFile(sentence(f"export.{refusal.code}", lang, **refusal.params)) from None

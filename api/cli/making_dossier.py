"""Making a dossier for the command line: the land judged with every eye there is, the pages written to a file."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from api.catalogues import sentence
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.cli.reading import check_known_kinds, read_need_file
from api.cli.session import opened
from api.clock import today
from api.desk.dossier.alike import warnings
from api.desk.dossier.docx import docx
from api.desk.dossier.html import html
from api.desk.dossier.logo import LogoError, logo_of
from api.desk.dossier.pdf import NoPdfError, pdf
from api.desk.dossier.told import Cover, dossier_told
from api.desk.dossier.words import Dossier
from api.settings import load_settings
from geo.desk.identifying import named_in
from geo.export.whole import CannotExportError, check, replacing
from geo.match.chosen import ApartError, Asker
from geo.match.dossier.dossier import Told, Wanted, dossier_of
from geo.match.explain import UnseenParcelError
from geo.match.need.need import Need
from geo.store.database import Role
from geo.store.desk.dossiers import Logo

Sites = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Making:
    """What the command was asked; ``said``: a text by the parcels of its site."""

    need: Path
    sites: Sites
    out: Path
    title: str | None
    by: str | None
    text: str
    said: Mapping[tuple[int, ...], str]
    logo: Path | None
    anonymous: bool
    scores: bool
    force: bool


def run(asked: Making) -> None:
    """Make the dossier and write it.

    Raises:
        BadFile: a file cannot be taken or written, land is not there, or words tell what must not be told.
    """
    settings, lang = load_settings(), terminal_language()
    try:
        check(asked.out, force=asked.force)
        logo = None if asked.logo is None else logo_of(asked.logo.read_bytes())
        need = read_need_file(asked.need, settings)
        with opened(settings) as database:
            check_known_kinds(asked.need, database, need)
            wanted = Wanted(asked.sites, asked.scores, asked.anonymous)
            told = dossier_of(Asker(database, Role.ADMIN), need, wanted, today(settings))
            warned = warnings(database, told.facts, lang)
        cover = _cover(asked, need, told, lang)
        content = _set(asked.out, dossier_told(told.facts, cover, lang), logo)
        with replacing(asked.out, force=asked.force) as path:
            path.write_bytes(content)
    except UnseenParcelError as unseen:
        raise BadFile(sentence("parcel.unknown", lang, id=unseen.id)) from None
    except ApartError as apart:
        raise BadFile(sentence("dossier.apart", lang, parcels=", ".join(map(str, apart.ids)))) from None
    except LogoError as error:
        raise BadFile(sentence(error.code, lang, **error.params)) from None
    except NoPdfError as error:
        raise BadFile(sentence(f"dossier.pdf.{error.code}", lang)) from None
    except CannotExportError as refusal:
        raise BadFile(sentence(f"export.{refusal.code}", lang, **refusal.params)) from None
    count = len(asked.sites)
    lines = [*(one["detail"] for one in warned), sentence("dossier.written", lang, count=count, name=asked.out.name)]
    sys.stderr.write("\n".join(lines) + "\n")


def _cover(asked: Making, need: Need, told: Told, lang: str) -> Cover:
    """The planner's words; those of an anonymous dossier name no land. Raises BadFile."""
    title = asked.title or need.name or sentence("answer.untitled", lang)
    cover = Cover(title, asked.by, asked.text, (), [asked.said.get(site, "") for site in asked.sites])
    if asked.anonymous:
        word = named_in([title, cover.text, *cover.texts], frozenset[str]().union(*told.names))
        if word is not None:
            raise BadFile(sentence("dossier.identifying", lang, word=word))
    return cover


def _set(out: Path, dossier: Dossier, logo: Logo | None) -> bytes:
    """The pages in the format of the file's ending. Raises NoPdfError."""
    if out.suffix.lower() == ".docx":
        return docx(dossier, logo)
    page = html(dossier, logo)
    return pdf(page) if out.suffix.lower() == ".pdf" else page.encode()

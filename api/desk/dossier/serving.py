"""A dossier that was kept, answered as page, PDF or DOCX."""

from functools import lru_cache

from fastapi import Request, Response

from api.desk.dossier.desk import cover_of
from api.desk.dossier.docx import docx
from api.desk.dossier.html import html, policy
from api.desk.dossier.pdf import NoPdfError, pdf
from api.desk.dossier.told import dossier_told
from api.matching.slots import Slots
from api.problems import Problem
from geo.store.desk.dossiers import Kept

HTML, PDF, JSON = "text/html", "application/pdf", "application/json"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMATS = {"html": HTML, "pdf": PDF, "docx": DOCX, "json": JSON}
HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Vary": "Accept, Authorization, Cookie, X-API-Key",
}

set_page = lru_cache(maxsize=8)(pdf)
"""A dossier never changes: a PDF that was just made is not made again."""


def served(request: Request, kept: Kept, media_type: str) -> Response:
    """The dossier in its own language, or in that of ``lang``.

    Raises:
        Problem: there is no PDF on this machine (406), or it takes too long (503).
    """
    asked = request.query_params.get("lang")
    lang = asked if asked in ("fr", "en") else kept.language
    told = dossier_told(kept.facts, cover_of(kept), lang)
    headers = HEADERS | {"Content-Language": lang}
    if media_type == HTML:
        return Response(html(told, kept.logo), headers=headers | {"Content-Security-Policy": policy()}, media_type=HTML)
    ending = "pdf" if media_type == PDF else "docx"
    headers |= {"Content-Disposition": f'inline; filename="dossier-{kept.id}.{ending}"'}
    slots: Slots = request.app.state.slots
    with slots.turn():
        content = _pdf(html(told, kept.logo)) if media_type == PDF else docx(told, kept.logo)
    return Response(content, headers=headers, media_type=media_type)


def _pdf(page: str) -> bytes:
    try:
        return set_page(page)
    except NoPdfError as error:
        raise Problem("not-acceptable" if error.code == "missing" else "busy", f"dossier.pdf.{error.code}") from None

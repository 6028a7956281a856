"""A dossier as one page that needs nothing else: for a browser, for print, and for the PDF."""

import hashlib
from base64 import b64encode
from functools import cache

from markupsafe import Markup

from api.catalogues import sentence
from api.desk.dossier.drawing_svg import svg
from api.desk.dossier.swatch import swatch
from api.desk.dossier.words import Dossier
from api.pages.rendering import TEMPLATES, template
from geo.store.desk.dossiers import Logo


def html(dossier: Dossier, logo: Logo | None) -> str:
    """The page; what a planner wrote is text in it, never markup."""

    def say(code: str) -> str:
        return sentence(code, dossier.lang)

    shown = None if logo is None else f"data:{logo.media_type};base64,{b64encode(logo.content).decode()}"
    style = Markup(_style())  # noqa: S704 - a file of ours
    known = {
        "dossier": dossier,
        "logo": shown,
        "style": style,
        "say": say,
        "drawn": svg,
        "swatch": lambda kind: svg(swatch(kind)),
    }
    return template("dossier").render(**known)


@cache
def _style() -> str:
    return (TEMPLATES / "dossier").with_suffix(".css").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Content-Security-Policy of the page: its own style, and pictures that are part of it."""
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )

"""Pages out of templates: every value is escaped, every sentence comes from the catalogues."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from api.catalogues import LANGUAGES, sentence
from api.pages.static_files import address
from api.pages.values import told

TEMPLATES = Path(__file__).parent / "templates"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of a page: nothing from elsewhere, no script or style within the page."""

Link = Mapping[str, str]


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def template(name: str) -> Template:
    """A template by its name without ending, for a page that stands alone."""
    return _templates().get_template(f"{name}.html")


class Place:
    """Where a page stands: the address of the service, its own, the language, and whether that was asked for.

    ``query``: the parameters of the page, without a key.
    """

    def __init__(self, home: str, path: str, query: Mapping[str, str], lang: str) -> None:
        self.home = home
        self.path = path
        self.query = query
        self.lang = lang

    def to(self, href: str) -> str:
        """A link that keeps the language asked for; one that leads out of the service as it is."""
        if "lang" not in self.query or not href.startswith(self.home) or "lang=" in urlsplit(href).query:
            return href
        return f"{href}{'&' if urlsplit(href).query else '?'}{urlencode({'lang': self.lang})}"

    def languages(self) -> list[tuple[str, str]]:
        """Each other language with the address of this page in it."""
        others = [lang for lang in LANGUAGES if lang != self.lang]
        return [(lang, f"{self.home}{self.path}?{urlencode({**self.query, 'lang': lang})}") for lang in others]

    def static(self, name: str) -> str:
        """The address of a file of ours, on the host that the reader sees."""
        return urlsplit(self.home).path + address(name)


def render(template: str, place: Place, *, trail: Sequence[Link], alternates: Sequence[Link], **facts: Any) -> str:
    """The page of a template (its name without ending).

    ``trail``: the pages above this one; ``alternates``: the same in other formats.

    Raises:
        jinja2.TemplateError: the template names what it is not given.
    """
    lang = place.lang

    def say(code: str, **params: object) -> str:
        return sentence(code, lang, **params)

    def tell(value: object, name: str | None = None) -> str:
        return told(value, lang, name)

    known = {"say": say, "tell": tell, "place": place, "lang": lang, "trail": trail, "alternates": alternates}
    return _templates().get_template(f"{template}.html").render(**known, **facts)

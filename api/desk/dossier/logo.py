"""The logo on a dossier: a PNG or an SVG that does nothing but show something; anything else is refused."""

import re
import struct
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, fromstring

from PIL import Image

from geo.store.desk.dossiers import Logo

MOST_BYTES = 300_000
MOST_PIXELS = 4_000_000
SHOWN_PIXELS = 1_200
"""A picture is reduced to so many pixels a side: 20 mm of paper take no more."""
MOST_PARTS, DEEPEST = 3_000, 40
PNG_BEGINS = b"\x89PNG\r\n\x1a\n"

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = frozenset(
    (
        *("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "title"),
        *("desc", "defs", "linearGradient", "radialGradient", "stop", "clipPath", "metadata", "style"),
    )
)
"""What may stand in an SVG; not what repeats (use, pattern), loads (image), runs (script) or moves."""


class LogoError(ValueError):
    """A file that is no logo to be shown; ``code`` and ``params`` of its sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = f"dossier.logo.{code}", params


def logo_of(content: bytes) -> Logo:
    """The picture of a file, a PNG drawn anew (whatever else the file holds is gone), an SVG as it is.

    Raises:
        LogoError: too large, neither PNG nor SVG, damaged, or an SVG that does more than show shapes.
    """
    if len(content) > MOST_BYTES:
        raise LogoError("large", kilobytes=MOST_BYTES // 1_000)
    if content.startswith(PNG_BEGINS):
        return Logo(_redrawn(content), "image/png")
    if b"<svg" in content[:4_000]:
        _check(content)
        return Logo(content, "image/svg+xml")
    raise LogoError("kind")


def _redrawn(content: bytes) -> bytes:
    """The same picture without anything beside its pixels."""
    if len(content) < 33:
        raise LogoError("damaged")
    width, height = struct.unpack(">II", content[16:24])
    if not 0 < width * height <= MOST_PIXELS:
        raise LogoError("pixels", millions=MOST_PIXELS // 1_000_000)
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as found:
            found.load()
            image = found.convert("RGBA")
    except (OSError, SyntaxError, ValueError, struct.error, Image.DecompressionBombError):
        raise LogoError("damaged") from None
    image.thumbnail((SHOWN_PIXELS, SHOWN_PIXELS))
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _check(content: bytes) -> None:
    """Refuse an SVG that declares entities, runs, loads, repeats or nests too much."""
    if re.search(rb"<!(?!--)", content) or b"<?xml-stylesheet" in content:
        raise LogoError("svg", found="<!DOCTYPE>")
    try:
        for place, (element, depth) in enumerate(_elements(content)):
            if place >= MOST_PARTS or depth > DEEPEST:
                raise LogoError("svg_parts", most=MOST_PARTS)
            _check_element(element)
    except (ParseError, ValueError) as error:
        if isinstance(error, LogoError):
            raise
        raise LogoError("damaged") from None


def _elements(content: bytes) -> Iterator[tuple[Element, int]]:
    """Every element with its depth."""
    left = [(fromstring(content), 1)]  # noqa: S314 - nothing that declares entities comes here
    while left:
        element, depth = left.pop()
        yield element, depth
        left += [(child, depth + 1) for child in element]


def _check_element(element: Element) -> None:
    name = element.tag.removeprefix(SVG)
    in_metadata = "}" in name
    if not in_metadata and name not in SHAPES:
        raise LogoError("svg", found=f"<{name}>")
    for key, value in element.attrib.items():
        plain = key.rpartition("}")[2].lower()
        if plain.startswith("on") or (plain in ("href", "src") and not value.startswith("#")):
            raise LogoError("svg", found=plain)
        _check_style(value)
    if name == "style":
        _check_style(element.text or "")


def _check_style(text: str) -> None:
    """Refuse what loads something: an address, an import, or what might hide one."""
    found = re.search(r"url\s*\(\s*['\"]?\s*(?!#)\S|@|\\|javascript:|data:", text, re.IGNORECASE)
    if found:
        raise LogoError("svg", found=found[0][:20])

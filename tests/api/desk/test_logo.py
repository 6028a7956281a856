"""A logo shows something and does nothing else; whatever is more is refused with what it is."""

import io
import zlib
from struct import pack

import pytest
from PIL import Image, PngImagePlugin

from api.desk.dossier.logo import LogoError, logo_of

HEAD = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'


def png(size: tuple[int, int] = (40, 20)) -> bytes:
    out, told = io.BytesIO(), PngImagePlugin.PngInfo()
    told.add_text("Author", "Jean Dupont")
    Image.new("RGB", size, "#123456").save(out, "PNG", pnginfo=told)
    return out.getvalue()


def test_a_png_is_drawn_anew_without_what_else_it_holds() -> None:
    found = logo_of(png())
    assert found.media_type == "image/png"
    assert b"Dupont" not in found.content
    with Image.open(io.BytesIO(found.content)) as shown:
        assert (shown.size, shown.convert("RGB").getpixel((5, 5))) == ((40, 20), (0x12, 0x34, 0x56))


def test_a_large_png_is_reduced() -> None:
    with Image.open(io.BytesIO(logo_of(png((2_400, 800))).content)) as shown:
        assert shown.size == (1_200, 400)


def test_shapes_and_words_of_an_svg_are_kept_as_they_are() -> None:
    drawn = HEAD + (
        b"<!-- made by hand --><defs><linearGradient id='g'><stop offset='0'/></linearGradient></defs>"
        b"<style>.a{fill:url(#g)}</style><path class='a' d='M0 0h9v9z'/><text>Agence</text></svg>"
    )
    assert logo_of(drawn).content == drawn
    assert logo_of(b"<?xml version='1.0' encoding='utf-8'?>\n" + drawn).media_type == "image/svg+xml"


@pytest.mark.parametrize(
    "inside",
    [
        b"<script>alert(1)</script>",
        b"<path onload='alert(1)' d=''/>",
        b"<image xlink:href='http://127.0.0.1:9/'/>",
        b"<use xlink:href='#a'/>",
        b"<foreignObject/>",
        b"<style>@import 'http://127.0.0.1:9/';</style>",
        b"<path style='fill:url(http://127.0.0.1:9/)'/>",
        b"<path style='fill:u\\72l(x)'/>",
        b"<a xlink:href='javascript:alert(1)'/>",
        b"<animate/>",
        b"<g>" * 60 + b"</g>" * 60,
        b"<g/>" * 4_000,
        b"<broken",
    ],
)
def test_an_svg_that_does_more_is_refused(inside: bytes) -> None:
    with pytest.raises(LogoError) as error:
        logo_of(HEAD + inside + b"</svg>")
    assert error.value.code in ("dossier.logo.svg", "dossier.logo.svg_parts", "dossier.logo.damaged")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<!DOCTYPE svg [<!ENTITY a 'aaaa'>]>" + HEAD + b"</svg>", "dossier.logo.svg"),
        (b"GIF89a", "dossier.logo.kind"),
        (b"", "dossier.logo.kind"),
        (png()[:60], "dossier.logo.damaged"),
        (b"\x89PNG\r\n\x1a\n", "dossier.logo.damaged"),
        (HEAD + b" " * 400_000 + b"</svg>", "dossier.logo.large"),
    ],
)
def test_what_is_no_logo_says_why(content: bytes, code: str) -> None:
    with pytest.raises(LogoError) as error:
        logo_of(content)
    assert error.value.code == code


def test_a_picture_of_a_hundred_million_pixels_is_not_unpacked() -> None:
    head = pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = pack(">I", len(head)) + b"IHDR" + head + pack(">I", zlib.crc32(b"IHDR" + head))
    with pytest.raises(LogoError) as error:
        logo_of(b"\x89PNG\r\n\x1a\n" + chunk)
    assert error.value.code == "dossier.logo.pixels"

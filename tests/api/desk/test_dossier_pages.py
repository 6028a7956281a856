"""The pages of a dossier: the scale is true on paper, accents are right, nothing is fetched, run or cut."""

import io
import itertools
import re
import zipfile
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from docx import Document
from PIL import Image, ImageChops

from api.desk.dossier import pdf as dossier_pdf
from api.desk.dossier.docx import docx
from api.desk.dossier.drawing import Drawing, box
from api.desk.dossier.drawing_png import DOTS, png
from api.desk.dossier.html import html
from api.desk.dossier.logo import logo_of
from api.desk.dossier.pdf import NoPdfError, pdf
from api.desk.dossier.told import Cover, dossier_told
from api.desk.dossier.words import Dossier
from tests.api.desk.dossier_place import picture
from tests.api.desk.dossier_sites import HALL, HOSTILE, LONG_NAME, eight

MM = 25.4 / 72
TEXTS = [pdfium.FPDF_PAGEOBJ_TEXT]
COVER = Cover("Été 2027 : huit sites", f"Agence {HOSTILE}", f"Bonjour,\n\n{HOSTILE}", [None] * 8, [HOSTILE] * 8)


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    return eight()


@pytest.fixture(scope="module")
def told(facts: dict[str, Any]) -> Dossier:
    return dossier_told(facts, COVER, "fr")


@pytest.fixture(scope="module")
def document(told: Dossier) -> Iterator[pypdfium2.PdfDocument]:
    found = pypdfium2.PdfDocument(pdf(html(told, logo_of(b64decode(picture("svg"))))))
    yield found
    found.close()


def pages_of(document: pypdfium2.PdfDocument) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in document]


def page_with(document: pypdfium2.PdfDocument, heading: str) -> pypdfium2.PdfPage:
    return document[next(place for place, said in enumerate(pages_of(document)) if heading in said and place > 0)]


def test_the_scale_bar_and_the_building_are_as_long_as_they_say(
    document: pypdfium2.PdfDocument, facts: dict[str, Any]
) -> None:
    page = page_with(document, "Sans contour")
    assert "pas de plan" in page.get_textpage().get_text_bounded()
    for number, heading in ((1, "2. Limite"), (6, "7. Œuvre")):
        plan, page = facts["sites"][number]["plan"], page_with(document, heading)
        shapes = [one.get_bounds() for one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH])]
        thick = [(left, right) for left, low, right, high in shapes if 1.2 < (high - low) * MM < 1.7]
        bar = sorted(left for left, right in thick if (right - left) * MM > 5)
        steps = [(b - a) * MM for a, b in itertools.pairwise(bar)]
        metres = plan["bar"]["metres"]
        assert len(bar) == len(metres) - 1
        for step in steps:
            assert step == pytest.approx((metres[1] - metres[0]) * 1_000 / plan["denominator"], abs=0.02)
        assert f"{metres[-1]:g} m" in page.get_textpage().get_text_bounded()
        west, _south, east, _north = HALL.bounds
        size = [(one[2] - one[0]) * MM * plan["denominator"] / 1_000 for one in shapes]
        stroke = plan["denominator"] / 1_000
        assert min(abs(one - (east - west)) for one in size) < stroke, "but for the thickness of its line"


def test_every_page_is_a4_numbered_and_has_the_running_title(document: pypdfium2.PdfDocument) -> None:
    pages = pages_of(document)
    assert 16 <= len(pages) <= 30
    for number, (page, said) in enumerate(zip(document, pages, strict=True), 1):
        assert [round(side * MM) for side in page.get_size()] == [210, 297]
        assert f"{number} / {len(pages)}" in said
        assert "Emprise 0.1.0" in said
        assert number == 1 or "Été 2027 : huit sites" in said


def test_nothing_is_cut_at_the_edge_of_the_paper(document: pypdfium2.PdfDocument) -> None:
    for page in document:
        words = page.get_textpage()
        rooms = [words.get_rect(place) for place in range(words.count_rects())]
        rooms += [one.get_bounds() for one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH])]
        assert rooms
        for left, low, right, high in ([edge * MM for edge in room] for room in rooms):
            assert left > 17
            assert right < 193.2
            assert low > 5
            assert high < 292


def test_accents_figures_and_signs_are_text(document: pypdfium2.PdfDocument) -> None:
    said = " ".join(" ".join(pages_of(document)).split())
    for words in ("Œuvre d'Aÿ, 1 000 m² à 45 €", "8,84 ha", "43,5 €/m²", "→", "Prudent", "Île"[1:]):
        assert words in said
    for word in re.findall(r"\w+", LONG_NAME):
        assert word in said
    assert HOSTILE.split(" ", 1)[0] in said, "markup is text"
    assert "49" not in re.findall(r"\{\{.*?\}\}", said)


def test_it_is_tagged_speaks_french_and_embeds_its_fonts(document: pypdfium2.PdfDocument) -> None:
    raw = document.raw
    assert pdfium.FPDFCatalog_IsTagged(raw)
    assert document.get_metadata_dict()["Title"] == "Été 2027 : huit sites"
    assert document.get_metadata_dict()["Author"] == ""
    fonts = [pdfium.FPDFTextObj_GetFont(one.raw) for page in document for one in page.get_objects(filter=TEXTS)]
    assert len(fonts) > 100
    assert all(pdfium.FPDFFont_GetIsEmbedded(font) == 1 for font in fonts)


def test_what_a_page_names_is_never_fetched() -> None:
    addresses = ("file:///etc/hostname", "http://127.0.0.1:9/x.png", "/etc/hostname", "ftp://127.0.0.1:9/x")
    named = "".join(f'<img src="{one}"><style>@import "{one}";</style>' for one in addresses)
    found = pypdfium2.PdfDocument(pdf(f'<!doctype html><html lang="fr"><title>x</title><p>avant{named}après'))
    assert list(found[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])) == []
    assert found[0].get_textpage().get_text_bounded() == "avantaprès"
    found.close()


def test_a_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossier_pdf, "SECONDS", 0.05)
    with pytest.raises(NoPdfError) as error:
        pdf("<!doctype html><title>x</title>")
    assert error.value.code == "slow"


def test_without_pango_page_and_docx_still_work(told: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossier_pdf, "_CHILD", dossier_pdf._CHILD.with_name("nowhere.py"))
    with pytest.raises(NoPdfError):
        pdf(html(told, None))


def test_land_shut_to_industry_is_told_where_the_need_names_no_use(facts: dict[str, Any]) -> None:
    first = facts["sites"][0]
    plain = {**facts, "sites": [{**first, "criteria": [one for one in first["criteria"] if one["name"] != "use"]}]}
    for industry, warned in (("forbidden", True), ("allowed", False)):
        plain["sites"][0]["land"] = {**first["land"], "industry": industry}
        (site,) = dossier_told(plain, Cover("t", None, "", [None], [""]), "fr").sites
        assert any("interdit l'industrie" in note for note in site.notes) is warned


def test_english_is_english(facts: dict[str, Any]) -> None:
    page = html(dossier_told(facts, Cover("Sites"), "en"), None)
    assert '<html lang="en">' in page
    for words in ("Meets the need", "To check", "PC in English", "8.84 ha", "1:", "at least 8.00 ha"):
        assert words in page
    for words in ("Répond", "à vérifier", "Échelle", "au moins"):
        assert words not in page
    assert "{" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL).replace("{{ 7*7 }}", "")


def test_the_docx_holds_the_same_words_to_edit(told: Dossier) -> None:
    content = docx(told, logo_of(b64decode(picture())))
    found = Document(io.BytesIO(content))
    said = "\n".join(
        [
            *(one.text for one in found.paragraphs),
            *(cell.text for t in found.tables for row in t.rows for cell in row.cells),
        ]
    )
    for site in told.sites:
        assert site.title in said
    assert HOSTILE in said
    assert "8,84 ha" in said
    assert "Il n'y a pas" not in said
    pictures = [name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if name.startswith("word/media/")]
    assert len(pictures) >= 9
    assert "cantSplit" not in found.element.xml, "LibreOffice loses rows of such tables at the foot of a page"
    section = found.sections[0]
    for side, wanted in ((section.page_width, 210), (section.page_height, 297)):
        assert side is not None
        assert side.mm == pytest.approx(wanted, abs=0.1)
    assert found.core_properties.language == "fr-FR"
    assert found.core_properties.author == ""


def test_a_picture_has_its_true_size() -> None:
    with Image.open(io.BytesIO(png(Drawing(50, 20, "", [box("dark", 10, 5, 30, 10)])))) as found:
        assert found.size == (50 * DOTS, 20 * DOTS)
        dark = ImageChops.invert(found.convert("L")).point(lambda value: 255 if value > 128 else 0).getbbox()
        assert dark is not None
        assert [round(edge / DOTS, 1) for edge in dark] == pytest.approx([10, 5, 40, 15], abs=0.2)
        assert found.info["dpi"][0] == pytest.approx(DOTS * 25.4, rel=0.01)

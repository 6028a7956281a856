"""How a DOCX looks: paper, faces, language, running titles and page numbers, the lines of its tables."""

from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from api.desk.dossier.words import Dossier

FACE, GREEN, QUIET = "DejaVu Sans", RGBColor(0x1F, 0x5F, 0x4A), RGBColor(0x55, 0x62, 0x5D)
LETTERS = {"Normal": 9.0, "Title": 22.0, "Heading 1": 15.0, "Heading 2": 10.5, "Header": 7.5, "Footer": 7.5}
PAGE_MM, MARGIN_MM = (210, 297), 18
WIDE_MM = PAGE_MM[0] - 2 * MARGIN_MM
LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}
TABLES = "Table Grid"


def new_document(dossier: Dossier) -> Docx:
    """An empty document with its styles; A4, margins as on the page, the title and the version on each."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE_MM[0]), Mm(PAGE_MM[1])
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN_MM)
    for name, size in LETTERS.items():
        _style(document.styles[name], size, dossier.lang)
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    _line(document.styles[TABLES].element)
    properties = document.core_properties
    properties.title, properties.language = dossier.title, LANGUAGES[dossier.lang]
    properties.author = properties.last_modified_by = properties.comments = ""
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    for line in (head, foot):
        line.style.paragraph_format.tab_stops.clear_all()
        line.paragraph_format.tab_stops.add_tab_stop(Mm(WIDE_MM), WD_TAB_ALIGNMENT.RIGHT)
    head.text = f"{dossier.kind}\t{dossier.title}"
    foot.add_run(f"{dossier.version}\t")
    _field(foot, "PAGE")
    foot.add_run(" / ")
    _field(foot, "NUMPAGES")
    return document


def _style(style: Any, size: float, lang: str) -> None:
    style.font.name, style.font.size = FACE, Pt(size)
    told = style.element.get_or_add_rPr()
    fonts = told.get_or_add_rFonts()
    for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(kind), None)
    for kind in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(kind), FACE)
    if style.name.startswith(("Heading", "Title")):
        style.font.color.rgb = GREEN
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LANGUAGES[lang])
    told.append(language)


def _line(style: Any) -> None:
    """Thin grey lines below rows only."""
    borders = style.find(".//" + qn("w:tblBorders"))
    for side in list(borders):
        shown = side.tag in (qn("w:insideH"), qn("w:bottom"))
        side.set(qn("w:val"), "single" if shown else "nil")
        side.set(qn("w:color"), "D5DBD7")


def _field(paragraph: Paragraph, name: str) -> None:
    """A number that the word processor fills in."""
    run = paragraph.add_run()
    for kind in ("begin", "separate", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run._r.append(mark)
        if kind == "begin":
            code = OxmlElement("w:instrText")
            code.text = name
            run._r.append(code)

"""A dossier as a DOCX to edit: headings, tables and pictures of its own, from the same words as the page."""

from collections.abc import Sequence
from io import BytesIO

from docx.document import Document as Docx
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph

from api.catalogues import sentence
from api.desk.dossier.docx_style import QUIET, TABLES, WIDE_MM, new_document
from api.desk.dossier.drawing import Drawing
from api.desk.dossier.drawing_png import png
from api.desk.dossier.swatch import swatch
from api.desk.dossier.words import Dossier, Plan, Row, Site, Table, Verdicts
from geo.store.desk.dossiers import Logo

NAMES_MM, ASKED_MM = 46.0, 56.0
"""The first column of a table of names and values, and the last where it says whom to ask."""
LEAST_LETTERS, MOST_LETTERS = 13, 34
"""What a column's width goes by: its longest cell, between these."""


def docx(dossier: Dossier, logo: Logo | None) -> bytes:
    """The document. A logo that is no PNG is left out, and a line says so."""
    document = new_document(dossier)
    _cover(document, dossier, logo)
    for site in dossier.sites:
        _site(document, site, dossier.lang)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _cover(document: Docx, dossier: Dossier, logo: Logo | None) -> None:
    if logo is not None and logo.media_type == "image/png":
        document.add_picture(BytesIO(logo.content), height=Mm(16))
    _quiet(document, dossier.kind)
    document.add_paragraph(dossier.title, "Title")
    for line in (dossier.by, dossier.on):
        if line:
            _quiet(document, line)
    if logo is not None and logo.media_type != "image/png":
        _quiet(document, sentence("dossier.logo_left_out", dossier.lang))
    for paragraph in dossier.text:
        document.add_paragraph(paragraph)
    document.add_heading(sentence("dossier.summary", dossier.lang), 2)
    _table(document, dossier.summary)
    if dossier.need:
        document.add_heading(sentence("dossier.need", dossier.lang), 2)
        _rows(document, dossier.need)
    document.add_heading(sentence("dossier.how", dossier.lang), 2)
    for line in dossier.method:
        document.add_paragraph(line, "List Bullet")
    _quiet(document, dossier.version)


def _site(document: Docx, site: Site, lang: str) -> None:
    heading = document.add_heading(site.title, 1)
    heading.paragraph_format.page_break_before = True
    if site.place:
        _quiet(document, site.place)
    for paragraph in site.text:
        document.add_paragraph(paragraph)
    _rows(document, site.facts)
    if site.plan is None:
        _quiet(document, site.no_plan)
    else:
        _plan(document, site.plan)
    for group in site.verdicts:
        _verdicts(document, group)
    _dates(document, site, lang)
    if site.notes:
        document.add_heading(sentence("dossier.notes", lang), 2)
    for note in site.notes:
        document.add_paragraph(note, "List Bullet")
    if site.sources is not None:
        document.add_heading(sentence("dossier.sources", lang), 2)
        _table(document, site.sources)


def _dates(document: Docx, site: Site, lang: str) -> None:
    if site.dates is not None:
        document.add_heading(sentence("dossier.dates", lang), 2)
        _table(document, site.dates)
    if site.path:
        document.add_paragraph(site.path)
    if site.calendar is not None:
        document.add_heading(sentence("dossier.calendar.says", lang), 2)
        _picture(document.add_paragraph(), site.calendar)
        _quiet(document, sentence("dossier.calendar.key", lang))


def _plan(document: Docx, plan: Plan) -> None:
    """The plan at its scale, what it says below, and the legend."""
    place = document.add_paragraph()
    place.paragraph_format.keep_with_next = True
    _picture(place, plan.drawing)
    _quiet(document, plan.caption).paragraph_format.keep_with_next = True
    for key in plan.keys:
        line = document.add_paragraph()
        line.paragraph_format.space_after = Pt(1)
        _picture(line, swatch(key.kind))
        line.add_run(f"  {key.says}").font.size = Pt(8)


def _picture(paragraph: Paragraph, drawing: Drawing) -> None:
    """A drawing at its true size, or as wide as the page; with words for those who do not see it."""
    wide = min(drawing.width, WIDE_MM)
    picture = paragraph.add_run().add_picture(BytesIO(png(drawing)), width=Mm(wide))
    picture._inline.docPr.set("descr", drawing.says)
    for side in ("distT", "distB", "distL", "distR"):  # some readers take a gap for granted
        picture._inline.set(side, "0")


def _verdicts(document: Docx, group: Verdicts) -> None:
    document.add_heading(group.title, 2)
    if group.text:
        document.add_paragraph(group.text)
        return
    asked = any(ask for _, _, ask in group.rows)
    rows = [(about, said, f"→ {ask}" if ask else "") if asked else (about, said) for about, said, ask in group.rows]
    middle = WIDE_MM - NAMES_MM - (ASKED_MM if asked else 0)
    _grid(document, rows, [NAMES_MM, middle, *([ASKED_MM] if asked else [])])


def _rows(document: Docx, rows: Sequence[Row]) -> None:
    _grid(document, rows, [NAMES_MM, WIDE_MM - NAMES_MM])


def _table(document: Docx, table: Table) -> None:
    """A table whose heads stand on each page it reaches; as wide as its words want."""
    longest = [max(len(row[place]) for row in (table.heads, *table.rows)) for place in range(len(table.heads))]
    shares = [min(max(one, LEAST_LETTERS), MOST_LETTERS) for one in longest]
    made = _grid(document, [table.heads, *table.rows], [WIDE_MM * share / sum(shares) for share in shares])
    for cell in made.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.font.color.rgb = QUIET
    made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _grid(document: Docx, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> DocxTable:
    """Rows of cells, millimetres wide.

    A row may part over two pages: where it may not (``w:cantSplit``), LibreOffice 7.4 leaves out rows of some tables
    that meet the foot of a page.
    """
    made: DocxTable = document.add_table(rows=len(rows), cols=len(widths), style=TABLES)
    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    for row, texts in zip(made.rows, rows, strict=True):
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.text, cell.width = text, Mm(width)
            cell.paragraphs[0].paragraph_format.space_after = Pt(1)
    return made


def _quiet(document: Docx, text: str) -> Paragraph:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(8), QUIET
    return paragraph

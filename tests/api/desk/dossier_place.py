"""A project of a desk whose land has everything a plan draws; pictures, and the words of a PDF."""

import io
from base64 import b64encode
from typing import Any

import pypdfium2
from PIL import Image
from sqlalchemy import text

from api.clock import today
from geo.derive import work
from geo.store.database import Role
from tests import land_rows as rows
from tests.api.conftest import quick_settings
from tests.api.desk.agency_desk import Desk
from tests.derive.test_frontage import cadastral

NEED = {
    "name": "Ardoise",
    "buildings": [{"length_m": 120, "width_m": 80}],
    "setback_m": 10,
    "land_m2": "4 ha",
    "use": "industrie",
    "start_by": "2030-01-01",
    "place": {"communes": ["38440"]},
}
PDF, DOCX = "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


PAIR: list[int] = []
"""Two lots of one hectare side by side, on which the building stands together alone."""


def picture(media: str = "png") -> str:
    if media == "svg":
        return b64encode(
            b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
        ).decode()
    out = io.BytesIO()
    Image.new("RGBA", (300, 120), "#1f5f4a").save(out, "PNG")
    return b64encode(out.getvalue()).decode()


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    told = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return told


def started(desk: Desk) -> dict[str, Any]:
    """A project with its need; the first parcel has cadastral parcels, a building and a constraint around it."""
    with desk.database.connection(Role.WORKER) as connection:
        rows.building(connection, "b", rows.square(380, 150, 40))
        rows.constraint(connection, "c", rows.square(300, 300, 90), kind="wetland", effect="restricts")
        for number, shape in ((12, rows.square(100, 100, 250)), (13, rows.square(350, 100, 250))):
            cadastral(connection, number, shape, "38440")
        connection.execute(
            text("update core.parcel set cadastral_ids = '{38440000AB0012}', price_eur_m2 = 43.21 where id = :id"),
            {"id": desk.parcels["EPCI A"]},
        )
        for number in (1, 2):
            lot = rows.square(20_000 + 100 * number, 0, 100)
            PAIR.append(rows.parcel(connection, f"G{number}", lot, name=f"Lot G{number}", visibility="public"))
    work.derive(desk.database, as_of=today(quick_settings()))
    return desk.post("agency", "/projects", code_name="Ardoise", need=NEED)

"""Which files hold the whole cadastre of their communes: those that publishers make by commune or by department.

Nothing inside a file says that no parcel is missing. The publishers' own names do: ``cadastre-74173-parcelles.json.gz``
and ``cadastre-74-parcelles.json.gz`` (Etalab), ``dep74.zip`` (DGFiP, EDIGEO), ``PARCELLAIRE-EXPRESS_..._D074_...``
(IGN). One sheet (``edigeo-74173000AB01``), an extract under a name of its own, a file with a row left out say nothing.
"""

import re
from collections.abc import Iterable

from sqlalchemy import Connection

from geo.intake.problems import Remark
from geo.intake.report import Report
from geo.store import complete
from geo.store.layers import Layer

_DEPARTMENT = r"\d\d|2[ab]|97\d"
_NAMES = tuple(
    re.compile(pattern + r"(?: ?\(\d+\))?(?:\.[a-z0-9]+)+", re.IGNORECASE)
    for pattern in (
        rf"cadastre-(?P<place>(?:\d\d|2[ab])\d{{3}}|{_DEPARTMENT})-parcelles(?:-shp)?",
        rf"dep(?P<place>{_DEPARTMENT})(?=.*\.zip$)",
        rf"parcellaire[-_]express_.*_d0?(?P<place>{_DEPARTMENT})_\d{{4}}-\d\d-\d\d",
    )
)
"""A browser adds ``(1)`` to what it has downloaded before."""
UNREAD = "part.not_recognised"


def place_of(file_name: str) -> str | None:
    """The commune (INSEE) or the department that a file of this name holds whole; None when the name does not tell."""
    for name in _NAMES:
        if found := name.fullmatch(file_name):
            return found["place"].upper()
    return None


def record(connection: Connection, layer: Layer, report: Report, import_id: int) -> Iterable[Remark]:
    """Record the communes of a cadastre merged without a row lost as complete, and say which are new."""
    counts = report.layers[layer.name]
    place = place_of(report.name) if layer.name == "cadastre" else None
    unread = any(remark.code == UNREAD for remark in report.remarked())
    if place is None or report.rejected or counts.left_out or unread:
        return
    if codes := complete.record(connection, place, import_id):
        yield Remark(0, "cadastre", len(codes), "cadastre.complete", params={"count": len(codes), "codes": codes[:10]})

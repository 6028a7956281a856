"""Whether rows that are forced to be a layer say anything of it."""

from geo.intake.chunk import Plan, fields_read
from geo.intake.files.part import Part
from geo.intake.layers.recognise import unread

_OF_TOOLS = frozenset({"id", "fid", "gid", "objectid", "ogc_fid", "shape_leng", "shape_length", "shape_area"})
"""Fields that programs add to every layer: a drawing that has no others is a drawing."""


def check_understood(part: Part, plan: Plan, forced: str) -> None:
    """Refuse rows read as what they are forced to be, when nothing of them but their outline would be read.

    Of a building the outline is what counts: EDIGEO's have no other field that is read.
    """
    telling = [name for name in part.fields if name.lower() not in _OF_TOOLS]
    if forced != "buildings" and telling and part.sample.rows and not fields_read(plan, part.sample):
        raise unread(part.name, telling, forced)

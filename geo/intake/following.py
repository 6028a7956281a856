"""What a merged cadastre, or prospects made of one, mean for the parcels that stand: told in the report."""

from dataclasses import replace

from sqlalchemy import Connection

from geo.intake.problems import Remark
from geo.store.layers import Layer
from geo.store.lineage import lineage, prospects, questions

CODES = ("lineage.prospects_covered", "lineage.prospects_renumbered", "lineage.retired", "lineage.reviews")
CAUSES = ("split", "merge", "renumbered", "redrawn")


def before_merge(connection: Connection, layer: Layer, source: int) -> list[Remark]:
    """Prospects that only changed their number keep their place in the base."""
    if layer.name != "parcels":
        return []
    renumbered = prospects.before_merge(connection, source)
    return [_remark("lineage.prospects_renumbered", count=renumbered)] if renumbered else []


def after_merge(connection: Connection, layer: Layer, source: int, import_id: int) -> list[Remark]:
    """Retire what is gone, and say what became of it and how many questions wait for a planner."""
    if layer.name == "cadastre":
        found = lineage.after_cadastre(connection, import_id)
    elif layer.name == "parcels":
        found = prospects.after_merge(connection, source, import_id)
        late = questions.ask_of_late(connection, import_id)
        named = questions.ask_of_named(connection, import_id)
        found = replace(found, reviews=found.reviews + late + named)
    else:
        return []
    remarks = []
    if found.retired:
        causes = {cause: getattr(found, cause) for cause in CAUSES}
        remarks.append(_remark("lineage.retired", count=found.retired, **causes))
    if found.reviews:
        remarks.append(_remark("lineage.reviews", count=found.reviews))
    return remarks


def covered(connection: Connection, layer: Layer, import_id: int) -> list[Remark]:
    """Say how many prospects are no longer listed by themselves, because land of the import stands for them."""
    count = prospects.covered(connection, import_id) if layer.name == "parcels" else 0
    return [_remark("lineage.prospects_covered", count=count)] if count else []


def _remark(code: str, **params: object) -> Remark:
    return Remark(0, "cadastre", None, code, params=params)

"""What the base holds and a staged file does not: told, and of a plan, which is a unit, deleted."""

from collections.abc import Mapping

from sqlalchemy import Connection, text

from geo.store.layers import Layer
from geo.store.merging.staging import communes, same, stage, unsaid
from geo.store.merging.whose import own


def count(connection: Connection, layer: Layer, values: Mapping[str, object]) -> int:
    """Rows of the same source that the file no longer holds: reported, never deleted for it."""
    return connection.scalar(text(f"select count(*) {missing_from(layer)}"), values) or 0


def missing_from(layer: Layer) -> str:
    """SQL from ``from`` on: the rows ``t`` that the file ought to hold and does not.

    Of a source that files of several places make up, those of the file's communes and of its former versions.
    """
    gone = f"not exists (select from {stage(layer)} s where {same(layer)})"
    if "document" in layer.key:
        return f"from {layer.sql_name} t where {_of_files(layer)} and {gone}"
    if "source" not in layer.table.c:
        return f"from {layer.sql_name} t where false"
    former = "t.import in (select id from core.import i where i.source = :source and i.file_name = :file_name)"
    if "commune_insee" in layer.facts:
        former += f" or t.commune_insee in ({communes(layer)})"
    ended = [name for name in ("deleted_on", "retired_on") if name in layer.table.c]
    standing = "".join(f"and t.{name} is null " for name in ended)
    owned = f"t.source = :source {standing} and (not :shared or {former})"
    if layer.name == "parcels":
        owned += f" and {own('t')}"
    return f"from {unsaid(layer)} t where {owned} and {gone}"


def _of_files(layer: Layer) -> str:
    """SQL: the live row ``t`` is of a plan, and of the kind, that the file speaks for.

    Lines, points and perimeters of a plan come in files of their own: each answers for its family alone.
    """
    of_plan = f"t.document in (select document from {stage(layer)})"
    families = f"select split_part(key, '#', 1) from {stage(layer)}"
    return of_plan if layer.name == "zones" else f"{of_plan} and split_part(t.key, '#', 1) in ({families})"


def delete_from_documents(connection: Connection, layer: Layer) -> int:
    """Delete what the plans of the file hold no longer; how many rows."""
    statement = f"""delete from {layer.sql_name} t
        where {_of_files(layer)}
          and not exists (select from {stage(layer)} s where s.document = t.document and s.key = t.key)"""
    return connection.execute(text(statement)).rowcount

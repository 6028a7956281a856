"""From staging to the live tables: new, changed and unchanged rows by natural key and digest."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo.store.layers import Layer
from geo.store.staging import stage


@dataclass(frozen=True, slots=True)
class Merged:
    """How many staged rows were new, changed and unchanged; ``missing`` are in the base and not in the file."""

    new: int
    changed: int
    unchanged: int
    missing: int


def merge(
    connection: Connection,
    layer: Layer,
    *,
    source: int,
    import_id: int,
    visibility: str | None = None,
    responsible: int | None = None,
    complete: bool = True,
) -> Merged:
    """Merge the layer's staging table; ``visibility`` is for parcels whose row does not state one, ``responsible``
    (an organisation) for those that have none.

    A planner's override wins over the file and keeps the file's value beside it. A plan (zones) is a unit: what its
    new file no longer holds is deleted, unless rows of it were refused (not ``complete``), and a newer document
    retires the older of its partition.
    """
    values = {"source": source, "import": import_id, "visibility": visibility, "responsible": responsible}
    connection.execute(text(f"analyze {stage(layer)}"))
    if "document" in layer.key:
        _documents(connection, source)
    changed = _update(connection, layer, values)
    new = _insert(connection, layer, values)
    if layer.name in COVERING:
        _cover(connection, layer, source)
    whole_plan = "document" in layer.key and complete
    missing = _delete_from_documents(connection) if whole_plan else _missing(connection, layer, source)
    total = connection.scalar(text(f"select count(*) from {stage(layer)}")) or 0
    return Merged(new=new, changed=changed, unchanged=total - new - changed, missing=missing)


def _same(layer: Layer) -> str:
    """SQL: the live row ``t`` is the staged row ``s``."""
    return " and ".join(f't."{k}" = ' + (":source" if k == "source" else f's."{k}"') for k in layer.key)


def _update(connection: Connection, layer: Layer, values: Mapping[str, object]) -> int:
    owned = layer.name == "parcels"
    sets = [f'"{name}" = {_kept(layer, name)}' for name in (*layer.facts, *layer.shapes)]
    sets += ["digest = s.digest", *(['"import" = :import'] if "import" in layer.table.c else [])]
    differs = "t.digest <> s.digest"
    if owned:
        sets.append("responsible = coalesce(t.responsible, :responsible)")
        sets.append(f"overrides = {OVERRIDES.format(pairs=_pairs(layer))}")
        differs = f"({differs} or t.visibility <> {_kept(layer, 'visibility')})"
    statement = (
        f"update {layer.sql_name} t set {', '.join(sets)} from {stage(layer)} s where {_same(layer)} and {differs}"
    )
    return connection.execute(text(statement), values).rowcount


def _kept(layer: Layer, name: str) -> str:
    """SQL: the value a changed row takes: an overridden field keeps the planner's."""
    staged = f's."{name}"'
    if layer.name != "parcels":
        return staged
    if name == "visibility":
        staged = "coalesce(s.visibility, :visibility, t.visibility)"
    return f"case when t.overrides ? '{name}' then t.\"{name}\" else {staged} end"


# The file's newest value stays beside the planner's, so that lifting an override needs no reload.
OVERRIDES = """case when t.overrides = '{{}}' then t.overrides else (
    select jsonb_object_agg(o.key, o.value || coalesce(jsonb_build_object('imported', i.imported -> o.key), '{{}}'))
    from jsonb_each(t.overrides) o, (select jsonb_build_object({pairs}) as imported) i) end"""


def _pairs(layer: Layer) -> str:
    return ", ".join(f"'{name}', s.\"{name}\"" for name in layer.facts)


def _insert(connection: Connection, layer: Layer, values: Mapping[str, object]) -> int:
    names = [*layer.key, "digest", *layer.facts, *layer.shapes]
    taken = [":source" if n == "source" else f's."{n}"' for n in names]
    for extra in ("source", "import"):
        if extra in layer.table.c and extra not in names:
            names.append(extra)
            taken.append(f":{extra}")
    if layer.name == "parcels":
        taken[names.index("visibility")] = "coalesce(s.visibility, :visibility, 'agency')"
        names.append("responsible")
        taken.append(":responsible")
    listed = ", ".join(f'"{n}"' for n in names)
    statement = f"""insert into {layer.sql_name} ({listed}) select {", ".join(taken)} from {stage(layer)} s
        where not exists (select from {layer.sql_name} t where {_same(layer)}) order by s.row_number"""
    return connection.execute(text(statement), values).rowcount


def _missing(connection: Connection, layer: Layer, source: int) -> int:
    """Rows of the same source that the file no longer holds: reported, never deleted for it."""
    own = "t.source = :source" if "source" in layer.table.c else "false"
    statement = f"""select count(*) from {layer.sql_name} t
        where {own} and not exists (select from {stage(layer)} s where {_same(layer)})"""
    return connection.scalar(text(statement), {"source": source}) or 0


COVERING = frozenset({"buildings", "constraints"})


def _cover(connection: Connection, layer: Layer, source: int) -> None:
    """Add the box of the staged rows to where the layer counts as loaded."""
    statement = f"""
        insert into core.coverage (layer, source, geom)
        select :layer, :source, st_multi(
            st_setsrid(st_expand(st_extent(geom)::geometry, 1), find_srid('core', 'coverage', 'geom')))
        from {stage(layer)}
        having count(geom) > 0
        on conflict (layer, source) do update set geom = st_multi(st_union(coverage.geom, excluded.geom))
            where not st_covers(coverage.geom, excluded.geom)"""
    connection.execute(text(statement), {"layer": layer.name, "source": source})


def _documents(connection: Connection, source: int) -> None:
    """Make the staged plans known and give each staged zone its document."""
    connection.execute(
        text("""insert into core.planning_document (source, partition, idurba, approved_on, enforceable_on)
            select distinct on (partition, approved_on) :source, partition, idurba, approved_on, approved_on
            from stage_zones order by partition, approved_on, idurba
            on conflict (partition, approved_on) do nothing"""),
        {"source": source},
    )
    connection.execute(text("alter table stage_zones add column document bigint"))
    connection.execute(
        text("""update stage_zones s set document = k.id from core.planning_document k
            where k.partition = s.partition and k.approved_on is not distinct from s.approved_on""")
    )
    connection.execute(
        text("""update core.planning_document k set retired_on = n.next_on
            from (select id, lead(enforceable_on) over (partition by partition order by enforceable_on nulls first)
                    as next_on
                  from core.planning_document
                  where partition in (select partition from stage_zones)) n
            where n.id = k.id and k.retired_on is distinct from n.next_on""")
    )


def _delete_from_documents(connection: Connection) -> int:
    statement = """delete from core.zone t
        where t.document in (select document from stage_zones)
          and not exists (select from stage_zones s where s.document = t.document and s.key = t.key)"""
    return connection.execute(text(statement)).rowcount

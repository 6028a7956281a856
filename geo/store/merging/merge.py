"""From staging to the live tables: new, changed and unchanged rows by natural key and digest."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo.store.layers import LAYERS, Layer
from geo.store.merging import missing, plans
from geo.store.merging.becoming import OVERRIDES, differs, digest, imported, kept, other_land
from geo.store.merging.staging import again, same, stage
from geo.store.merging.unmoved import moved


@dataclass(frozen=True, slots=True)
class Merged:
    """How many staged rows were new, changed and unchanged; ``missing`` are in the base and not in the file."""

    new: int
    changed: int
    unchanged: int
    missing: int

    @property
    def staged(self) -> int:
        """Rows the file has of the layer."""
        return self.new + self.changed + self.unchanged


ALONE = text("select pg_advisory_xact_lock(hashtext('emprise.load'))")
"""Merges wait for one another, and derivation for them."""
NO_MERGE = text("select pg_advisory_xact_lock_shared(hashtext('emprise.load'))")
"""A merge marks the parcels that it sees. One that an edit adds meanwhile is not among them: if it were derived before
the merge ends, it would not see the merged layer either, and nothing would say so."""
Told = Callable[[int, int], None]
MANY, MUCH = 100, 0.1
"""From so many written rows on, and such a share of the source's, the table's statistics are made anew.

Of a table without statistics PostgreSQL takes 1 row in 200 to be not deleted: 170 buildings loaded after 460 parcels
went through every pair of these parcels for each building to find what they make stale, 14 s of 15 [measured].
"""
PAGES = 4_000
"""Pages of a staging table inserted at once, 32 MB: their transition table fits the memory of a statement."""


def merge(
    connection: Connection,
    layer: Layer,
    *,
    source: int,
    import_id: int,
    visibility: str | None = None,
    responsible: int | None = None,
    complete: bool = True,
    file_name: str = "",
    shared: bool = False,
    told: Told = lambda done, total: None,
) -> Merged:
    """Merge the layer's staging table; ``visibility`` is for parcels whose row does not state one, ``responsible``
    (an organisation) for those that have none. ``shared``: files of several places make up the source, so what this
    one (``file_name``) does not hold may stand in another. ``told`` hears of rows written, and in all.

    A planner's override wins over the file and keeps the file's value beside it. A plan (zones) is a unit: what its
    new file no longer holds is deleted, unless rows of it were refused (not ``complete``), and a newer document
    retires the older of its partition.
    """
    values = {"source": source, "import": import_id, "visibility": visibility, "responsible": responsible}
    values |= {"file_name": file_name, "shared": shared}
    loaded = plans.documents(connection, stage(layer), source) if "document" in layer.key else []
    found = compare(connection, layer, values)
    changed = _update(connection, layer, values) if found.changed else 0
    new = _insert(connection, layer, values, found, told) if found.new else 0
    if layer.remembers and found.unchanged:
        _take_over(connection, layer, values)
    if new + changed >= max(MANY, MUCH * (found.staged + found.missing)):
        connection.execute(text("select core.analyze_loaded(:name)"), {"name": layer.table.name})
    if layer.name in COVERING:
        _cover(connection, layer, source)
    whole_plan = "document" in layer.key and complete
    gone = missing.delete_from_documents(connection, layer) if whole_plan else found.missing
    if loaded:
        plans.settle(connection, loaded)
    return Merged(new=new, changed=changed, unchanged=found.staged - new - changed, missing=gone)


def compare(connection: Connection, layer: Layer, values: Mapping[str, object]) -> Merged:
    """How many staged rows are new, changed and unchanged, and how many rows that stand the file does not hold.

    ``values`` are those of a merge: source, visibility, file_name, shared.
    """
    if not _any_stands(connection, layer, values):
        return Merged(connection.scalar(text(f"select count(*) from {stage(layer)}")) or 0, 0, 0, 0)
    counts = connection.execute(
        text(f"""select count(*) as staged, count(*) filter (where t.digest is null) as fresh,
                   count(*) filter (where {differs(layer)}) as changed
            from {stage(layer)} s left join {layer.sql_name} t on {same(layer)}"""),
        values,
    ).one()
    gone = missing.count(connection, layer, values)
    unchanged = counts.staged - counts.fresh - counts.changed + _repeated(connection, layer)
    return Merged(counts.fresh, counts.changed, unchanged, gone)


def _repeated(connection: Connection, layer: Layer) -> int:
    """Rows of the base that the file says again word for word."""
    if not layer.remembers:
        return 0
    return int(connection.scalar(text(f"select coalesce(sum(rows), 0) from {again(layer)}")) or 0)


def _any_stands(connection: Connection, layer: Layer, values: Mapping[str, object]) -> bool:
    """Whether the base holds a row that one of the file may be; a first load need not be compared with anything."""
    own = "where t.source = :source" if "source" in layer.key else ""
    return bool(connection.scalar(text(f"select exists (select from {layer.sql_name} t {own})"), values))


def _update(connection: Connection, layer: Layer, values: Mapping[str, object]) -> int:
    owned = layer.name == "parcels"
    sets = [f'"{name}" = {kept(layer, name)}' for name in layer.facts]
    sets += [
        f'"{name}" = case when {moved(name, kept(layer, name))} then {kept(layer, name)} else t."{name}" end'
        for name in layer.shapes
    ]
    sets += [f"digest = {digest(layer)}", *(['"import" = :import'] if "import" in layer.table.c else [])]
    sets += ["raw = s.raw"] if layer.remembers else []
    if owned:
        sets.append("responsible = coalesce(t.responsible, :responsible)")
        sets.append(f"outline = case when s.geom is null and not {other_land(layer)} then t.outline end")
        sets.append(f"overrides = {OVERRIDES.format(pairs=imported(layer))}")
    statement = f"""update {layer.sql_name} t set {", ".join(sets)} from {stage(layer)} s
        where {same(layer)} and {differs(layer)}"""
    return connection.execute(text(statement), values).rowcount


def _take_over(connection: Connection, layer: Layer, values: Mapping[str, object]) -> None:
    """Rows that stand as the file says them remember its record, so that the next load need not compare them again.

    No fact changes, so the row's version, its history and its marks stay (migrations/raw_rows/up/20_quiet.sql). A
    stretch of the staging table at a time, as in inserting.
    """
    said = digest(layer)
    news = f"(t.digest <> {said} or (s.raw is not null and t.raw is distinct from s.raw))"
    statement = f"""update {layer.sql_name} t
        set digest = {said}, raw = case when t.digest = {said} then coalesce(s.raw, t.raw) else s.raw end
        from {stage(layer)} s where {same(layer)} and {news} and not {differs(layer)}"""
    for stretch in _stretches(connection, layer):
        connection.execute(text(f"{statement} and {STRETCH}"), {**values, **stretch})


def _insert(connection: Connection, layer: Layer, values: Mapping[str, object], found: Merged, told: Told) -> int:
    names = [*layer.key, "digest", *(["raw"] if layer.remembers else []), *LAYERS[layer.name].facts, *layer.shapes]
    told_by = {"source": ":source", "digest": digest(layer)}
    taken = [told_by.get(n, f's."{n}"') for n in names]
    for extra in ("source", "import"):
        if extra in layer.table.c and extra not in names:
            names.append(extra)
            taken.append(f":{extra}")
    if layer.name == "parcels":
        taken[names.index("visibility")] = "coalesce(s.visibility, :visibility, 'agency')"
        names.append("responsible")
        taken.append(":responsible")
    listed = ", ".join(f'"{n}"' for n in names)
    statement = f"insert into {layer.sql_name} ({listed}) select {', '.join(taken)} from {stage(layer)} s"
    if found.new < found.staged:
        fresh = f"where not exists (select from {layer.sql_name} t where {same(layer)}) order by s.row_number"
        return connection.execute(text(f"{statement} {fresh}"), values).rowcount
    return _insert_all(connection, layer, statement, values, told)


def _insert_all(connection: Connection, layer: Layer, statement: str, values: Mapping[str, object], told: Told) -> int:
    """Every staged row, a stretch of pages at a time: none is in the base, so none needs to be looked for."""
    rows = connection.scalar(text(f"select count(*) from {stage(layer)}")) or 0
    bare = layer.name == "cadastre" and connection.scalar(text("select core.open_cadastre()"))
    order = "" if bare else "order by s.row_number"
    done = 0
    for stretch in _stretches(connection, layer):
        done += connection.execute(text(f"{statement} where {STRETCH} {order}"), {**values, **stretch}).rowcount
        told(done, rows)
    if bare:
        connection.execute(text("select core.close_cadastre()"))
    return done


STRETCH = "s.place >= cast(:first as tid) and s.place < cast(:last as tid)"


def _stretches(connection: Connection, layer: Layer) -> Iterator[Mapping[str, str]]:
    """The staging table in stretches of pages, as values of STRETCH."""
    pages = connection.scalar(text(f"select (max(place)::text::point)[0]::bigint + 1 from {stage(layer)}")) or 0
    for first in range(0, pages, PAGES):
        yield {"first": f"({first},0)", "last": f"({first + PAGES},0)"}


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

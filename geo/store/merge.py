"""From staging to the live tables: new, changed and unchanged rows by natural key and digest."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo.store import market_told, missing, plans
from geo.store.layers import LAYERS, Layer
from geo.store.staging import again, same, stage
from geo.store.unmoved import moved


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
MANY, MUCH = 1_000, 0.1
"""From so many written rows on, and such a share of the source's, the table's statistics are made anew."""
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
    sets = [f'"{name}" = {_kept(layer, name)}' for name in layer.facts]
    sets += [
        f'"{name}" = case when {moved(name, _kept(layer, name))} then {_kept(layer, name)} else t."{name}" end'
        for name in layer.shapes
    ]
    sets += [f"digest = {digest(layer)}", *(['"import" = :import'] if "import" in layer.table.c else [])]
    sets += ["raw = s.raw"] if layer.remembers else []
    if owned:
        sets.append("responsible = coalesce(t.responsible, :responsible)")
        sets.append(f"outline = case when s.geom is null and not {_other_land(layer)} then t.outline end")
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


def differs(layer: Layer) -> str:
    """SQL: the staged row ``s`` changes the live row ``t``.

    Equal digests are the quick answer. Unequal ones may come from another file that says the same, or less.
    """
    if layer.official is None:
        unlike = "t.digest <> s.digest"
    else:
        facts = [f't."{name}" is distinct from {_kept(layer, name)}' for name in layer.facts]
        facts += [moved(name, _kept(layer, name)) for name in layer.shapes]
        facts += [_told_beside(layer)] if layer.name == "parcels" else []
        unlike = f"(t.digest <> {digest(layer)} and ({' or '.join(facts)}))"
    return unlike if layer.name != "parcels" else f"({unlike} or t.visibility <> {_kept(layer, 'visibility')})"


def digest(layer: Layer) -> str:
    """SQL: what tells the staged record ``s`` from others.

    A file that says less than all has a record of its own: a field that is empty is not one that is not there.
    """
    return f"(s.digest || '\\x{stated(layer).hex()}'::bytea)" if layer.partial else "s.digest"


def stated(layer: Layer) -> bytes:
    """What the digests of a file that says less than all end in: which columns it states; else nothing."""
    if not layer.partial:
        return b""
    return hashlib.blake2b(repr((layer.facts, layer.official)).encode(), digest_size=8).digest()


def _told_beside(layer: Layer) -> str:
    """SQL: what the source says of an overridden field is news, although the planner's value stays."""
    return f"t.overrides is distinct from {OVERRIDES.format(pairs=imported(layer))}"


def told(layer: Layer, name: str) -> str:
    """SQL: the value of a column after the load, were there no planner.

    Official fields the file does not have stay among the published ones. A row that only says where a point lies
    takes no outline away, and the other way round; unless the outline is that of parcels it no longer names.
    """
    if name in ("market", "market_conditions"):
        return market_told.told(layer, name)
    if name == "visibility":
        return "coalesce(s.visibility, :visibility, t.visibility)"
    if name == "published" and layer.official is not None:
        names = ", ".join(f"'{official}'" for official in layer.official)
        return f"(t.published - array[{names}]::text[]) || s.published"
    if name == "geom" and layer.name == "parcels":
        return f"coalesce(s.geom, case when not {_other_land(layer)} then t.geom end)"
    if name in layer.shapes and len(layer.shapes) > 1:
        return f"coalesce(s.{name}, t.{name})"
    return f's."{name}"'


def _other_land(layer: Layer) -> str:
    """SQL: the outline was made of cadastral parcels, and the source now names others, all known: it is theirs now.

    While one of them is not in the base the outline stays, and a planner is asked (geo.store.questions).
    """
    if "cadastral_ids" not in layer.facts:
        return "false"
    ids = _kept(layer, "cadastral_ids")
    same_land = f"t.cadastral_ids @> {ids} and t.cadastral_ids <@ {ids}"
    known = f"""{ids} <> '{{}}' and not exists (select from unnest({ids}) i where not exists (
        select from core.cadastral_parcel c where c.idu = i and c.retired_on is null))"""
    return f"(case when t.outline is not distinct from 'cadastre' and not ({same_land}) then {known} else false end)"


def _kept(layer: Layer, name: str) -> str:
    """SQL: the value a changed row takes: an overridden field keeps the planner's."""
    staged = told(layer, name)
    if layer.name != "parcels":
        return staged
    if name == "observed_on":  # a planner who was there does not keep a later visit of the source's own out
        return f"case when t.overrides ? '{name}' then greatest(t.{name}, s.{name}) else {staged} end"
    return f"case when t.overrides ? '{name}' then t.\"{name}\" else {staged} end"


# The file's newest value stays beside the planner's, so that lifting an override needs no reload.
OVERRIDES = """case when t.overrides = '{{}}' then t.overrides else (
    select jsonb_object_agg(o.key, o.value || case when i.imported ? o.key
        then jsonb_build_object('imported', i.imported -> o.key) else '{{}}' end)
    from jsonb_each(t.overrides) o, (select jsonb_build_object({pairs}) as imported) i) end"""


def imported(layer: Layer) -> str:
    """SQL: what the staged row says of each column, as arguments of jsonb_build_object."""
    facts = {name: told(layer, name) if name.startswith("market") else f's."{name}"' for name in layer.facts}
    facts |= {
        name: f"coalesce(encode(public.st_asewkb(s.{name}), 'hex'), t.overrides -> '{name}' ->> 'imported')"
        for name in layer.shapes
    }
    facts["visibility"] = "coalesce(s.visibility, :visibility, t.overrides -> 'visibility' ->> 'imported')"
    return ", ".join(f"'{name}', {value}" for name, value in facts.items())


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

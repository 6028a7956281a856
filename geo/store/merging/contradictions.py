"""Two files of one source that say different things of the same rows, and would alternate for ever.

A file contradicts another when it says again what that other one changed: it would be undone once more by the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from geo.store.layers import Layer
from geo.store.merging.becoming import told
from geo.store.merging.duplicates import name_of
from geo.store.merging.market_told import source_said
from geo.store.merging.staging import same, stage

LAYER = "parcels"
"""The layer whose files several offices make; each of the others has one producer."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One field of some rows: what the file says (``here``) and what another file had made of it (``there``).

    ``wins`` is whose word stands: ``here_newer``, ``there_newer`` (the day of observation decides), ``here_own``,
    ``there_own`` (the file loaded for the organisation responsible for the land), or None: the last one loaded.
    """

    field: str
    other: str
    wins: str | None
    count: int
    key: str
    name: str | None
    here: object
    there: object


OTHERS = text("""
    select exists (select from core.import where source = :source and layer = 'parcels' and file_name <> :file_name)""")


def settle(connection: Connection, layer: Layer, values: Mapping[str, Any]) -> list[Contradiction]:
    """Find what the staged file says against another one, and let the word stand that ought to.

    ``values`` are those of a merge: source, file_name, visibility, and ``for``, the organisation the file is loaded
    for.
    Where the other file's word stands the staged rows take it over, so that the merge changes nothing there.
    """
    if layer.name != LAYER or not connection.scalar(OTHERS, values):
        return []
    connection.execute(text(_find(layer)), values)
    found = [Contradiction(*row) for row in connection.execute(TOLD)]
    if found:
        _forget_raw(connection, layer)
        if any((one.wins or "").startswith("there") for one in found):
            _take_over(connection, layer)
    connection.execute(text("drop table contradiction"))
    return found


# Only fields that differ are looked up, and of each only its last change.
FIND = """
    create temporary table contradiction on commit drop as
    with differing as (
        select s.row_number, s.key, {name} as name, t.id, t.responsible, f.field, f.here, f.there,
               {observed} as seen_here, {seen} as seen_there
        from {stage} s join core.parcel t on {same}
        cross join lateral (values {fields}) f (field, here, there)
        where t.deleted_on is null and f.here is distinct from f.there
          and not t.overrides ? split_part(f.field, '.', 1))
    select d.*, substr(h.reason, 6) as other,
           case when d.seen_here > d.seen_there then 'here_newer' when d.seen_here < d.seen_there then 'there_newer'
                when d.responsible is null then null
                when w.whose is not distinct from d.responsible and cast(:for as bigint) is distinct from d.responsible
                    then 'there_own'
                when w.whose is distinct from d.responsible and cast(:for as bigint) = d.responsible then 'here_own'
           end as wins
    from differing d
    cross join lateral (
        select h.reason, h.before #> string_to_array(d.field, '.') as before from core.history h
        where h.relation = 'parcel' and h.row_id = d.id and h.op = 'update'
          and h.before #> string_to_array(d.field, '.') is distinct from h.after #> string_to_array(d.field, '.')
        order by h.id desc limit 1) h
    left join lateral (
        select coalesce(e.organisation, (e.options ->> 'responsible')::bigint) as whose
        from core.import i join core.delivery e on e.id = i.delivery
        where i.source = :source and 'load ' || i.file_name = h.reason order by i.id desc limit 1) w on true
    where h.reason like 'load %' and h.reason <> 'load ' || :file_name
      and coalesce(h.before, 'null') = coalesce(d.here, 'null')"""
TOLD = text("""
    select field, other, wins, count(*), (array_agg(key order by row_number))[1],
           (array_agg(name order by row_number))[1], (array_agg(here order by row_number))[1],
           (array_agg(there order by row_number))[1]
    from contradiction group by field, other, wins order by count(*) desc, field, other""")


def _find(layer: Layer) -> str:
    facts = [name for name in layer.facts if name not in APART]
    fields = [f"('{name}', to_jsonb({told(layer, name)}), to_jsonb(t.\"{name}\"))" for name in facts]
    fields += [
        f"('published.{name}', s.published -> '{name}', t.published -> '{name}')" for name in layer.official or ()
    ]
    fields += [
        f"""('{name}', to_jsonb(encode(public.st_asewkb(s."{name}"), 'hex')),
             case when s."{name}" is null then null else to_jsonb(encode(public.st_asewkb(t."{name}"), 'hex')) end)"""
        for name in layer.shapes
    ]
    observed = "observed_on" in layer.facts
    return FIND.format(
        name=name_of(layer),
        stage=stage(layer),
        same=same(layer),
        fields=", ".join(fields),
        observed="s.observed_on" if observed else "null::date",
        seen=f"{source_said('observed_on')}::date",
    )


APART = frozenset({"published", "visibility", "observed_on", "origin", "market_conditions"})
"""What is no statement of its own: looked at piece by piece, asked of who loads, or told with another."""


def _forget_raw(connection: Connection, layer: Layer) -> None:
    """Rows that are told are read in full each time: no hash of their text is kept."""
    if layer.remembers:
        statement = f"update {stage(layer)} s set raw = null from contradiction c where c.row_number = s.row_number"
        connection.execute(text(statement))


def _take_over(connection: Connection, layer: Layer) -> None:
    """Staged rows whose word does not stand say what stands. Their digest is none of a record: the file's own would
    make the next comparison take them for what the base holds."""
    lost = "c.row_number = s.row_number and c.wins like 'there%'"
    columns = [*(name for name in layer.facts if name not in APART), *layer.shapes]
    for name in columns:
        beside = ", market_conditions = t.market_conditions" if name == "market" else ""
        statement = f"""update {stage(layer)} s set "{name}" = t."{name}"{beside} from contradiction c, core.parcel t
            where {lost} and c.field = '{name}' and t.id = c.id"""
        connection.execute(text(statement))
    for name in layer.official or ():
        standing = f"s.published || jsonb_build_object('{name}', t.published -> '{name}')"
        statement = f"""update {stage(layer)} s
            set published = case when t.published ? '{name}' then {standing} else s.published - '{name}' end
            from contradiction c, core.parcel t where {lost} and c.field = 'published.{name}' and t.id = c.id"""
        connection.execute(text(statement))
    seen = ", observed_on = t.observed_on" if "observed_on" in layer.facts else ""
    statement = f"""update {stage(layer)} s set digest = set_byte(s.digest, 0, 255 - get_byte(s.digest, 0)) {seen}
        from (select distinct row_number, id, wins from contradiction) c, core.parcel t where {lost} and t.id = c.id"""
    connection.execute(text(statement))

"""What a live row becomes by a staged one: a planner's value wins, and what the file does not say stays.

SQL throughout, of the live row ``t`` and the staged row ``s``; bound are the values of a merge (merge.py).
"""

import hashlib

from geo.store.layers import Layer
from geo.store.merging import market_told
from geo.store.merging.unmoved import moved


def differs(layer: Layer) -> str:
    """SQL: the staged row ``s`` changes the live row ``t``.

    Equal digests are the quick answer. Unequal ones may come from another file that says the same, or less.
    """
    if layer.official is None:
        unlike = "t.digest <> s.digest"
    else:
        facts = [f't."{name}" is distinct from {kept(layer, name)}' for name in layer.facts]
        facts += [moved(name, kept(layer, name)) for name in layer.shapes]
        facts += [_told_beside(layer)] if layer.name == "parcels" else []
        unlike = f"(t.digest <> {digest(layer)} and ({' or '.join(facts)}))"
    return unlike if layer.name != "parcels" else f"({unlike} or t.visibility <> {kept(layer, 'visibility')})"


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
        return f"coalesce(s.geom, case when not {other_land(layer)} then t.geom end)"
    if name in layer.shapes and len(layer.shapes) > 1:
        return f"coalesce(s.{name}, t.{name})"
    return f's."{name}"'


def other_land(layer: Layer) -> str:
    """SQL: the outline was made of cadastral parcels, and the source now names others, all known: it is theirs now.

    While one of them is not in the base the outline stays, and a planner is asked (geo.store.lineage.questions).
    """
    if "cadastral_ids" not in layer.facts:
        return "false"
    ids = kept(layer, "cadastral_ids")
    same_land = f"t.cadastral_ids @> {ids} and t.cadastral_ids <@ {ids}"
    known = f"""{ids} <> '{{}}' and not exists (select from unnest({ids}) i where not exists (
        select from core.cadastral_parcel c where c.idu = i and c.retired_on is null))"""
    return f"(case when t.outline is not distinct from 'cadastre' and not ({same_land}) then {known} else false end)"


def kept(layer: Layer, name: str) -> str:
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

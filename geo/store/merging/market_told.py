"""The market a file derives from a stage of its own: news only where that stage is.

Several files speak of one terrain. One that says ``en vente`` as it did before, or a brownfield's status that says
nothing of the market, does not undo what another file has said since.
"""

from geo.store.layers import Layer

_GIVEN = "coalesce(t.published ->> 'terr_cession_type', t.published ->> 'type_acquisition')"
_LET = f"{_GIVEN} ~* 'location|mise|bail' and {_GIVEN} !~* 'vente|achat|acquisition'"
"""SQL: how the land is given, as a fuller file said it before: it is let."""


def told(layer: Layer, name: str) -> str:
    """SQL: ``market`` or ``market_conditions`` after the load, were there no planner; ``s`` staged, ``t`` live."""
    if not layer.market_by:
        return f's."{name}"'
    before = f"{source_said(name)}{'::boolean' if name == 'market_conditions' else ''}"
    pairs = [_stage(by) for by in layer.market_by]
    unchanged = " and ".join(f"{live} is not distinct from {staged}" for live, staged in pairs)
    unsaid = " and ".join(f"{live} is null" for live, _ in pairs)
    coming = f's."{name}"'
    if name == "market" and not any("cession" in by or "acquisition" in by for by in layer.market_by):
        coming = f"case when s.market = 'for_sale' and {_LET} then 'for_lease' else s.market end"
    return f"case when {unchanged} or (s.market = 'unknown' and {unsaid}) then {before} else {coming} end"


def source_said(name: str) -> str:
    """SQL: the value of a column as its source last said it, as text; a planner's own stands aside."""
    return f"(case when t.overrides ? '{name}' then t.overrides -> '{name}' ->> 'imported' else t.\"{name}\"::text end)"


def _stage(by: str) -> tuple[str, str]:
    """SQL of one thing the market was derived from: live and staged."""
    if by.startswith("published."):
        official = by.removeprefix("published.")
        return f"t.published ->> '{official}'", f"s.published ->> '{official}'"
    return source_said(by), f's."{by}"::text'

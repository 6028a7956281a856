"""Whose land a statement may speak of: that of the organisation for which the transaction loads.

Who that is stands in the transaction (``emprise.organisation``, see geo.store.database.act).
"""


def own(alias: str) -> str:
    """SQL: the parcel ``alias`` is land of who loads; any parcel is, where nobody in particular does."""
    return f"(core.current_organisation() is null or {alias}.responsible = core.current_organisation())"


def shown(alias: str) -> str:
    """SQL: the parcel ``alias`` may be told of to who loads: their own, or no organisation's private one."""
    return f"({own(alias)} or {alias}.visibility <> 'private')"

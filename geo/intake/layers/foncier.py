"""The table of available parcels beside the exchange table of the national portal (Foncier+): a row a parcel."""

from collections.abc import Sequence
from dataclasses import replace

from geo.intake.layers.cnig_names import REFERENCE_NAMES
from geo.intake.layers.columns import Properties, field_names
from geo.intake.problems import Remark
from geo.intake.raw import Raw

_OF_THE_SITE = frozenset({"surface_disponible", "nom", "scm", "type_acquisition"})
"""Fields of the exchange table itself: one row a site."""


def is_list_of_parcels(properties: Sequence[Properties]) -> bool:
    """Whether rows name a site of the exchange table and a parcel of it, and say nothing else of the site."""
    present = field_names(properties[:1])
    return "id_site_eco" in present and not _OF_THE_SITE & present.keys()


def joined(raw: Raw) -> Raw:
    """One row a site, with all its parcels as a list; the rows joined to it are told as left out."""
    present = field_names(raw.properties)
    key = present["id_site_eco"]
    other = next((present[name] for name in ("parcelle_reference", *REFERENCE_NAMES) if name in present), None)
    first: dict[object, int] = {}
    parcels: dict[object, list[str]] = {}
    for place, row in enumerate(raw.properties):
        first.setdefault(row.get(key), place)
        parcels.setdefault(row.get(key), []).append(str(row.get(other) or "") if other else "")
    found = raw.part(list(first.values()))
    if other is not None:
        found.properties = [{**row, other: "|".join(parcels[row.get(key)])} for row in found.properties]
    more = len(raw.rows) - len(first)
    told = [Remark(0, key, more, "rows.joined", params={"count": more})] if more else []
    return replace(
        found,
        read=raw.read,
        left_out=raw.left_out + more,
        repairs=raw.repairs,
        rejections=raw.rejections,
        refused=raw.refused,
        remarks=raw.remarks + told,
    )

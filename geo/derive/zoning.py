"""The shares of a parcel in each zone of the plan in force, and what the plan says of industry on it."""

from collections.abc import Sequence
from datetime import date

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, text

from geo.land.vocabulary import Industry
from geo.land.zoning import IndustryDecision, ParcelZoning, ZoneShare, of_shares, sliver_share

SHARES = text("""
    select p.id, s.zones, s.digest, st_area(p.geom) as area, st_perimeter(p.geom) as perimeter
    from core.parcel p left join lateral (
        select jsonb_agg(jsonb_build_object('zone', z.id, 'libelle', z.libelle, 'typezone', z.typezone,
                   'industry', z.industry, 'rule', z.industry_rule, 'source', z.industry_source,
                   'confidence', z.industry_confidence, 'share', i.share) order by i.share desc, z.id) as zones,
               md5(string_agg(z.id || encode(z.digest, 'hex'), ',' order by z.id)) as digest
        from core.zone z
        join core.planning_document k on k.id = z.document
            and (k.enforceable_on is null or k.enforceable_on <= :as_of)
            and (k.retired_on is null or k.retired_on > :as_of)
        cross join lateral (
            -- offset 0: else the intersection is computed again wherever the share is named
            select st_area(st_intersection(z.geom, p.geom)) / st_area(p.geom) as share offset 0) i
        where z.geom && p.geom and st_intersects(z.geom, p.geom) and i.share > 0) s on true
    where p.id = any(:parcels)
""")

WRITE = text("""
    update core.parcel_derived d set
        zone_shares = v.zone_shares, zone_label = v.zone_label, zone_type = v.zone_type, industry = v.industry,
        industry_rule = v.industry_rule, industry_source = v.industry_source,
        industry_confidence = v.industry_confidence,
        inputs = d.inputs || jsonb_build_object('zoning', v.digest)
    from jsonb_to_recordset(:rows) v (parcel bigint, zone_shares jsonb, zone_label text, zone_type text,
        industry text, industry_rule text, industry_source text, industry_confidence double precision, digest text)
    where d.parcel = v.parcel
""")


def derive(connection: Connection, parcels: Sequence[int], recipe: str, as_of: date) -> None:
    """Fill ``zone_shares`` (0 to 1 of the parcel's surface) and ``industry`` with its rule, source and confidence."""
    found = connection.execute(SHARES, {"parcels": list(parcels), "as_of": as_of})
    rows = [
        _row(row.id, row.zones or [], f"{recipe}:{row.digest or ''}", sliver_share(row.area or 0, row.perimeter or 0))
        for row in found
    ]
    connection.execute(WRITE, {"rows": Jsonb(rows)})


def _row(parcel: int, zones: list[dict[str, object]], digest: str, sliver: float) -> dict[str, object]:
    zoning = of_shares([_share(zone) for zone in zones], sliver=sliver)
    kept = ("zone", "libelle", "typezone", "industry", "share")
    return {
        "parcel": parcel,
        "zone_shares": [{name: zone[name] for name in kept} for zone in zones],
        **_decision(zoning),
        "digest": digest,
    }


def _share(zone: dict[str, object]) -> ZoneShare:
    decision = IndustryDecision(
        verdict=Industry(str(zone["industry"])),
        rule=str(zone["rule"]),
        source=str(zone["source"]),
        confidence=float(str(zone["confidence"])),
    )
    libelle, typezone = zone["libelle"], zone["typezone"]
    return ZoneShare(
        share=float(str(zone["share"])),
        decision=decision,
        libelle=None if libelle is None else str(libelle),
        typezone=None if typezone is None else str(typezone),
    )


def _decision(zoning: ParcelZoning) -> dict[str, object]:
    return {
        "zone_label": zoning.libelle,
        "zone_type": zoning.typezone,
        "industry": zoning.verdict.value,
        "industry_rule": zoning.rule,
        "industry_source": zoning.source,
        "industry_confidence": zoning.confidence,
    }

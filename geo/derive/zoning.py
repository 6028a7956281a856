"""The shares of a parcel in each zone of the plan in force, and what the plan says of industry on it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Row, text

from geo.land.plan_areas import Overlay, overlaid
from geo.land.vocabulary import Industry
from geo.land.zoning import IndustryDecision, ParcelZoning, ZoneShare, of_shares, sliver_share
from geo.store.merging.plans import in_force

SHARES = text(f"""
    select p.id, s.zones, s.digest, st_area(p.geom) as area, st_perimeter(p.geom) as perimeter
    from core.parcel p left join lateral (
        select jsonb_agg(jsonb_build_object('zone', z.id, 'libelle', z.libelle, 'typezone', z.typezone,
                   'industry', z.industry, 'rule', z.industry_rule, 'source', z.industry_source,
                   'confidence', z.industry_confidence, 'share', i.share, 'over', o.areas)
                   order by i.share desc, z.id) as zones,
               md5(string_agg(z.id || encode(z.digest, 'hex') || coalesce(o.digest, ''), ',' order by z.id)) as digest
        from core.zone z
        join core.planning_document k on k.id = z.document
            and (({in_force(":as_of")} and k.id <> all(:without)) or k.id = any(:planned))
        cross join lateral (
            -- offset 0: else the intersection is computed again wherever the piece is named
            select st_intersection(z.geom, p.geom) as piece offset 0) x
        cross join lateral (select st_area(x.piece) / st_area(p.geom) as share offset 0) i
        left join lateral (
            select jsonb_agg(jsonb_build_object('kind', c.kind, 'says', c.industry, 'code', c.code, 'label', c.label,
                       'share', st_area(st_intersection(x.piece, c.geom)) / st_area(p.geom)) order by c.id) as areas,
                   string_agg(c.id || encode(c.digest, 'hex'), ',' order by c.id) as digest
            from core.constraint_area c
            where c.document = z.document and c.industry is not null and c.geom && x.piece) o on true
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

# What was never decided before did not change.
REMEMBER = text("""
    insert into core.decision_change
        (parcel, before, after, rule_before, rule_after, zone_before, zone_after)
    select d.parcel, d.industry, v.industry, d.industry_rule, v.industry_rule, d.zone_label, v.zone_label
    from jsonb_to_recordset(:rows) v (parcel bigint, industry text, industry_rule text, zone_label text)
    join core.parcel_derived d on d.parcel = v.parcel
    where d.inputs ? 'zoning' and d.industry <> v.industry
    order by d.parcel
""")


@dataclass(frozen=True, slots=True)
class Plans:
    """Which plans are looked at: those in force ``on`` a day, less some, and some that are not in force yet."""

    on: date
    without: Collection[int] = ()
    planned: Collection[int] = ()


def derive(connection: Connection, parcels: Sequence[int], recipe: str, as_of: date) -> None:
    """Fill ``zone_shares`` (0 to 1 of the parcel's surface) and ``industry`` with its rule, source and confidence.

    A decision that is no longer what it was is remembered (core.decision_change).
    """
    rows = [
        _row(row, f"{recipe}:{row.digest or ''}", _zoning(row)) for row in _shares(connection, parcels, Plans(as_of))
    ]
    connection.execute(REMEMBER, {"rows": Jsonb(rows)})
    connection.execute(WRITE, {"rows": Jsonb(rows)})


def decided(connection: Connection, parcels: Sequence[int], plans: Plans) -> dict[int, ParcelZoning]:
    """What other plans than those in force would say of each parcel; nothing is written."""
    return {row.id: _zoning(row) for row in _shares(connection, parcels, plans)}


def _shares(connection: Connection, parcels: Sequence[int], plans: Plans) -> Sequence[Row[Any]]:
    asked = {
        "parcels": list(parcels),
        "as_of": plans.on,
        "without": list(plans.without),
        "planned": list(plans.planned),
    }
    return connection.execute(SHARES, asked).all()


def _zoning(row: Row[Any]) -> ParcelZoning:
    pieces = [piece for zone in row.zones or [] for piece in overlaid(_share(zone), _overlays(zone))]
    return of_shares(pieces, sliver=sliver_share(row.area or 0, row.perimeter or 0))


def _row(row: Row[Any], digest: str, zoning: ParcelZoning) -> dict[str, object]:
    kept = ("zone", "libelle", "typezone", "industry", "share")
    return {
        "parcel": row.id,
        "zone_shares": [{name: zone[name] for name in kept} for zone in row.zones or []],
        **_decision(zoning),
        "digest": digest,
    }


def _share(zone: Mapping[str, Any]) -> ZoneShare:
    decision = IndustryDecision(
        verdict=Industry(zone["industry"]),
        rule=zone["rule"],
        source=zone["source"],
        confidence=float(zone["confidence"]),
    )
    return ZoneShare(float(zone["share"]), decision, zone["libelle"], zone["typezone"])


def _overlays(zone: Mapping[str, Any]) -> list[Overlay]:
    return [
        Overlay(float(area["share"]), area["kind"], Industry(area["says"]), f"{area['code']} LIBELLE={area['label']}")
        for area in zone["over"] or ()
        if area["share"] > 0
    ]


def _decision(zoning: ParcelZoning) -> dict[str, object]:
    return {
        "zone_label": zoning.libelle,
        "zone_type": zoning.typezone,
        "industry": zoning.verdict.value,
        "industry_rule": zoning.rule,
        "industry_source": zoning.source,
        "industry_confidence": zoning.confidence,
    }

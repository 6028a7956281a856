"""What a match reads of a parcel beside what is shown, and of what stands around it."""

from geo.store.views.column import Column
from geo.store.views.parcel import FACTS_FROM, NETWORKS, PARCEL, STALE

NEAREST = """(select jsonb_object_agg(e.kind, jsonb_build_array(e.metres, e.point)) from core.parcel_nearest e
        where e.parcel = p.id)"""
AREA_IDS = "array(select area from core.parcel_area m where m.parcel = p.id)"

_SAID = ", ".join(f"'{name}', lower(t.published ->> '{field}')" for name, field in NETWORKS.items())
PUBLISHED_NETWORKS = f"jsonb_strip_nulls(jsonb_build_object({_SAID}))"
"""What the site that holds a parcel publishes of each."""

POINT = "coalesce(st_pointonsurface(s.geom_4326), st_transform(p.location, 4326))"
"""Where it lies, degrees: a point of its outline, else the one its source has."""

CANDIDATE = (
    *(column for column in PARCEL if column.property and column.name not in ("ready_p50", "ready_p80", "ready_class")),
    Column("market_conditions", "boolean", "case when p.committed is null then p.market_conditions end"),
    Column("market_on", "date", "coalesce(p.committed_on, p.market_on)"),
    Column("etat_occup", "string", "p.etat_occup"),
    Column("usage", "string", "p.usage"),
    Column("pollution", "string", "p.pollution"),
    Column("declared_on", "string", "p.published ->> 'date_dispo'"),
    Column("declared_turnkey", "boolean", "p.cle_en_main"),
    Column("industry_rule", "string", "d.industry_rule"),
    Column("industry_source", "string", "d.industry_source"),
    Column("industry_confidence", "number", "d.industry_confidence"),
    Column("scale", "number", "d.scale"),
    Column("touched", "array", "d.touched"),
    Column("zone_shares", "array", "d.zone_shares"),
    Column("buildings_known", "boolean", "d.built is not null"),
    Column(
        "constraints_known",
        "boolean",
        """d.touched <> '[]' or exists (
            select from core.coverage v where v.layer = 'constraints' and st_intersects(v.geom, p.geom))""",
    ),
    Column("substation_km", "number", "e.metres / 1000"),
    Column("substation_free_mw", "number", "n.free_mw"),
    Column("nearest", "object", NEAREST),
    Column("area_ids", "array", AREA_IDS),
    Column("networks", "object", PUBLISHED_NETWORKS),
    Column("networks_source", "string", "(select u.dataset from core.source u where u.id = t.source)"),
    Column("networks_on", "string", "t.published ->> 'site_actu_date'"),
    Column("state_id", "integer", "d.state_id"),
    Column("stale", "boolean", STALE),
    Column("geom", "geometry", "p.geom"),
    Column("location", "geometry", "case when p.geom is null then p.location end"),
    Column("buildable", "geometry", "d.buildable"),
    Column("profile", "bytes", "d.profile"),
    Column("sides", "geometry", "d.sides"),
    Column("lon", "number", f"st_x({POINT})"),
    Column("lat", "number", f"st_y({POINT})"),
)
CANDIDATE_FROM = f"""{FACTS_FROM}
    left join core.parcel_nearest e on e.parcel = p.id and e.kind = 'substation'
    left join core.network_point n on n.id = e.point"""

BESIDE = """select x.a, x.b, x.shared_m, x.overlap_m2 from core.adjacency x
    join core.parcel p on p.id = x.a and p.deleted_on is null and {rows}
    join core.parcel q on q.id = x.b and q.deleted_on is null and {others}"""
"""Neighbours of which one may see both."""

BUILDING_LIMIT = """select p.id as parcel, b.rule, b.value, b.source, 'parcel' as said_of, 1.0::float as share
    from core.building_rule b
    join core.parcel p on p.id = b.parcel and p.deleted_on is null and {rows}
    where b.superseded_at is null
    union all
    select p.id, b.rule, b.value, b.source, 'zone', (z ->> 'share')::float / greatest(1,
        (select sum((y ->> 'share')::float) from jsonb_array_elements(d.zone_shares) y))
    from core.building_rule b
    join core.zone k on k.document = b.document and k.libelle = b.zone_label
    join core.parcel p on p.geom && k.geom and p.deleted_on is null and {rows}
    join core.parcel_derived d on d.parcel = p.id
    cross join lateral jsonb_array_elements(d.zone_shares) z
    where b.superseded_at is null and (z ->> 'zone')::bigint = k.id"""
"""What is known of the plan's rules on buildings: said of a parcel, or of the zones that have a share of it.

Zones drawn one over another share the parcel between them: land that a label says a rule of twice makes up for none.
"""

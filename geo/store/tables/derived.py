"""What is computed from the facts, and what has to be."""

from sqlalchemy import ARRAY, BigInteger, Boolean, Date, Double, Integer, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.tables.making import INSTANT, SHAPE, SIDES, TEXTS, TRANSACTION, table

readiness_state = table("readiness_state", digest=LargeBinary, states=JSONB)
readiness = table(
    "readiness",
    "as_of need_class state_id",
    as_of=Date,
    need_class=Text,
    catalogue=Text,
    p50=Date,
    p80=Date,
    ready_class=Text,
    start=LargeBinary,
    start_cleared=LargeBinary,
    power=LargeBinary,
    production=LargeBinary,
)
dated_class = table(
    "dated_class",
    "as_of need_class catalogue",
    as_of=Date,
    need_class=Text,
    catalogue=Text,
    states=BigInteger,
)
building_rule = table(
    "building_rule",
    parcel=BigInteger,
    document=BigInteger,
    zone_label=Text,
    rule=Text,
    value=Double,
    source=Text,
    why=Text,
    organisation=BigInteger,
    actor=Text,
    recorded_at=INSTANT,
    superseded_at=INSTANT,
    ended_why=Text,
)
catalogue_used = table("catalogue_used", version=Text, content=Text, used_from=INSTANT)
parcel_derived = table(
    "parcel_derived",
    "parcel",
    scale=Double,
    surface_m2=Double,
    buildable=SHAPE,
    buildable_m2=Double,
    profile=LargeBinary,
    sides=SIDES,
    built=Boolean,
    touched=JSONB,
    zone_shares=JSONB,
    zone_label=Text,
    zone_type=Text,
    industry=Text,
    industry_rule=Text,
    industry_source=Text,
    industry_confidence=Double,
    commune_insee=Text,
    covered_by=BigInteger,
    site=BigInteger,
    state_id=BigInteger,
    facts=BigInteger,
    due=TEXTS,
    changes_on=Date,
    inputs=JSONB,
)
parcel_nearest = table("parcel_nearest", "parcel kind", kind=Text, point=BigInteger, metres=Double)
parcel_area = table("parcel_area", "parcel area")
land_facts = table("land_facts", digest=LargeBinary, facts=JSONB)
land_facts_change = table("land_facts_change", parcel=BigInteger, changed_at=INSTANT, before=BigInteger)
parcel_served = table(
    "parcel_served",
    "parcel",
    geom_4326=SHAPE,
    geom_3857=SHAPE,
    doc=Text,
    visibility=Text,
    responsible=BigInteger,
    gone=Boolean,
    name=Text,
    market=Text,
    observed_on=Date,
    covered_by=BigInteger,
    state_id=BigInteger,
    site=BigInteger,
    commune_insee=Text,
    zone_label=Text,
    zone_type=Text,
    industry=Text,
    surface_m2=Double,
    buildable_m2=Double,
)
parcel_extent = table(
    "parcel_extent",
    visibility=Text,
    responsible=BigInteger,
    west=Double,
    south=Double,
    east=Double,
    north=Double,
    first_on=Date,
    last_on=Date,
    stale=Boolean,
)
adjacency = table("adjacency", "a b", shared_m=Double, overlap_m2=Double)
dirty = table("dirty", "parcel", parts=Integer, marked_at=INSTANT)
parcel_change = table("parcel_change", txn=TRANSACTION, at=INSTANT, parcels=ARRAY(BigInteger))
parcel_change_floor = table("parcel_change_floor", "one", one=Boolean, base=Uuid, txn=TRANSACTION)
recipe = table("recipe", "part", part=Text, number=Integer)
plan_day = table("plan_day", "one", one=Boolean, day=Date)
decision_change = table(
    "decision_change",
    parcel=BigInteger,
    changed_at=INSTANT,
    before=Text,
    after=Text,
    rule_before=Text,
    rule_after=Text,
    zone_before=Text,
    zone_after=Text,
)
history = table(
    "history",
    relation=Text,
    row_id=BigInteger,
    op=Text,
    at=INSTANT,
    actor=Text,
    request_id=Text,
    reason=Text,
    before=JSONB,
    after=JSONB,
)

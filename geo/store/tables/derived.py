"""What is computed from the facts, and what has to be."""

from sqlalchemy import BigInteger, Boolean, Date, Double, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.tables.making import INSTANT, SHAPE, SIDES, TEXTS, table

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
parcel_served = table("parcel_served", "parcel", geom_4326=SHAPE, geom_3857=SHAPE, doc=Text)
adjacency = table("adjacency", "a b", shared_m=Double, overlap_m2=Double)
dirty = table("dirty", "parcel", parts=Integer, marked_at=INSTANT)
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

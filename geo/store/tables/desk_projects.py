"""Projects: their needs version by version, the sites kept for them, who was proposed what."""

from sqlalchemy import ARRAY, BigInteger, Boolean, Date, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.tables.making import INSTANT, table

project = table(
    "project",
    organisation=BigInteger,
    code_name=Text,
    status=Text,
    confidential=Boolean,
    lost_why=Text,
    actor=Text,
    created_at=INSTANT,
    updated_at=INSTANT,
    version=Integer,
)
need = table("need", project=BigInteger, version=Integer, document=JSONB, why=Text, actor=Text, created_at=INSTANT)
project_status = table("project_status", project=BigInteger, status=Text, why=Text, actor=Text, at=INSTANT)
shortlist = table(
    "shortlist",
    project=BigInteger,
    parcels=ARRAY(BigInteger),
    rank=Integer,
    reason=Text,
    actor=Text,
    added_at=INSTANT,
    removed_at=INSTANT,
    removed_why=Text,
)
proposed = table(
    "proposed",
    project=BigInteger,
    parcels=ARRAY(BigInteger),
    contact=BigInteger,
    told_whom=Text,
    means=Text,
    proposed_on=Date,
    note=Text,
    actor=Text,
    recorded_at=INSTANT,
)
need_answer = table(
    "need_answer",
    need=BigInteger,
    as_of=Date,
    answered_at=INSTANT,
    digest=Text,
    counts=JSONB,
    sites=JSONB,
    actor=Text,
)

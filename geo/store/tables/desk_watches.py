"""Saved searches, who is told of them, and what certain eyes saw of each."""

from sqlalchemy import BigInteger, Boolean, Date, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.tables.making import INSTANT, table

saved_search = table(
    "saved_search",
    organisation=BigInteger,
    name=Text,
    audience=Text,
    filter=Text,
    need=JSONB,
    actor=Text,
    created_at=INSTANT,
    ended_at=INSTANT,
)
watch = table(
    "watch",
    uid=Uuid,
    search=BigInteger,
    project=BigInteger,
    audience=Text,
    organisation=BigInteger,
    created_at=INSTANT,
    looked_at=INSTANT,
    too_wide=Boolean,
)
watch_seen = table("watch_seen", "watch parcel", facts=JSONB)
watch_event = table(
    "watch_event", watch=BigInteger, parcel=BigInteger, kind=Text, before=JSONB, after=JSONB, at=INSTANT
)
subscription = table(
    "subscription",
    organisation=BigInteger,
    contact=BigInteger,
    search=BigInteger,
    project=BigInteger,
    told_up_to=BigInteger,
    told_on=Date,
    actor=Text,
    created_at=INSTANT,
    ended_at=INSTANT,
    ended_why=Text,
)

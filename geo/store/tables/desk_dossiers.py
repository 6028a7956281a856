"""Dossiers: what was told of some sites on one day."""

from sqlalchemy import BigInteger, Boolean, Date, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.tables.making import INSTANT, table

dossier = table(
    "dossier",
    organisation=BigInteger,
    project=BigInteger,
    need=BigInteger,
    title=Text,
    language=Text,
    anonymous=Boolean,
    as_of=Date,
    asked=JSONB,
    facts=JSONB,
    logo=LargeBinary,
    logo_type=Text,
    actor=Text,
    created_at=INSTANT,
    shared_until=INSTANT,
)

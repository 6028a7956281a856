"""What becomes of the market of land, and what others propose, are asked and are shown of it."""

from sqlalchemy import BigInteger, Boolean, Date, Text
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.tables.making import INSTANT, table

market_change = table(
    "market_change",
    parcel=BigInteger,
    at=INSTANT,
    on=Date,
    before=Text,
    after=Text,
    stated_before=Text,
    stated_after=Text,
    conditions_before=Boolean,
    said_on_before=Date,
    cause=Text,
    deal=BigInteger,
    visibility=Text,
    actor=Text,
)
market_day = table("market_day", "one", one=Boolean, day=Date)
market_opening = table("market_opening", "event project", standing=Text, found_at=INSTANT)
market_told = table("market_told", what=Text, about=BigInteger, told_at=INSTANT)
proposal = table(
    "proposal",
    parcel=BigInteger,
    kind=Text,
    document=JSONB,
    seen=JSONB,
    why=Text,
    organisation=BigInteger,
    actor=Text,
    filed_at=INSTANT,
    decision=Text,
    decided_at=INSTANT,
    decided_by=Text,
    decided_why=Text,
)
consent_change = table(
    "consent_change",
    parcel=BigInteger,
    project=BigInteger,
    until=Date,
    why=Text,
    actor=Text,
    organisation=BigInteger,
    at=INSTANT,
)
availability_asked = table(
    "availability_asked",
    parcel=BigInteger,
    contact=BigInteger,
    organisation=BigInteger,
    actor=Text,
    asked_at=INSTANT,
    expires_at=INSTANT,
)
availability_answer = table(
    "availability_answer",
    asked=BigInteger,
    organisation=BigInteger,
    answer=Text,
    until=Date,
    note=Text,
    deal=BigInteger,
    proposal=BigInteger,
    actor=Text,
    answered_at=INSTANT,
)

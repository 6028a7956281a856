"""Enquiries, and the consultations of territories about them."""

from sqlalchemy import BigInteger, Date, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.tables.making import INSTANT, table

enquiry = table(
    "enquiry",
    organisation=BigInteger,
    project=BigInteger,
    source=Text,
    received_at=INSTANT,
    due_at=INSTANT,
    mail=Text,
    subject=Text,
    language=Text,
    company=Text,
    siren=Text,
    mail_domain=Text,
    contact=BigInteger,
    consent_on=Date,
    reading=JSONB,
    need=JSONB,
    status=Text,
    closed_why=Text,
    actor=Text,
    recorded_at=INSTANT,
    answered_at=INSTANT,
    updated_at=INSTANT,
    version=Integer,
)
consultation = table(
    "consultation",
    organisation=BigInteger,
    project=BigInteger,
    enquiry=BigInteger,
    need=JSONB,
    message=Text,
    deadline=INSTANT,
    actor=Text,
    created_at=INSTANT,
    closed_at=INSTANT,
)
consulted = table(
    "consulted",
    consultation=BigInteger,
    asker=BigInteger,
    organisation=BigInteger,
    contact=BigInteger,
    language=Text,
    asked_at=INSTANT,
    reminded_at=INSTANT,
    answered_at=INSTANT,
)
consultation_answer = table(
    "consultation_answer",
    consulted=BigInteger,
    asker=BigInteger,
    organisation=BigInteger,
    kind=Text,
    parcel=BigInteger,
    document=JSONB,
    author=Text,
    answered_at=INSTANT,
    state=Text,
    decided_at=INSTANT,
    decided_by=Text,
    decided_why=Text,
    added_parcel=BigInteger,
)

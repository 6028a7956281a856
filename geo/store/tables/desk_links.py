"""Links that open one thing without an account, people to write to, and mails on their way out."""

from sqlalchemy import BigInteger, Date, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.tables.making import INSTANT, table

signed_link = table(
    "signed_link",
    token_sha256=LargeBinary,
    purpose=Text,
    about=BigInteger,
    organisation=BigInteger,
    issued_by=Text,
    created_at=INSTANT,
    expires_at=INSTANT,
    revoked_at=INSTANT,
    spent_at=INSTANT,
    first_used_at=INSTANT,
    last_used_at=INSTANT,
    uses=Integer,
)
contact = table(
    "contact",
    organisation=BigInteger,
    of_organisation=BigInteger,
    name=Text,
    mail=Text,
    phone=Text,
    language=Text,
    role=Text,
    consent_on=Date,
    last_contact_on=Date,
    created_at=INSTANT,
    erased_at=INSTANT,
    market_stopped_at=INSTANT,
)
message = table(
    "message",
    key=Text,
    organisation=BigInteger,
    to_address=Text,
    language=Text,
    subject=Text,
    body=Text,
    html=Text,
    headers=JSONB,
    about=JSONB,
    created_at=INSTANT,
    due_at=INSTANT,
    attempts=Integer,
    claimed_at=INSTANT,
    sent_at=INSTANT,
    given_up_at=INSTANT,
    settled_at=INSTANT,
    emptied_at=INSTANT,
    last_error=Text,
)

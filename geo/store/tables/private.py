"""What belongs to one project or one person's way in."""

from sqlalchemy import BigInteger, Boolean, Date, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.tables.making import INSTANT, table

consent = table(
    "consent", "parcel project", until=Date, granted_by=BigInteger, granted_at=INSTANT, why=Text, actor=Text
)
_admitted = {"audience": Text, "organisation": BigInteger, "project": BigInteger, "created_at": INSTANT}
api_key = table(
    "api_key",
    **_admitted,
    prefix=Text,
    secret_sha256=LargeBinary,
    label=Text,
    lenient=Boolean,
    expires_at=INSTANT,
    revoked_at=INSTANT,
    last_used_on=Date,
)
sign_in_link = table(
    "sign_in_link",
    "token_sha256",
    **_admitted,
    token_sha256=LargeBinary,
    expires_at=INSTANT,
    used_at=INSTANT,
)
session = table(
    "session",
    **_admitted,
    token_sha256=LargeBinary,
    expires_at=INSTANT,
    revoked_at=INSTANT,
    api_key=BigInteger,
)
idempotency = table(
    "idempotency",
    "principal route key",
    principal=Text,
    route=Text,
    key=Text,
    body_sha256=LargeBinary,
    status=Integer,
    headers=JSONB,
    body=LargeBinary,
    created_at=INSTANT,
)
unmet_demand = table(
    "unmet_demand",
    "sector surface_class power_class departement quarter",
    sector=Text,
    surface_class=Text,
    power_class=Text,
    departement=Text,
    quarter=Date,
    needs=Integer,
)
desktop_role = table("desktop_role", login=Text, organisation=BigInteger, created_at=INSTANT)
desktop_value = table("desktop_value", "list value", list=Text, value=Text, rank=Integer, fr=Text, en=Text)

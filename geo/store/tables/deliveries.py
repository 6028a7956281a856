"""Where facts come from: sources, files on their way, imports, mappings kept."""

from sqlalchemy import BigInteger, Double, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.tables.making import INSTANT, TEXTS, table

source = table("source", dataset=Text, producer=Text, licence=Text, url=Text)
delivery = table(
    "delivery",
    organisation=BigInteger,
    actor=Text,
    file_name=Text,
    file_sha256=LargeBinary,
    size_bytes=BigInteger,
    options=JSONB,
    status=Text,
    rows=BigInteger,
    share=Double,
    report=JSONB,
    problems=JSONB,
    error_code=Text,
    error_params=JSONB,
    request_id=Text,
    idempotency_key=Text,
    confirmed_at=INSTANT,
    confirmed_by=Text,
    created_at=INSTANT,
    updated_at=INSTANT,
)
delivery_piece = table("delivery_piece", "delivery number", number=Integer, content=LargeBinary)
import_ = table(
    "import",
    delivery=BigInteger,
    source=BigInteger,
    layer=Text,
    file_name=Text,
    file_sha256=LargeBinary,
    schema_name=Text,
    actor=Text,
    started_at=INSTANT,
    finished_at=INSTANT,
    counts=JSONB,
    report=JSONB,
)
column_mapping = table(
    "column_mapping",
    "dataset",
    dataset=Text,
    layer=Text,
    fields=TEXTS,
    toml=Text,
    actor=Text,
    confirmed_at=INSTANT,
)

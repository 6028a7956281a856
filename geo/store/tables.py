"""The base tables as statements name them. The DDL is in migrations/; a test holds the two together."""

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(schema="core")

INSTANT = DateTime(timezone=True)
TEXTS = ARRAY(Text)
SHAPE = Geometry("MULTIPOLYGON", spatial_index=False)
POINT = Geometry("POINT", spatial_index=False)


def table(name: str, keys: str = "id", /, **types: Any) -> Table:
    """A table of ``core`` with the columns given as ``name=type``; ``keys`` names the primary key's columns."""
    primary = keys.split()
    columns = [Column(k, types.pop(k, BigInteger), primary_key=True) for k in primary]
    return Table(name, metadata, *columns, *(Column(n, t) for n, t in types.items()))


organisation = table("organisation", siren=Text, name=Text, kind=Text, created_at=INSTANT)
territory = table("territory", "organisation insee", insee=Text)
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

commune = table(
    "commune",
    "insee",
    insee=Text,
    name=Text,
    departement=Text,
    population=Integer,
    epci_siren=Text,
    epci_name=Text,
    cadastre_complete_on=Date,
    digest=LargeBinary,
    geom=SHAPE,
)
named_area = table(
    "named_area", kind=Text, code=Text, name=Text, organisation=BigInteger, digest=LargeBinary, geom=SHAPE
)
coverage = table("coverage", layer=Text, source=BigInteger, geom=SHAPE)
_loaded = {"source": BigInteger, "import": BigInteger, "digest": LargeBinary}
cadastral_parcel = table(
    "cadastral_parcel",
    **_loaded,
    idu=Text,
    commune_insee=Text,
    prefixe=Text,
    section=Text,
    numero=Text,
    contenance_m2=Double,
    arpente=Boolean,
    created_on=Date,
    updated_on=Date,
    retired_on=Date,
    geom=SHAPE,
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
filiation = table("filiation", "document", document=Text, nature=Text, on=Date, mothers=TEXTS, daughters=TEXTS)
cadastral_lineage = table(
    "cadastral_lineage", "old new", old=Text, new=Text, share=Double, cause=Text, basis=Text, on=Date
)
pole = table("pole", **_loaded, key=Text, name=Text, published=JSONB, geom=POINT)
site = table(
    "site",
    **_loaded,
    key=Text,
    name=Text,
    site_type=Text,
    vocation=Text,
    etat=Text,
    commune_insee=Text,
    commune_name=Text,
    epci_siren=Text,
    epci_name=Text,
    published=JSONB,
    synthetic=Boolean,
    geom=SHAPE,
)
establishment = table(
    "establishment",
    **_loaded,
    siret=Text,
    name=Text,
    activity_code=Text,
    commune_insee=Text,
    published=JSONB,
    geom=POINT,
)
planning_document = table(
    "planning_document",
    source=BigInteger,
    partition=Text,
    idurba=Text,
    kind=Text,
    etat=Text,
    state=Text,
    approved_on=Date,
    enforceable_on=Date,
    ended_on=Date,
    retired_on=Date,
    loaded_at=INSTANT,
)
zone = table(
    "zone",
    **_loaded,
    document=BigInteger,
    key=Text,
    libelle=Text,
    libelong=Text,
    typezone=Text,
    destdomi=Text,
    formdomi=Text,
    destoui=Text,
    destcdt=Text,
    destnon=Text,
    nomfic=Text,
    urlfic=Text,
    lib_idzone=Text,
    symbole=Text,
    valid_on=Date,
    commune_insee=Text,
    industry=Text,
    industry_rule=Text,
    industry_source=Text,
    industry_confidence=Double,
    synthetic=Boolean,
    geom=SHAPE,
)
constraint_area = table(
    "constraint_area",
    **_loaded,
    document=BigInteger,
    key=Text,
    code=Text,
    industry=Text,
    kind=Text,
    label=Text,
    effect=Text,
    clearance_m=Double,
    source_date=Date,
    synthetic=Boolean,
    geom=SHAPE,
)
building = table("building", **_loaded, key=Text, height_m=Double, synthetic=Boolean, geom=SHAPE)
network_point = table(
    "network_point",
    **_loaded,
    key=Text,
    kind=Text,
    name=Text,
    voltage_kv=Double,
    free_mw=Double,
    synthetic=Boolean,
    geom=POINT,
)

parcel = table(
    "parcel",
    **_loaded,
    key=Text,
    origin=Text,
    name=Text,
    site_key=Text,
    commune_insee=Text,
    cadastral_ids=TEXTS,
    surface_stated_m2=Double,
    stade_amngt=Text,
    stade_comm=Text,
    etat_occup=Text,
    usage=Text,
    maitrise_fonc=Text,
    cle_en_main=Boolean,
    pollution=Text,
    market=Text,
    market_conditions=Boolean,
    market_on=Date,
    price_eur_m2=Double,
    power_mw=Double,
    owner_kind=Text,
    owner_siren=Text,
    buyer=Text,
    sale_amount=Double,
    contact=Text,
    published=JSONB,
    outline=Text,
    visibility=Text,
    responsible=BigInteger,
    overrides=JSONB,
    synthetic=Boolean,
    observed_on=Date,
    version=Integer,
    created_at=INSTANT,
    updated_at=INSTANT,
    deleted_on=Date,
    location=POINT,
    geom=SHAPE,
)
parcel_cadastral = table("parcel_cadastral", "parcel idu", idu=Text, share=Double)
cadastral_review = table(
    "cadastral_review",
    parcel=BigInteger,
    cause=Text,
    old_ids=TEXTS,
    new_ids=TEXTS,
    found_on=Date,
    decision=Text,
    decided_at=INSTANT,
    actor=Text,
    reason=Text,
)
parcel_lineage = table("parcel_lineage", "old new", share=Double, cause=Text, on=Date)
_recorded = {
    "parcel": BigInteger,
    "effective_on": Date,
    "expires_on": Date,
    "recorded_at": INSTANT,
    "superseded_at": INSTANT,
    "actor": Text,
    "evidence": Text,
}
commitment = table(
    "commitment",
    **_recorded,
    kind=Text,
    project=BigInteger,
    buyer=Text,
    rank=SmallInteger,
    conditions=Text,
    outcome=Text,
)
step_state = table("step_state", **_recorded, step=Text, state=Text, why=Text)

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
    quantiles=JSONB,
)
parcel_derived = table(
    "parcel_derived",
    "parcel",
    scale=Double,
    surface_m2=Double,
    buildable=SHAPE,
    buildable_m2=Double,
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
    substation=BigInteger,
    substation_km=Double,
    state_id=BigInteger,
    inputs=JSONB,
)
parcel_served = table("parcel_served", "parcel", geom_4326=SHAPE, geom_3857=SHAPE, doc=Text)
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

project = table(
    "project", organisation=BigInteger, code_name=Text, status=Text, confidential=Boolean, created_at=INSTANT
)
need = table("need", project=BigInteger, version=Integer, document=JSONB, created_at=INSTANT)
enquiry = table(
    "enquiry",
    organisation=BigInteger,
    project=BigInteger,
    channel=Text,
    received_at=INSTANT,
    due_at=INSTANT,
    body=Text,
    contact=JSONB,
    status=Text,
)
consent = table("consent", "parcel project", until=Date, granted_by=BigInteger, granted_at=INSTANT)
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
session = table("session", **_admitted, token_sha256=LargeBinary, expires_at=INSTANT, revoked_at=INSTANT)
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

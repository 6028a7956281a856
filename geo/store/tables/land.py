"""The land that can be obtained, and what was recorded of it."""

from sqlalchemy import BigInteger, Boolean, Date, Double, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.tables.making import INSTANT, POINT, REPEATED, SHAPE, TEXTS, table

parcel = table(
    "parcel",
    **REPEATED,
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
    committed=Text,
    committed_on=Date,
    committed_deal=BigInteger,
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
    deal=BigInteger,
    ended_on=Date,
    follows=BigInteger,
    why=Text,
    organisation=BigInteger,
)
step_state = table(
    "step_state",
    **_recorded,
    step=Text,
    state=Text,
    why=Text,
    kind=Text,
    organisation=BigInteger,
    attested_on=Date,
    corrects=BigInteger,
)

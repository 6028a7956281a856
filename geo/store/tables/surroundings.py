"""What lies on and around the land: sites, plans, constraints, buildings, networks."""

from sqlalchemy import BigInteger, Boolean, Date, Double, Text
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.tables.making import INSTANT, LOADED, POINT, SHAPE, table

pole = table("pole", **LOADED, key=Text, name=Text, published=JSONB, geom=POINT)
site = table(
    "site",
    **LOADED,
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
    **LOADED,
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
    **LOADED,
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
    **LOADED,
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
building = table("building", **LOADED, key=Text, height_m=Double, synthetic=Boolean, geom=SHAPE)
network_point = table(
    "network_point",
    **LOADED,
    key=Text,
    kind=Text,
    name=Text,
    voltage_kv=Double,
    free_mw=Double,
    synthetic=Boolean,
    geom=POINT,
    lane=POINT,
)
travel_time = table("travel_time", **LOADED, origin=Text, target=Text, minutes=Double, km=Double, computed_on=Date)

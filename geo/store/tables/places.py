"""What the territory is made of: organisations, communes, areas, and where what was loaded."""

from sqlalchemy import BigInteger, Integer, LargeBinary, Text

from geo.store.tables.making import INSTANT, LOADED, SHAPE, table

organisation = table("organisation", siren=Text, name=Text, kind=Text, created_at=INSTANT)
territory = table("territory", "organisation insee", insee=Text)
commune = table(
    "commune",
    "insee",
    id=BigInteger,
    insee=Text,
    name=Text,
    departement=Text,
    population=Integer,
    epci_siren=Text,
    epci_name=Text,
    digest=LargeBinary,
    geom=SHAPE,
)
named_area = table("named_area", **LOADED, kind=Text, code=Text, name=Text, organisation=BigInteger, geom=SHAPE)
area_commune = table("area_commune", **LOADED, kind=Text, code=Text, insee=Text, name=Text)
coverage = table("coverage", layer=Text, source=BigInteger, geom=SHAPE)

"""The cadastre: parcels, how they descend from each other, and the questions this raises."""

from sqlalchemy import BigInteger, Boolean, Date, Double, Text

from geo.store.tables.making import INSTANT, REPEATED, SHAPE, TEXTS, table

cadastral_parcel = table(
    "cadastral_parcel",
    **REPEATED,
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
cadastre_complete = table("cadastre_complete", "code", **{"import": BigInteger}, code=Text)
filiation = table("filiation", "document", document=Text, nature=Text, on=Date, mothers=TEXTS, daughters=TEXTS)
cadastral_lineage = table(
    "cadastral_lineage", "old new", old=Text, new=Text, share=Double, cause=Text, basis=Text, on=Date
)
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

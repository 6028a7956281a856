"""The records of the layers of a plan: its zones, its prescriptions and information perimeters. See records.py."""

from datetime import date

from geo.intake.layers import zone_fields
from geo.intake.layers.days import day
from geo.intake.layers.record import SYNTHETIC, Column, Layer, Shape
from geo.intake.layers.values import insee, text

# The document a row of a plan belongs to (geo.intake.layers.plans); the state and the last day are read from ETAT.
_DOCUMENT = (
    Column("partition", str, text),  # stated, else DU_ and what IDURBA, NOMFIC, the file's name or INSEE say
    Column("idurba", str, text),
    Column("plan_kind", str, text, ("typedoc", "du_type")),  # PLU | PLUi | POS | CC | RNU | PSMV
    Column("plan_etat", str, text, ("etat",)),  # as published, 01 to 09
    Column("plan_state", str),  # in_force | planned | ended; None: not said
    Column("approved_on", date, day, ("datappro",)),
    Column("enforceable_on", date),  # DATVALID when it is after the approval
    Column("plan_ended_on", date, day, ("datefin",)),
)

ZONES = Layer(
    "zones",
    Shape.SURFACE,
    (),  # the key is computed: SHA-256 of libelle, typezone and source geometry
    (
        *_DOCUMENT,
        Column("libelle", str, text, ("libsect",), {"is_rnu": zone_fields.national_rules}, required=True),
        Column("libelong", str, text),
        Column("typezone", str, text, (), zone_fields.TYPES, required=True),  # as published, every vintage
        Column("destdomi", str, text),
        Column("formdomi", str, text),
        Column("destoui", str, text),
        Column("destcdt", str, text),
        Column("destnon", str, text),
        Column("nomfic", str, text),
        Column("urlfic", str, text),
        Column("lib_idzone", str, text),
        Column("symbole", str, text),
        Column("valid_on", date, day, ("datvalid",)),
        Column("commune_insee", str, insee, ("insee",)),  # else the commune of the document, if it has one
        Column("industry", str),  # these four from geo.land.zoning.decide; never None
        Column("industry_rule", str),
        Column("industry_source", str),
        Column("industry_confidence", float),
        SYNTHETIC,
    ),
    overlay=True,
)

PRESCRIPTIONS = Layer(
    "prescriptions",
    Shape.SURFACE,  # lines and points are drawn as wide as the row says, else 1 m
    (),  # the key is computed: document, code, SHA-256 of label and source geometry
    (
        *_DOCUMENT,
        Column("kind", str),  # these four from geo/land/plan_areas.toml and the wording; never None but industry
        Column("effect", str),
        Column("industry", str),
        Column("code", str),  # PSC 16-03, INF 38-00
        Column("label", str, text, ("libelle",)),
        Column("clearance_m", float),
        Column("source_date", date, day, ("datvalid",)),
        Column("valid_on", date, day, ("datvalid",)),
        SYNTHETIC,
    ),
    overlay=True,
)

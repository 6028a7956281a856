"""What everyone may see of the ground and of what is published about it: one view a layer, the same for each audience.

A plan counts from a day to a day; plans that no longer count are in no view.
"""

from dataclasses import dataclass

from geo.store.merging.plans import in_force
from geo.store.views.column import Column


@dataclass(frozen=True, slots=True)
class Layer:
    """A view: its columns, the tables they are of, and which rows."""

    columns: tuple[Column, ...]
    tables: str
    rows: str = "true"

    def query(self) -> str:
        """SQL of the view."""
        listed = ", ".join(f"{column.sql} as {column.name}" for column in self.columns)
        return f"select {listed} from {self.tables} where {self.rows}"


def shapes(geometry: str) -> tuple[Column, ...]:
    """The geometry as stored, and in both systems of the web, which are computed when read."""
    return (
        Column("geom", "geometry", geometry, property=False),
        Column("geom_4326", "geometry", f"st_transform({geometry}, 4326)", property=False),
        Column("geom_3857", "geometry", f"st_transform({geometry}, 3857)", property=False),
    )


IN_FORCE = in_force("core.today()")
PLAN_STATE = f"case when {IN_FORCE} then 'in_force' else 'planned' end"
TO_COME = f"""({IN_FORCE} or (k.state = 'planned' and k.retired_on is null)
    or (k.state = 'in_force' and k.enforceable_on > core.today()
        and (k.retired_on is null or k.retired_on > k.enforceable_on)))"""
"""Plans that count today, and those that may: drafts, and plans enforceable from a later day."""

KNOWN_ON = "(i.started_at at time zone 'Europe/Paris')::date"
"""The day a row was loaded, where it does not say of which day it is."""

CADASTRE = Layer(
    (
        Column("id", "integer", "c.id"),
        Column("idu", "string", "c.idu"),
        Column("commune", "string", "c.commune_insee"),
        Column("prefixe", "string", "c.prefixe"),
        Column("section", "string", "c.section"),
        Column("numero", "string", "c.numero"),
        Column("contenance_m2", "number", "c.contenance_m2"),
        Column("arpente", "boolean", "c.arpente"),
        Column("created_on", "date", "c.created_on"),
        Column("updated_on", "date", "c.updated_on"),
        *shapes("c.geom"),
    ),
    "core.cadastral_parcel c",
    "c.retired_on is null",
)
SITE = Layer(
    (
        Column("id", "integer", "s.id"),
        Column("site_id", "string", "s.key"),
        Column("name", "string", "s.name"),
        Column("site_type", "string", "s.site_type"),
        Column("vocation", "string", "s.vocation"),
        Column("etat", "string", "s.etat"),
        Column("commune", "string", "s.commune_insee"),
        Column("commune_name", "string", "s.commune_name"),
        Column("epci", "string", "s.epci_siren"),
        Column("epci_name", "string", "s.epci_name"),
        Column("synthetic", "boolean", "s.synthetic"),
        *shapes("s.geom"),
    ),
    "core.site s",
)
ZONE = Layer(
    (
        Column("id", "integer", "z.id"),
        Column("libelle", "string", "z.libelle"),
        Column("libelong", "string", "z.libelong"),
        Column("typezone", "string", "z.typezone"),
        Column("destdomi", "string", "z.destdomi"),
        Column("formdomi", "string", "z.formdomi"),
        Column("destoui", "string", "z.destoui"),
        Column("destcdt", "string", "z.destcdt"),
        Column("destnon", "string", "z.destnon"),
        Column("commune", "string", "z.commune_insee"),
        Column("partition", "string", "k.partition"),
        Column("plan_kind", "string", "k.kind"),
        Column("plan_state", "string", PLAN_STATE),
        Column("approved_on", "date", "k.approved_on"),
        Column("enforceable_on", "date", "k.enforceable_on"),
        Column("in_force_until", "date", "k.retired_on - 1"),
        Column("industry", "string", "z.industry"),
        Column("industry_rule", "string", "z.industry_rule"),
        Column("industry_source", "string", "z.industry_source"),
        Column("industry_confidence", "number", "z.industry_confidence"),
        Column("synthetic", "boolean", "z.synthetic"),
        *shapes("z.geom"),
    ),
    "core.zone z join core.planning_document k on k.id = z.document",
    TO_COME,
)
CONSTRAINT = Layer(
    (
        Column("id", "integer", "c.id"),
        Column("kind", "string", "c.kind"),
        Column("label", "string", "c.label"),
        Column("code", "string", "c.code"),
        Column("effect", "string", "c.effect"),
        Column("industry", "string", "c.industry"),
        Column("clearance_m", "number", "c.clearance_m"),
        Column("source_date", "date", "c.source_date"),
        Column("partition", "string", "k.partition"),
        Column("plan_state", "string", f"case when k.id is not null then {PLAN_STATE} end"),
        Column("in_force_from", "date", "case when k.id is null then c.source_date else k.enforceable_on end"),
        Column("in_force_until", "date", "k.retired_on - 1"),
        Column("synthetic", "boolean", "c.synthetic"),
        *shapes("c.geom"),
    ),
    "core.constraint_area c left join core.planning_document k on k.id = c.document",
    f"(k.id is null or {TO_COME})",
)
COMMUNE = Layer(
    (
        Column("id", "string", "c.insee"),
        Column("insee", "string", "c.insee"),
        Column("name", "string", "c.name"),
        Column("departement", "string", "c.departement"),
        Column("population", "integer", "c.population"),
        Column("epci_siren", "string", "c.epci_siren"),
        Column("epci_name", "string", "c.epci_name"),
        *shapes("c.geom"),
    ),
    "core.commune c",
)
NETWORK = Layer(
    (
        Column("id", "integer", "n.id"),
        Column("key", "string", "n.key"),
        Column("kind", "string", "n.kind"),
        Column("name", "string", "n.name"),
        Column("voltage_kv", "number", "n.voltage_kv"),
        Column("free_mw", "number", "n.free_mw"),
        Column("known_on", "date", KNOWN_ON),
        Column("source", "string", "u.dataset"),
        Column("synthetic", "boolean", "n.synthetic"),
        *shapes("n.geom"),
    ),
    "core.network_point n join core.import i on i.id = n.import join core.source u on u.id = n.source",
)
AREA = Layer(
    (
        Column("id", "integer", "n.id"),
        Column("kind", "string", "n.kind"),
        Column("code", "string", "n.code"),
        Column("name", "string", "n.name"),
        Column("known_on", "date", KNOWN_ON),
        Column("source", "string", "u.dataset"),
        *shapes("n.geom"),
    ),
    "core.named_area n left join core.import i on i.id = n.import left join core.source u on u.id = n.source",
    "(n.organisation is null or n.organisation = core.current_organisation())",
)
"""An area that an organisation drew for itself is its own alone."""

LAYERS = {
    "cadastre": CADASTRE,
    "site": SITE,
    "zone": ZONE,
    "constraint": CONSTRAINT,
    "commune": COMMUNE,
    "network": NETWORK,
    "area": AREA,
}

"""Which schema a set of rows follows, judged from its field names and values; or forced by the caller."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geo.intake.layers.cnig_fields import CLASSES, ESTABLISHMENT, FRICHE, POLE, SITE, Official
from geo.intake.layers.columns import Properties, field_names
from geo.intake.layers.values import text
from geo.intake.problems import Unreadable
from geo.land.place_kinds import kind_of, words
from geo.land.vocabulary import Origin

LAYERED = "layered"
TAGS = {
    "parcel": "parcels",
    "cadastre": "cadastre",
    "zone": "zones",
    "prescription": "prescriptions",
    "constraint": "constraints",
    "building": "buildings",
    "site": "sites",
    "network": "networks",
    "commune": "communes",
    "area": "areas",
    "pole": "poles",
    "establishment": "establishments",
}
"""What ``layer`` says on a feature of a layered file, and the layer that feature fills."""

_IDU = re.compile(r"[0-9AB]{5}\d{3}[0-9A-Z]{2}\d{4}")


@dataclass(frozen=True, slots=True)
class Schema:
    """A recognised schema: its name, the layer its rows fill ('' when each row says), the origin of parcels."""

    name: str
    layer: str
    origin: str = Origin.DRAWN.value


@dataclass(frozen=True, slots=True)
class _Rule:
    """``every`` group of alternatives must have a field present; ``test`` looks at values."""

    schema: Schema
    every: tuple[tuple[str, ...], ...]
    test: Callable[[dict[str, str], Sequence[Properties]], bool] | None = None

    def fits(self, present: dict[str, str], sample: Sequence[Properties]) -> bool:
        if not all(any(name in present for name in group) for group in self.every):
            return False
        return self.test is None or self.test(present, sample)


def _values(present: dict[str, str], sample: Sequence[Properties], name: str) -> list[object]:
    return [row.get(present[name]) for row in sample] if name in present else []


def _mostly(values: list[object], good: Callable[[object], bool]) -> bool:
    said = [value for value in values if value is not None]
    return bool(said) and 2 * sum(map(good, said)) > len(said)


def _ids_are_cadastral(present: dict[str, str], sample: Sequence[Properties]) -> bool:
    return _mostly(_values(present, sample, "id"), lambda v: isinstance(v, str) and bool(_IDU.fullmatch(v)))


def _kinds_are_of_areas(present: dict[str, str], sample: Sequence[Properties]) -> bool:
    """Objects of networks have kinds, codes and communes as well."""
    kinds = _values(present, sample, "kind")
    return not _mostly(kinds, lambda kind: kind_of("networks", str(kind)) in words()["networks"])


def _tagged(present: dict[str, str], sample: Sequence[Properties]) -> bool:
    return _mostly(_values(present, sample, "layer"), lambda value: value in TAGS)


_CADASTRE = (
    _Rule(Schema("etalab_cadastre", "cadastre"), (("id",), ("section",), ("numero",)), test=_ids_are_cadastral),
    _Rule(Schema("edigeo_cadastre", "cadastre"), (("idu",), ("object_rid",), ("supf",))),
    _Rule(Schema("ign_cadastre", "cadastre"), (("idu",),)),
    _Rule(Schema("minimal_cadastre", "cadastre"), (("id",),), test=_ids_are_cadastral),
    _Rule(Schema("minimal_cadastre", "cadastre"), (("section",), ("numero",))),
)


def _only_of(members: tuple[Official, ...]) -> tuple[str, ...]:
    """The fields that only one class of the standards has: with its identifier they tell the class, however few."""
    others = {one.name for fields in CLASSES.values() if fields is not members for one in fields}
    own = (one for one in members if one.name not in others and one.column not in ("key", "siret", "geom"))
    return tuple(one.name.lower() for one in own if one.name not in ("epci_nom", "epci_siren", "geompoint"))


_RULES = (
    _Rule(Schema(LAYERED, ""), (("layer",),), test=_tagged),
    _Rule(Schema("cnig_zone_urba", "zones"), (("typezone",), ("libelle",))),
    _Rule(Schema("cnig_secteur_cc", "zones"), (("typesect",),)),
    _Rule(Schema("gpu_municipality", "zones"), (("is_rnu",), ("insee",))),
    _Rule(Schema("cnig_plan_areas", "prescriptions"), (("typepsc", "typeinf"),)),
    _Rule(Schema("cnig_etablissement", "establishments"), (("siret",), ("terr_id",))),
    _Rule(Schema("cnig_etablissement", "establishments"), (("siret",), _only_of(ESTABLISHMENT))),
    _Rule(Schema("cnig_terrain", "parcels", Origin.TERRAIN.value), (("terr_id",),)),
    _Rule(Schema("cnig_terrain", "parcels", Origin.TERRAIN.value), (("testaamngt", "testadcomm", "teoccup"),)),
    _Rule(Schema("cnig_site", "sites"), (("site_id",), (*_only_of(SITE), "site_vocad"))),
    _Rule(Schema("roannais", "parcels", Origin.TERRAIN.value), (("statut_foncier",), ("zrr", "surface_nette_ha"))),
    _Rule(Schema("cnig_pole", "poles"), (("pole_id",), _only_of(POLE))),
    _Rule(
        Schema("cnig_friche", "parcels", Origin.FRICHE.value),
        (("site_id",), (*_only_of(FRICHE), "site_statu", "unite_fonc")),
    ),
    _Rule(Schema("foncier_plus", "parcels", Origin.TERRAIN.value), (("id_site_eco",), ("surface_disponible", "scm"))),
    _Rule(Schema("foncier_plus", "parcels", Origin.TERRAIN.value), (("id_site_eco",),)),
    *_CADASTRE,
    _Rule(Schema("constraints", "constraints"), (("effect",), ("kind",))),
    _Rule(
        Schema("area_communes", "area_communes"),
        (("kind",), ("code", "id"), ("communes", "insee", "codgeo", "insee_com", "code_insee")),
        test=_kinds_are_of_areas,
    ),
    _Rule(
        Schema("travel_times", "travel_times"),
        (("from", "origin", "origine"), ("to", "target", "destination"), ("minutes", "duree_min", "temps_min")),
    ),
    _Rule(Schema("substations", "networks"), (("voltage_kv", "free_mw", "tension_kv"),)),
    _Rule(
        Schema("communes", "communes"),
        (("insee", "insee_com"), ("nom", "nom_com"), ("population", "insee_dep", "departement")),
    ),
    _Rule(Schema("epci", "areas"), (("epci_siren",), ("epci_nom",))),
    _Rule(Schema("departements", "areas"), (("departement",), ("nb_communes",))),
    _Rule(Schema("buildings", "buildings"), (("hauteur", "height_m", "rnb_id"),)),
    _Rule(Schema("parcels", "parcels"), (("parcel_uid", "id_parcelle", "parcelle_id", "parcel_id"),)),
)
_FORCED = {
    "parcels": Schema("parcels", "parcels"),
    "terrains": Schema("terrains", "parcels", Origin.TERRAIN.value),
    "friches": Schema("friches", "parcels", Origin.FRICHE.value),
    **{name: Schema(name, name) for name in ("cadastre", "zones", "prescriptions", "constraints")},
    **{name: Schema(name, name) for name in ("networks", "sites")},
    **{name: Schema(name, name) for name in ("communes", "areas", "buildings", "poles", "establishments")},
    "travel_times": Schema("travel_times", "travel_times"),
}
_TOLD_AS = {"areas": ("areas", "area_communes")}
"""Areas are drawn, or told as lists of communes."""
FORCIBLE = tuple(_FORCED)
"""What ``--as`` may say."""


def may_be(forced: str | None, layer: str) -> bool:
    """Whether rows of ``layer`` are what ``--as`` asks for; None asks for nothing."""
    return forced is None or layer in _TOLD_AS.get(forced, (forced,))


def of_layer(schemas: str, layer: str) -> str:
    """Of the names of a file's schemas (``a, b``), those whose rows fill a layer; all of them when none is known to.

    A container of several classes is, class by class, the same as a file of each.
    """
    filled = {rule.schema.name: rule.schema.layer for rule in _RULES}
    names = [name for name in schemas.split(", ") if filled.get(name) == layer]
    return ", ".join(names) or schemas


def recognise(fields: Sequence[str], sample: Sequence[Properties], forced: str | None) -> Schema | None:
    """The schema of rows with these fields and first rows; None when none fits.

    Raises:
        Unreadable: ``forced`` names no layer, or one not read yet.
    """
    present = {name.lower(): name for name in fields} | field_names(sample)
    fitting = [rule.schema for rule in _RULES if rule.fits(present, sample)]
    if forced is None:
        return fitting[0] if fitting else None
    return _forced(forced, fitting)


def _forced(forced: str, fitting: list[Schema]) -> Schema:
    plain = _FORCED.get(forced)
    if plain is None:
        raise Unreadable("layer.unknown", layer=forced, known=list(FORCIBLE))
    for schema in fitting:
        if forced == "parcels" and schema.layer == "cadastre":
            # a cadastral file read as parcels makes prospects
            return Schema(schema.name, "parcels", Origin.CADASTRE.value)
        if may_be(plain.layer, schema.layer) and schema.name != LAYERED:
            return Schema(schema.name, schema.layer, plain.origin if forced != "parcels" else schema.origin)
    return plain


EXPORTED = frozenset({"id", "row_version"})
"""What only the rows of an export have: it comes back as an update, never as land that is new."""


def unknown(name: str, fields: Sequence[str]) -> Unreadable:
    """The refusal of a part whose schema nobody knows: its fields, and how to force one."""
    listed = [text(field)[0] for field in list(fields)[:20]]
    if not listed:
        return Unreadable("schema.no_fields", name=name)
    if {field.lower() for field in fields} >= EXPORTED:
        return Unreadable("schema.exported", name=name)
    return Unreadable("schema.unknown", name=name, fields=listed)


def unread(name: str, fields: Sequence[str], forced: str) -> Unreadable:
    """The refusal of a part forced to be something of which none of its fields says anything."""
    return Unreadable("schema.unread", name=name, layer=forced, fields=[text(field)[0] for field in list(fields)[:20]])

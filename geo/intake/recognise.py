"""Which schema a set of rows follows, judged from its field names and values; or forced by the caller."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geo.intake.columns import Properties, field_names
from geo.intake.problems import Unreadable
from geo.intake.values import text
from geo.land.vocabulary import Origin

LAYERED = "layered"
TAGS = {
    "parcel": "parcels",
    "cadastre": "cadastre",
    "zone": "zones",
    "constraint": "constraints",
    "building": "buildings",
    "site": "sites",
    "network": "networks",
    "commune": "communes",
    "area": "areas",
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


def _tagged(present: dict[str, str], sample: Sequence[Properties]) -> bool:
    return _mostly(_values(present, sample, "layer"), lambda value: value in TAGS)


_CADASTRE = (
    _Rule(Schema("etalab_cadastre", "cadastre"), (("id",), ("section",), ("numero",)), test=_ids_are_cadastral),
    _Rule(Schema("ign_cadastre", "cadastre"), (("idu",),)),
    _Rule(Schema("minimal_cadastre", "cadastre"), (("id",),), test=_ids_are_cadastral),
    _Rule(Schema("minimal_cadastre", "cadastre"), (("section",), ("numero",))),
)
_RULES = (
    _Rule(Schema(LAYERED, ""), (("layer",),), test=_tagged),
    _Rule(Schema("cnig_zone_urba", "zones"), (("typezone",), ("libelle",))),
    _Rule(Schema("cnig_terrain", "parcels", Origin.TERRAIN.value), (("terr_id",),)),
    _Rule(Schema("cnig_site", "sites"), (("site_id",), ("site_vocadomi", "site_etat", "site_moa_type"))),
    _Rule(
        Schema("cnig_friche", "parcels", Origin.FRICHE.value),
        (("site_id",), ("site_statut", "unite_fonciere_surface", "unite_fonciere_refcad")),
    ),
    *_CADASTRE,
    _Rule(
        Schema("cnig_risk_regulation", "constraints"),
        (("typereglement",), ("codezonereglement",), ("obligationtravaux",)),
    ),
    _Rule(Schema("cnig_risk_land", "constraints"), (("typereglement",), ("codezonereglement",))),
    _Rule(Schema("cnig_risk_perimeter", "constraints"), (("codeprocedure",), ("etatprocedure",))),
    _Rule(Schema("constraints", "constraints"), (("effect",), ("kind",))),
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
_NOT_YET = {"siret"}
"""Fields of schemas that share fields with ours but are not read yet (CNIG establishments)."""
_FORCED = {
    "parcels": Schema("parcels", "parcels"),
    "terrains": Schema("terrains", "parcels", Origin.TERRAIN.value),
    "friches": Schema("friches", "parcels", Origin.FRICHE.value),
    **{name: Schema(name, name) for name in ("cadastre", "zones", "constraints", "networks", "sites")},
    **{name: Schema(name, name) for name in ("communes", "areas", "buildings")},
}
FORCIBLE = (*_FORCED, "establishments")
"""What ``--as`` may say."""


def recognise(fields: Sequence[str], sample: Sequence[Properties], forced: str | None) -> Schema | None:
    """The schema of rows with these fields and first rows; None when none fits.

    Raises:
        Unreadable: ``forced`` names no layer, or one not read yet.
    """
    present = {name.lower(): name for name in fields} | field_names(sample)
    fitting = [rule.schema for rule in _RULES if rule.fits(present, sample)]
    if forced is None:
        return fitting[0] if fitting and not _NOT_YET & present.keys() else None
    return _forced(forced, fitting)


def _forced(forced: str, fitting: list[Schema]) -> Schema:
    if forced == "establishments":
        raise Unreadable("layer.not_yet", "establishments are not read yet")
    plain = _FORCED.get(forced)
    if plain is None:
        raise Unreadable("layer.unknown", f"--as takes one of: {', '.join(FORCIBLE)}")
    for schema in fitting:
        if forced == "parcels" and schema.layer == "cadastre":
            # a cadastral file read as parcels makes prospects
            return Schema(schema.name, "parcels", Origin.CADASTRE.value)
        if schema.layer == plain.layer and schema.name != LAYERED:
            return Schema(schema.name, schema.layer, plain.origin if forced != "parcels" else schema.origin)
    return plain


def unknown(name: str, fields: Sequence[str]) -> Unreadable:
    """The refusal of a part whose schema nobody knows: its fields, and how to force one."""
    listed = ", ".join(str(text(field)[0]) for field in list(fields)[:20]) or "none"
    return Unreadable(
        "schema.unknown",
        f"{name}: not recognised from its fields ({listed}); say what it is, for example --as parcels",
    )

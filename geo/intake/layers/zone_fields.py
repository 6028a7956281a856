"""Fields of other plan schemas read as those of a zone: sectors of a carte communale, communes without a plan."""

from collections.abc import Mapping

from geo.intake.layers.values import Reader, Value, text

_SECTORS: Mapping[str, str] = {"01": "ZC", "02": "ZCa", "03": "ZnC", "99": "RNU"}
HAS_PLAN = "with plan"
"""Stands for the label of a commune that is not under the national rules."""


def sector(raw: object) -> Value:
    """TYPESECT of a carte communale (SECTEUR_CC) as the zone type CNIG labels it with; other codes as they are."""
    value, code = text(raw)
    return (None, code) if value is None else (_SECTORS.get(str(value).zfill(2), value), code)


def national_rules(raw: object) -> Value:
    """``is_rnu`` of the Géoportail's municipalities: RNU, or :data:`HAS_PLAN`."""
    said = str(raw).strip().lower() if raw is not None else ""
    return ("RNU" if said in ("true", "1", "t", "oui") else HAS_PLAN) if said else None, None


TYPES: Mapping[str, Reader] = {"typesect": sector, "is_rnu": national_rules}
"""The fields that stand for TYPEZONE where there is none."""

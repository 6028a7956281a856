"""What is known of a parcel that tells where its procedures stand."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LandFacts:
    """Every fact may be missing (None). French values as published by CNIG Sites économiques, Friches and PLU.

    ``typezone``, ``zone_created_on`` and ``industry`` (allowed, conditional, after_plan_change, forbidden, unknown)
    are those of the zone under most of the parcel; ``pollution`` is ``sol_pollution_existe``; ``built``: a building
    stands on it; ``touched``: kinds of constraints that touch it, None when no constraint was ever loaded there;
    ``owners``: how many to buy from.
    """

    stade_amngt: str | None = None
    stade_comm: str | None = None
    etat_occup: str | None = None
    usage: str | None = None
    maitrise_fonc: str | None = None
    cle_en_main: bool | None = None
    typezone: str | None = None
    zone_created_on: date | None = None
    industry: str | None = None
    pollution: str | None = None
    built: bool | None = None
    touched: frozenset[str] | None = None
    surface_m2: float | None = None
    owners: int | None = None

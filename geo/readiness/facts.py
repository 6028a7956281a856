"""What is known of a parcel that tells where its procedures stand."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LandFacts:
    """Every fact may be missing (None). French values as published by CNIG Sites économiques, Friches and PLU.

    ``typezone``, ``zone_created_on`` and ``industry`` (allowed, conditional, after_plan_change, forbidden, unknown)
    are those of the zone under most of the parcel; ``zone_known_on``: a day on which that zone was there already, where
    the day it was created is not certain; ``pollution`` is ``sol_pollution_existe``; ``built``: a building
    stands on it; ``touched``: kinds of constraints that touch it, None when no constraint was ever loaded there;
    ``owners``: how many to buy from, at least; ``observed_on``: the day the parcel's record was brought up to date.
    """

    stade_amngt: str | None = None
    stade_comm: str | None = None
    etat_occup: str | None = None
    usage: str | None = None
    maitrise_fonc: str | None = None
    cle_en_main: bool | None = None
    typezone: str | None = None
    zone_created_on: date | None = None
    zone_known_on: date | None = None
    industry: str | None = None
    pollution: str | None = None
    built: bool | None = None
    touched: frozenset[str] | None = None
    surface_m2: float | None = None
    owners: int | None = None
    observed_on: date | None = None


SURFACES_M2 = (10_000.0, 30_000.0, 50_000.0, 200_000.0)
"""Surfaces (m2) from which a procedure more is asked; no rule tells parcels apart that lie between two of them."""


def surface_class(surface_m2: float | None) -> float | None:
    """The largest of SURFACES_M2 that is reached, 0 below the first: parcels of one class share one computation."""
    if surface_m2 is None:
        return None
    return max((bound for bound in SURFACES_M2 if surface_m2 >= bound), default=0.0)

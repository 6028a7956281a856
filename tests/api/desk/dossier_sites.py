"""Facts of dossiers made without a base: sites of every kind that is hard to set."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from geo.desk.calendar import calendar_of
from geo.desk.plan import Piece, frame_of, plan_of
from geo.match.dossier.dossier import PLAN

HALL = affinity.rotate(shapely.box(60, 60, 280, 180), 12)
SQUARE = shapely.box(0, 0, 340, 260)
ROUND = shapely.Point(170, 130).buffer(190, quad_segs=510)
PARTED = shapely.union_all([SQUARE.difference(shapely.box(10, 200, 60, 240)), shapely.box(420, 0, 520, 100)])
LONG_NAME = (
    "Zone d'activités intercommunale du Val-de-Saône-sur-l'Étang-de-Saint-Bonnet-le-Château-en-Forêt, cœur d'îlot"
)
HOSTILE = "<script>alert(1)</script> &amp; <img src=http://127.0.0.1:9/x> file:///etc/passwd {{ 7*7 }}"
NAMES = [("PC", "Permis de construire industriel"), ("ARCHEO", "Diagnostic d'archéologie préventive, fouille comprise")]
STEPS = [
    {
        "code": code,
        "label": label,
        "label_en": f"{code} in English",
        "state": "to_do",
        "begins": {"p10": "2026-12-01", "p50": "2027-01-10", "p80": "2027-02-01"},
        "ends": {"p10": "2027-05-01", "p50": f"2027-0{place}-15", "p80": f"2028-0{place}-01"},
    }
    for place, (code, label) in enumerate(
        [
            ("PC", "Permis de construire industriel"),
            ("ARCHEO", "Diagnostic d'archéologie préventive, fouille comprise"),
        ],
        5,
    )
]


def plan(land: BaseGeometry, hall: BaseGeometry | None = HALL) -> dict[str, Any]:
    shapes = [land] if hall is None else [land, hall]
    wetland = affinity.translate(SQUARE, 200, 150)
    pieces = [
        Piece("parcel", land, "AB 12"),
        Piece("buildable", land.buffer(-4)),
        Piece("neighbour", affinity.translate(SQUARE, -340, 0), "AB 13"),
        Piece("building", shapely.box(-60, 20, -20, 70)),
        Piece("forbids", wetland, "C1"),
        *([] if hall is None else [Piece("placed", hall)]),
    ]
    return plan_of(frame_of(shapes, 1.0, PLAN), pieces)


def criterion(name: str, verdict: str, code: str, **detail: Any) -> dict[str, Any]:
    facts = {"name": name, "role": "must", "verdict": verdict, "code": code, "detail": detail}
    return {**facts, "fact": None, "source": "cadastre_2026", "on": "2026-06-01"}


def site(name: str, drawn: dict[str, Any] | None) -> dict[str, Any]:
    dates = {"p10": "2027-03-01", "p50": "2027-06-15", "p80": "2027-09-30", "p90": None}
    return {
        "parcel_ids": [1],
        "land": {
            "names": [name],
            "communes": ["Saint-Rémy-en-Bouzemont-Saint-Genest-et-Isson"],
            "epcis": ["Communauté de communes Perthois-Bocage et Der"],
            "cadastral_ids": ["38449000AB0012"],
            "surface_m2": 88_400.0,
            "buildable_m2": 81_000.0,
            "zone_label": "UX",
            "zone_type": "U",
            "industry": "allowed",
            "market": "for_sale",
            "market_on": "2026-05-01",
            "price_eur_m2": 43.5,
            "price_eur": None,
            "power_mw": 12.0,
            "responsible": ["Agence"],
            "lon": 5.1,
            "lat": 45.6,
            "stale": True,
        },
        "fit": "fits" if drawn else "open",
        "score": {"min": 0.68, "max": 0.81},
        "criteria": [
            criterion("market", "pass", "market.for_sale"),
            criterion("power_mw", "unknown", "power.unknown", who="grid_operator"),
            criterion("price_max_eur_m2", "fail", "price.too_high"),
        ],
        "readiness": {
            **dict.fromkeys(("start", "start_cleared", "power"), dates),
            "production": {**dates, "p80": None},
            "class": "6_12",
            "critical_path": ["PC"],
            "steps": STEPS,
            "questions": [{"step": "ARCHEO", "who": "archaeology_service"}],
            "blocked": [],
            "calendar": calendar_of(STEPS, date(2026, 11, 23)),
        },
        "plan": drawn,
        "constraints": [{"mark": "C1", "kind": "wetland", "effect": "forbids", "label": "Zone humide", "on": None}],
        "sources": [{"source": "cadastre_2026", "on": "2026-06-01", "about": ["land", "market"]}],
        "observed_on": "2026-06-01",
    }


def facts(sites: Sequence[dict[str, Any]]) -> dict[str, Any]:
    need = {"buildings": [{"length_m": 220, "width_m": 120}], "land_m2": {"min": 80_000}, "start_by": "2029-06-30"}
    return {
        "schema": "emprise/dossier/1",
        "as_of": "2026-11-23",
        "anonymous": False,
        "crs": 2154,
        "version": {"software": "0.1.0", "catalogue": "c", "data": "d"},
        "need": need,
        "sites": list(sites),
    }


def eight() -> dict[str, Any]:
    """Eight sites: rough, in pieces, without a plan, without a building, with long and hostile names."""
    return facts(
        [
            site(LONG_NAME, plan(SQUARE)),
            site("Limite de 2 000 sommets", plan(ROUND)),
            site("En deux pièces", plan(PARTED)),
            site("Sans contour", None),
            site("Sans bâtiment placé", plan(SQUARE, None)),
            site(HOSTILE, plan(SQUARE)),
            site("Œuvre d'Aÿ, 1 000 m² à 45 €", plan(SQUARE)),
            site("Huitième", plan(shapely.box(0, 0, 2_000, 90))),
        ]
    )

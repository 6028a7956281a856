"""The planted zone: six parcels that tell apart the ways a 9 ha parcel does or does not answer one need.

The need they are made for: 8 ha, one building of 220 x 120 m, setback 10 m, regime E, 10 MW. Metres are
those of EPSG:2154. The zone is the first of every generation and the same whatever the seed.
"""

from geo.generate.axis import straight
from geo.generate.communes import PLANTED_COMMUNE
from geo.generate.constraints import Constraint
from geo.generate.drawing import Drawing, DrawnParcel, Substation, zone_name
from geo.generate.facts import Properties, fictitious_siren
from geo.generate.lots import Box, Lot, Ring
from geo.generate.placing import Place
from geo.generate.plan import CLOSED, FARMING, INDUSTRIAL, NATURAL, Document, Zone

READY = "Exemple A : terrain prêt de 9 ha"
STRIP = "Exemple B : bande de 818 m x 110 m"
CLOSED_ZONE = "Exemple C : 9 ha à ouvrir à l'urbanisation"
POWER_UNKNOWN = "Exemple D : 9 ha, puissance inconnue"
OPTIONED = "Exemple E : 9 ha sous option"
RED = "Exemple F : 9 ha dont la moitié en zone rouge de PPRT"

_FACTS: Properties = {
    "terr_stade_amngt": "viabilisé et aménagé",
    "terr_stade_comm": "en vente",
    "terr_etat_occup": "inoccupé",
    "terr_usage": "espace vert",
    "terr_maitrise_fonc": "structure intercommunale",
    "owner_siren": fictitious_siren(1),
    "cession_type": "Vente",
    "terr_cle_en_main": "non",
    "terr_m2_prix": 45.0,
    "power_mw": 12.0,
    "sol_pollution_existe": "pollution inexistante",
    "terr_identif_date": "2024-03-15",
    "terr_actu_date": "2026-06-01",
    "visibility": "public",
}

_LENGTH = 94_000
_PARCELS: tuple[tuple[str, Box, Properties], ...] = (
    (READY, (0, -30_700, 30_000, -700), {"terr_cle_en_main": "oui"}),
    (STRIP, (0, 700, 81_800, 11_700), {}),
    (
        CLOSED_ZONE,
        (0, 12_700, 30_000, 42_700),
        {"terr_stade_amngt": "non aménagé, non viabilisé", "terr_usage": "espace agricole"},
    ),
    (POWER_UNKNOWN, (32_000, -30_700, 62_000, -700), {"power_mw": None}),
    (OPTIONED, (64_000, -30_700, 94_000, -700), {"terr_stade_comm": "réservé par option de réservation"}),
    (RED, (50_000, 12_700, 86_000, 37_700), {}),
)
_RED_BOX: Box = (45_000, 25_200, 91_000, 40_200)
"""Half of the last parcel: what is left is 360 x 125 m, 115 m deep after the setback."""

_UX = INDUSTRIAL[0]
_PLAN = (
    Zone((-1_000, -31_500, 95_000, 12_100), _UX),
    Zone((-1_000, 12_100, 40_000, 43_500), CLOSED[0]),
    Zone((40_000, 12_100, 95_000, 43_500), _UX),
    Zone((-6_000, -36_700, -1_000, 48_500), FARMING),
    Zone((95_000, -36_700, 100_000, 48_500), FARMING),
    Zone((-1_000, 43_500, 95_000, 48_500), FARMING),
    Zone((-1_000, -36_700, 95_000, -31_500), NATURAL),
)


def planted_zone(place: Place) -> Drawing:
    """The drawing of the planted zone."""
    return Drawing(
        place,
        zone_name(place.number),
        straight(_LENGTH, (0.96, 0.28)),
        _ring((0, -31_000, _LENGTH, 43_000)),
        [_parcel(name, box, facts) for name, box, facts in _PARCELS],
        list(_PLAN),
        Document(PLANTED_COMMUNE, "20230615", "destinations"),
        [Constraint((_ring(_RED_BOX),), "pprt_red", "forbids", 0.0, "PPRT (exemple), zone rouge")],
        [Substation((97_000, 20_000), 63, 40.0)],
    )


def _parcel(name: str, box: Box, facts: Properties) -> DrawnParcel:
    told = {key: value for key, value in (_FACTS | facts).items() if value is not None}
    return DrawnParcel(Lot(_ring(box), box, "planted"), "for_sale", [], name, told)


def _ring(box: Box) -> Ring:
    s0, t0, s1, t1 = box
    return ((s0, t0), (s1, t0), (s1, t1), (s0, t1))

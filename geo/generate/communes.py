"""The fifteen real communes whose names the synthetic land borrows; the land itself does not exist.

Names, INSEE codes and EPCI: code officiel géographique (INSEE). The centre is a point (EPSG:2154, metres)
at least 900 m inside the commune, chosen so that a whole economic zone stays within it, and the middle of
one cell of the grid of ``placing``.
"""

from typing import NamedTuple


class Commune(NamedTuple):
    """A commune as parcels name it."""

    insee: str
    name: str
    epci_siren: str
    epci_name: str
    easting: int
    northing: int


PLANTED_COMMUNE = Commune(
    "38449",
    "Saint-Quentin-Fallavier",
    "243800604",
    "Communauté d'agglomération Porte de l'Isère (CAPI)",
    863_271,
    6_506_812,
)
"""Holds the parcels of the planted story and nothing else, so that a need can be asked of them alone."""

COMMUNES = (
    Commune("01390", "Saint-Vulbas", "240100883", "Communauté de communes de la Plaine de l'Ain", 875_871, 6_526_612),
    Commune("69290", "Saint-Priest", "200046977", "Métropole de Lyon", 850_671, 6_514_012),
    Commune(
        "38468", "Salaise-sur-Sanne", "200085751", "Communauté de communes Entre Bièvre et Rhône", 841_671, 6_472_612
    ),
    Commune("42187", "Roanne", "200035731", "Communauté d'agglomération Roannais Agglomération", 782_271, 6_548_212),
    Commune("63178", "Issoire", "200070407", "Communauté d'agglomération Agglo Pays d'Issoire", 719_271, 6_494_212),
    Commune("03185", "Montluçon", "200071082", "Communauté d'agglomération Montluçon Communauté", 668_871, 6_582_412),
    Commune(
        "26281", "Romans-sur-Isère", "200068781", "Communauté d'agglomération Valence Romans Agglo", 859_671, 6_440_212
    ),
    Commune("74010", "Annecy", "200066793", "Communauté d'agglomération du Grand Annecy", 942_471, 6_539_212),
    Commune("73303", "Ugine", "200068997", "Communauté d'agglomération Arlysère", 965_871, 6_524_812),
    Commune(
        "43137",
        "Monistrol-sur-Loire",
        "200073427",
        "Communauté de communes Marches du Velay-Rochebaron",
        793_071,
        6_467_212,
    ),
    Commune("07010", "Annonay", "200072015", "Communauté d'agglomération Annonay Rhône Agglo", 830_871, 6_461_812),
    Commune("15014", "Aurillac", "241500230", "Communauté d'agglomération Aurillac Agglomération", 656_271, 6_425_812),
    Commune("63430", "Thiers", "200070712", "Communauté de communes Thiers Dore et Montagne", 742_671, 6_528_412),
    Commune("38140", "Crolles", "200018166", "Communauté de communes Le Grésivaudan", 926_271, 6_469_012),
)

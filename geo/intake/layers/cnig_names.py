"""Other names that files have for official fields: those of shapefiles, of the GeoPackage template, of local files."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from geo.intake.layers.cnig_fields import FRICHE, LAYER_FIELDS, TERRAIN, Kind, Official

SHORT_NAMES = {
    "terrcad": "terr_refcad",
    "tesurfbrut": "terr_surf_brute",
    "testaamngt": "terr_stade_amngt",
    "testadcomm": "terr_stade_comm",
    "teoccup": "terr_etat_occup",
    "teclemain": "terr_cle_en_main",
    "ban_id": "ban-id",
    "bat_id": "bat-id",
    "proprio_type(catpro3)": "proprio_type",
    "urba_zone_formedomi": "urba_zone_formdomi",
}
"""Names of shapefiles (annex of the standard), of the GeoPackage template and of local files, and the official ones."""
ANNEX_NAMES = frozenset({"testaamngt", "testadcomm", "teoccup"})
REFERENCE_NAMES = ("idu", "id_parcelle", "parcelle_id", "parcelle")
"""What the table of available parcels beside the exchange table may call a parcel: its names are not published."""


@cache
def cut_names(fields: tuple[Official, ...]) -> Mapping[str, str]:
    """The names a shapefile made by GDAL or QGIS has for these fields: ten characters, numbered when they meet.

    ``terr_stade_amngt`` and ``terr_stade_comm`` give ``terr_stade`` and ``terr_sta_1``.
    """
    taken: dict[str, str] = {}
    for official in fields:
        if official.kind is Kind.SURFACE or official.name.endswith("_geompoint"):
            continue
        name, number = official.name.lower().replace("-", "_")[:10], 0
        while name in taken:
            number += 1
            name = f"{official.name.lower()[:8]}_{number}" if number < 10 else f"{official.name.lower()[:8]}{number}"
        taken[name] = official.name
    return {cut: name for cut, name in taken.items() if cut != name.lower()}


def with_official_names(present: Mapping[str, str], layer: str) -> dict[str, str]:
    """``present`` (lower-case name to the name as written) with the official name of each abbreviated field."""
    named = dict(present)
    for other, name in _other_names(present, layer):
        if other in present:
            named.setdefault(name.lower(), present[other])
    return named


def with_identifiers(present: Mapping[str, str], layer: str, rows: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """``present`` with the identifiers of a file that has the annex's names, told by how they are made.

    The annex's own names for them are not known to us; ``80024_TERRAIN-ECO_00131`` is a terrain's wherever it stands.
    """
    named = dict(present)
    if layer != "parcels" or "terr_id" in named or not ANNEX_NAMES & named.keys():
        return named
    for kind, name in (("TERRAIN", "terr_id"), ("SITE", "site_id")):
        for written in present.values():
            said = [str(row[written]) for row in rows[:50] if row.get(written) is not None]
            if said and all(f"_{kind}-ECO_" in one for one in said):
                named.setdefault(name, written)
    return named


def _other_names(present: Mapping[str, str], layer: str) -> Iterator[tuple[str, str]]:
    """Names a file may have for official fields of a layer, with the official one."""
    fields = LAYER_FIELDS.get(layer, ())
    known = {official.name for official in fields}
    yield from ((short, name) for short, name in SHORT_NAMES.items() if name in known)
    if layer == "parcels" and "friche" in present:
        yield "commune", "comm_nom"
    if layer == "parcels" and "id_site_eco" in present:
        yield from ((name, "parcelle_reference") for name in REFERENCE_NAMES)
    for members in (TERRAIN, FRICHE) if layer == "parcels" else (fields,):
        if _is_cut(present, members):
            yield from cut_names(members).items()


def _is_cut(present: Mapping[str, str], fields: tuple[Official, ...]) -> bool:
    """Whether the names were cut to ten characters: no name is longer, and two of the cut ones are there."""
    return all(len(name) <= 10 for name in present) and sum(cut in present for cut in cut_names(fields)) > 1

"""A drawn zone as GeoJSON features: site, plan, constraints, network, then each parcel and its buildings."""

from collections.abc import Iterator

from geo.generate.dice import Dice
from geo.generate.drawing import Drawing, DrawnParcel
from geo.generate.facts import Properties, dates_of, facts_of, visibility_of
from geo.generate.placing import CELL, REACH, Place
from geo.generate.sheet import Laid, Sheet, Survey
from geo.generate.sites import site_properties

Feature = dict[str, object]
Numbers = tuple[int, list[int]]

_ZONES_A_SECTION = 30
_NUMBERS_A_ZONE = 333


def features_of(dice: Dice, drawing: Drawing, wanted: int) -> Iterator[Feature]:
    """The features of a zone, its first ``wanted`` parcels only. Coordinates: longitude, latitude, 8 decimals."""
    parcels = drawing.parcels[:wanted]
    sheet = Sheet(drawing.axis)
    outline = sheet.add(drawing.outline)
    plan = [sheet.add(zone.ring) for zone in drawing.plan]
    constraints = [_draw(sheet, constraint.rings) for constraint in drawing.constraints]
    substations = [sheet.add((substation.at,)) for substation in drawing.substations]
    lots = [_draw(sheet, (parcel.lot.ring, *parcel.lot.holes)) for parcel in parcels]
    buildings = [[sheet.add(ring) for ring in parcel.buildings] for parcel in parcels]
    laid = sheet.lay()
    survey = laid.survey(*_centre(dice, laid, drawing.place))
    facts = _all_facts(dice, drawing, parcels, [survey.area(*lot) for lot in lots])
    yield _site(drawing, survey, outline, facts)
    yield from _plan(drawing, survey, plan)
    yield from _constraints(drawing, survey, constraints)
    yield from _networks(drawing, survey, substations)
    for told, lot, built in zip(facts, lots, buildings, strict=True):
        yield _feature(told, survey.polygon(*lot), str(told["terr_id"]))
        for k, number in enumerate(built, start=1):
            yield _building(told, survey, number, k)


def _draw(sheet: Sheet, rings: tuple[tuple[tuple[int, int], ...], ...]) -> Numbers:
    return sheet.add(rings[0]), [sheet.add(ring) for ring in rings[1:]]


def _centre(dice: Dice, laid: Laid, place: Place) -> tuple[int, int]:
    """The middle of the zone: that of its cell, moved when nothing holds it there and it does not fill it."""
    reach = laid.reach()
    if reach > REACH:
        raise ValueError(f"zone {place.number} reaches {reach:.0f} m from its middle, more than {REACH}")
    slack = 0 if place.fixed else CELL // 2 - int(reach) - 10
    return place.easting + dice.between(-slack, slack), place.northing + dice.between(-slack, slack)


def _feature(properties: Properties, geometry: dict[str, object], key: str) -> Feature:
    return {"type": "Feature", "id": key, "properties": properties, "geometry": geometry}


def _all_facts(dice: Dice, drawing: Drawing, parcels: list[DrawnParcel], areas: list[float]) -> list[Properties]:
    owners: dict[str, str] = {}
    found, used = [], 0
    for number, (parcel, area) in enumerate(zip(parcels, areas, strict=True), start=1):
        count = _cadastral_count(dice, area, used)
        cadastral = cadastral_ids(drawing.place, used, count)
        used += count
        found.append(_parcel(dice, drawing, parcel, (number, area, cadastral, owners)))
    return found


def _parcel(
    dice: Dice,
    drawing: Drawing,
    parcel: DrawnParcel,
    lot: tuple[int, float, str, dict[str, str]],
) -> Properties:
    """All that is said of one parcel. One stated surface in twenty-five is off, as in real inventories."""
    number, area, cadastral, owners = lot
    commune, index = drawing.place.commune, drawing.place.number
    properties: Properties = {
        "layer": "parcel",
        "synthetic": True,
        "name": parcel.name if parcel.told else f"{parcel.name}, {drawing.name}",
        "terr_id": f"{commune.insee}_TERRAIN-ECO_{index:05d}{number:03d}",
        "site_id": f"{commune.insee}_SITE-ECO_{index:05d}",
        "commune_insee": commune.insee,
        "commune": commune.name,
        "epci_siren": commune.epci_siren,
        "epci_nom": commune.epci_name,
        "terr_refcad": cadastral,
        "terr_surf_brute": round(area / 10_000, 4),
        "terr_utile": "non" if parcel.situation == "leftover" else "oui",
    }
    if parcel.told:
        return properties | parcel.told
    if dice.random() < 0.04:
        properties["terr_surf_brute"] = round(area * dice.uniform(0.9, 1.12) / 10_000, 2)
    if dice.random() < 0.05:
        del properties["terr_refcad"]
    properties |= facts_of(dice, parcel.situation, area, owners)
    properties["terr_identif_date"], properties["terr_actu_date"] = dates_of(dice)
    properties["visibility"] = visibility_of(dice)
    return properties


def _cadastral_count(dice: Dice, area_m2: float, used: int) -> int:
    """How many cadastral parcels a lot is made of: mostly one, two or three for large ones."""
    if used > _NUMBERS_A_ZONE - 100:
        return 1
    draw = dice.random()
    return 1 if draw < 0.75 else 2 if draw < 0.92 or area_m2 < 10_000 else 3


def cadastral_ids(place: Place, first: int, count: int) -> str:
    """A pipe list of 14-character ids no cadastre holds: their prefix 999 (998...) is that of no old commune."""
    block, rank = divmod(place.number, _ZONES_A_SECTION)
    prefix, section = 999 - block // 676, block % 676
    letters = f"{chr(65 + section // 26)}{chr(65 + section % 26)}"
    start = rank * _NUMBERS_A_ZONE + first + 1
    return "|".join(f"{place.commune.insee}{prefix}{letters}{start + k:04d}" for k in range(count))


def _site(drawing: Drawing, survey: Survey, outline: int, facts: list[Properties]) -> Feature:
    properties = site_properties(drawing.place, drawing.name, survey.area(outline, []), facts)
    return _feature(properties, survey.polygon(outline, []), str(properties["site_id"]))


def _key(drawing: Drawing, word: str, number: int) -> str:
    return f"{drawing.place.commune.insee}_{word}_{drawing.place.number:05d}{number:02d}"


def _plan(drawing: Drawing, survey: Survey, numbers: list[int]) -> Iterator[Feature]:
    for k, (zone, number) in enumerate(zip(drawing.plan, numbers, strict=True), start=1):
        properties = {"layer": "zone", "synthetic": True} | drawing.document.properties(zone.zoning)
        yield _feature(properties, survey.polygon(number, []), _key(drawing, "ZONE", k))


def _constraints(drawing: Drawing, survey: Survey, numbers: list[Numbers]) -> Iterator[Feature]:
    for k, (constraint, lot) in enumerate(zip(drawing.constraints, numbers, strict=True), start=1):
        properties: Properties = {
            "layer": "constraint",
            "synthetic": True,
            "kind": constraint.kind,
            "effect": constraint.effect,
            "clearance_m": constraint.clearance_m,
            "label": constraint.label,
        }
        yield _feature(properties, survey.polygon(*lot), _key(drawing, "CONTRAINTE", k))


def _networks(drawing: Drawing, survey: Survey, numbers: list[int]) -> Iterator[Feature]:
    for k, (substation, number) in enumerate(zip(drawing.substations, numbers, strict=True), start=1):
        properties: Properties = {
            "layer": "network",
            "synthetic": True,
            "kind": "substation",
            "name": f"Poste source (exemple) {drawing.place.number}",
            "voltage_kv": substation.voltage_kv,
        }
        if substation.free_mw is not None:
            properties["free_mw"] = substation.free_mw
        yield _feature(properties, survey.point(number), _key(drawing, "RESEAU", k))


def _building(parcel: Properties, survey: Survey, number: int, rank: int) -> Feature:
    key = f"{parcel['terr_id']}_BATIMENT_{rank}"
    properties: Properties = {"layer": "building", "synthetic": True, "terr_id": parcel["terr_id"]}
    return _feature(properties, survey.polygon(number, []), key)

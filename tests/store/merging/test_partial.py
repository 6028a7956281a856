"""A file touches only the fields it has, in every layer (issue: "partial updates touch only their fields")."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from geo.intake.load import Options, load
from geo.intake.report import Report
from geo.store.database import Actor, Database, Role
from geo.store.layers import LAYERS
from geo.store.merging.becoming import digest
from tests.conftest import SRID
from tests.intake.official import FRICHE, TERRAIN
from tests.intake.written_files import LAT, LON, collection, feature, square, write

POINT = {"type": "Point", "coordinates": [LON, LAT]}
CASES: dict[str, tuple[object, dict[str, Any], dict[str, Any], tuple[str, str]]] = {
    "sites": (square(), {"site_id": "1", "site_etat": "création", "site_nom": "ZA"},
              {"site_moa_type": "epci"}, ("name", "etat")),
    "buildings": (square(), {"rnb_id": "b", "hauteur": 7.5}, {"synthetic": False}, ("height_m", "height_m")),
    "networks": (POINT, {"key": "n", "voltage_kv": 63, "nom": "Poste"}, {"free_mw": 4}, ("name", "voltage_kv")),
    "constraints": (square(), {"key": "c", "kind": "flood", "effect": "forbids", "label": "PPRI"},
                    {"clearance_m": 5.0}, ("label", "label")),
    "zones": (square(), {"libelle": "UX", "typezone": "U", "idurba": "74173_PLU_20170321", "libelong": "Zone"},
              {"destdomi": "02"}, ("libelong", "libelong")),
    "communes": (square(), {"insee": "74173", "nom": "Megève", "insee_dep": "74", "population": 3000},
                 {"population": 3001}, ("departement", "name")),
    "establishments": (POINT, {"SIRET": "34749951900010", "etab_nom": "MAN", "terr_id": "1"},
                       {"etab_siege": "oui"}, ("name", "name")),
    "poles": (POINT, {"pole_id": "80024_POLE-ECO_1", "pole_nom": "Bornes", "pole_surface": 21},
              {"pole_nb_etab": 40}, ("name", "name")),
}  # fmt: skip
"""Of each layer: a whole row, a field that a later file adds, and columns that file says nothing of."""
NEEDED = {
    "sites": ("site_id",),
    "buildings": ("rnb_id",),
    "networks": ("key",),
    "constraints": ("key", "kind", "effect"),
    "zones": ("libelle", "typezone", "idurba"),
    "communes": ("insee", "nom", "insee_dep"),
    "establishments": ("SIRET", "terr_id"),
    "poles": ("pole_id",),
}
FORCED = {"buildings": "buildings", "networks": "networks"}


def put_in(database: Database, folder: Path, layer: str, geometry: object, **row: Any) -> Report:
    path = write(folder, collection([feature(geometry, **row)]), "land.geojson")
    return load(database, path, Options(layer=FORCED.get(layer)), srid=SRID)


def row_of(database: Database, layer: str) -> Any:
    with database.connection(Role.WORKER) as connection:
        return connection.execute(text(f"select * from {LAYERS[layer].sql_name}")).one()


@pytest.mark.parametrize("layer", CASES)
def test_what_a_file_does_not_have_stays(database: Database, tmp_path: Path, layer: str) -> None:
    geometry, whole, more, kept = CASES[layer]
    assert put_in(database, tmp_path, layer, geometry, **whole).total("new") == 1
    before = row_of(database, layer)
    fewer = {name: whole[name] for name in NEEDED[layer]} | more
    if layer == "networks":
        fewer |= {"kind": "substation"}
    report = put_in(database, tmp_path, layer, geometry, **fewer)
    assert (report.total("new"), report.total("rejected")) == (0, 0), report.rejections()
    after = row_of(database, layer)
    for column in kept:
        assert getattr(after, column) == getattr(before, column) is not None, column
    if "published" in LAYERS[layer].table.c:
        assert after.published == before.published | more
    again = put_in(database, tmp_path, layer, geometry, **fewer)
    assert (again.total("changed"), again.total("unchanged")) == (0, 1)


TERRAIN_ID = {"terr_id": TERRAIN["terr_id"]}


def test_an_empty_field_is_heard_though_a_file_without_it_was_the_last(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, "parcels", square(), **TERRAIN)
    put_in(database, tmp_path, "parcels", square(), **TERRAIN_ID, terr_etat_occup="vacant")
    assert row_of(database, "parcels").price_eur_m2 == 5.35
    emptied = TERRAIN_ID | {"terr_etat_occup": "vacant", "terr_m2_prix": None}
    assert put_in(database, tmp_path, "parcels", square(), **emptied).total("changed") == 1
    assert row_of(database, "parcels").price_eur_m2 is None
    assert put_in(database, tmp_path, "parcels", square(), **emptied).total("unchanged") == 1


def test_how_land_would_be_given_does_not_say_that_it_is_offered(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, "parcels", square(), **TERRAIN)
    put_in(database, tmp_path, "parcels", square(), **TERRAIN_ID, terr_cession_type="Vente")
    row = row_of(database, "parcels")
    assert (row.market, row.published["terr_cession_type"]) == ("for_sale", "Vente")


def test_conditions_of_a_sale_end_with_it(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, "parcels", square(), **TERRAIN | {"terr_stade_comm": "en vente avec contraintes"})
    assert row_of(database, "parcels").market_conditions is True
    put_in(database, tmp_path, "parcels", square(), **TERRAIN_ID, market="sold")
    row = row_of(database, "parcels")
    assert (row.market, row.market_conditions) == ("sold", None)


def test_a_brownfields_status_does_not_undo_a_market_another_file_said(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, "parcels", square(), **FRICHE | {"site_statut": "friche sans projet"})
    put_in(
        database,
        tmp_path,
        "parcels",
        square(),
        **{"site_id": FRICHE["site_id"], "site_statut": None, "market": "for_sale"},
    )
    assert row_of(database, "parcels").market == "for_sale"
    put_in(database, tmp_path, "parcels", square(), **FRICHE | {"site_statut": "friche sans projet"})
    assert row_of(database, "parcels").market == "for_sale"
    put_in(database, tmp_path, "parcels", square(), **FRICHE | {"site_statut": "friche reconvertie"})
    assert row_of(database, "parcels").market == "not_marketed", "its stage changed"
    put_in(database, tmp_path, "parcels", square(), **FRICHE | {"site_statut": "friche sans projet"})
    assert row_of(database, "parcels").market == "unknown"


def test_a_stage_that_did_not_change_is_no_news_of_the_market(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, "parcels", square(), **TERRAIN, terr_cession_type="Location")
    assert row_of(database, "parcels").market == "for_lease"
    stage = {"terr_stade_comm": TERRAIN["terr_stade_comm"]}
    report = put_in(database, tmp_path, "parcels", square(), **TERRAIN_ID | stage)
    assert report.total("unchanged") == 1, report.differences
    assert row_of(database, "parcels").market == "for_lease"
    put_in(database, tmp_path, "parcels", square(), **TERRAIN_ID, market="optioned")
    put_in(database, tmp_path, "parcels", square(), **TERRAIN_ID | stage)
    assert row_of(database, "parcels").market == "optioned", "the stage said so before the option"
    put_in(database, tmp_path, "parcels", square(), **TERRAIN_ID, terr_stade_comm="non commercialisé")
    assert row_of(database, "parcels").market == "not_marketed"
    put_in(database, tmp_path, "parcels", square(), **TERRAIN_ID | stage)
    assert row_of(database, "parcels").market == "for_lease", "how it is given was said by the fuller file"
    put_in(database, tmp_path, "parcels", square(), **TERRAIN_ID | stage, terr_cession_type="Vente")
    assert row_of(database, "parcels").market == "for_sale"


def test_a_planners_market_stands_and_the_files_own_stays_beside_it(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, "parcels", square(), **TERRAIN, terr_cession_type="Location")
    with database.connection(Role.ADMIN, Actor(actor="planner")) as connection:
        connection.execute(text("update parcel_edit set market = 'sold'"))
    stage = {"terr_stade_comm": TERRAIN["terr_stade_comm"]}
    report = put_in(database, tmp_path, "parcels", square(), **TERRAIN_ID | stage, terr_m2_prix=7)
    row = row_of(database, "parcels")
    assert (row.market, row.overrides["market"]["imported"], row.price_eur_m2) == ("sold", "for_lease", 7)
    assert report.total("changed") == 1


def test_a_site_that_comes_empty_is_left(database: Database, tmp_path: Path) -> None:
    put_in(database, tmp_path, "parcels", square(), **TERRAIN)
    assert row_of(database, "parcels").site_key == TERRAIN["site_id"]
    put_in(database, tmp_path, "parcels", square(), **TERRAIN_ID, site_id=None)
    assert row_of(database, "parcels").site_key is None


def test_a_whole_file_pays_nothing_for_the_rule() -> None:
    for layer in LAYERS.values():
        assert not layer.said_by(layer.facts).partial, layer.name
        assert digest(layer.said_by(layer.facts)) == "s.digest"
    assert LAYERS["cadastre"].said_by({"idu"}).partial

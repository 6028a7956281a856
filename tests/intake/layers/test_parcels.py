from datetime import date
from pathlib import Path

import pytest
from shapely.geometry import Point, Polygon

from tests.intake.written_files import L93_X, L93_Y, feature, read_features, square, squares

TERRAIN = {
    "terr_id": "80024_TERRAIN-ECO_00131",
    "site_id": "80024_SITE-ECO_00001",
    "terr_refcad": "80024000ZO0030|80024000ZO0034",
    "terr_surf_brute": 9.9,
    "terr_identif_date": "2023-08-29",
    "terr_actu_date": "2023-08-30",
    "terr_maitrise_fonc": "structure intercommunale",
    "terr_stade_amngt": "viabilisé et aménagé",
    "terr_stade_comm": "en vente avec contraintes",
    "terr_etat_occup": "inoccupé",
    "terr_usage": "bâti productif",
    "terr_cle_en_main": "oui",
    "terr_m2_prix": "35,5",
    "owner_siren": "200071223",
    "visibility": "partners",
}


def test_a_cnig_terrain(tmp_path: Path) -> None:
    found = read_features(tmp_path, [feature(square(), **TERRAIN)])
    assert (found.schema, found.layers) == ("cnig_terrain", ("parcels",))
    assert found.keys == ["80024_TERRAIN-ECO_00131"]
    expected = {
        "origin": "terrain",
        "site_key": "80024_SITE-ECO_00001",
        "commune_insee": "80024",
        "cadastral_ids": ["80024000ZO0030", "80024000ZO0034"],
        "surface_stated_m2": 99_000.0,
        "stade_amngt": "viabilisé et aménagé",
        "stade_comm": "en vente avec contraintes",
        "etat_occup": "inoccupé",
        "usage": "bâti productif",
        "maitrise_fonc": "structure intercommunale",
        "cle_en_main": True,
        "market": "for_sale",
        "market_conditions": True,
        "price_eur_m2": 35.5,
        "owner_siren": "200071223",
        "visibility": "partners",
        "observed_on": date(2023, 8, 30),
        "synthetic": False,
        "power_mw": None,
    }
    for name, value in expected.items():
        assert found.column(name) == [value], name
    assert [(one.field, one.code) for one in found.repairs] == [("price_eur_m2", "value.decimal_comma")]


@pytest.mark.parametrize(
    ("stage", "cession", "market", "conditions"),
    [
        ("en vente", None, "for_sale", False),
        ("en vente", "Location", "for_lease", False),
        ("En Vente avec contraintes", None, "for_sale", True),
        ("vendu, commercialisation achevée", None, "sold", None),
        ("réservé par option de réservation", None, "optioned", None),
        ("réservé par une délibération de l'EPCI", None, "reserved_by_council", None),
        ("inconnu", None, "unknown", None),
        (None, None, "unknown", None),
        ("NIMPORTE QUOI", None, "unknown", None),
    ],
)
def test_the_market_follows_the_stage(
    tmp_path: Path, stage: str | None, cession: str | None, market: str, conditions: bool | None
) -> None:
    found = read_features(tmp_path, [feature(square(), terr_id="t1", terr_stade_comm=stage, terr_cession_type=cession)])
    assert found.column("market") == [market]
    assert found.column("market_conditions") == [conditions]


def test_a_value_off_the_official_list_is_unknown_and_stays_as_written(tmp_path: Path) -> None:
    found = read_features(tmp_path, [feature(square(), terr_id="t1", terr_stade_amngt="NIMPORTE QUOI")])
    assert found.column("stade_amngt") == [None]
    assert found.column("published") == [{"terr_stade_amngt": "NIMPORTE QUOI"}]
    assert [(one.row, one.field, one.code) for one in found.row_remarks] == [(1, "stade_amngt", "value.not_in_list")]


def test_a_stated_market_wins_over_the_stage(tmp_path: Path) -> None:
    row = feature(square(), terr_id="t1", terr_stade_comm="en vente", market="under_promise", market_conditions="oui")
    found = read_features(tmp_path, [row])
    assert found.column("market") == ["under_promise"]
    assert found.column("market_conditions") == [True]


def test_a_number_nobody_can_read_becomes_unknown_and_is_reported(tmp_path: Path) -> None:
    rows = [feature(square(6 + n / 100), terr_id=f"t{n}", terr_surf_brute=v) for n, v in enumerate(("abc", -1, 2.5))]
    found = read_features(tmp_path, rows)
    assert found.column("surface_stated_m2") == [None, None, 25_000.0]
    assert [(one.row, one.before, one.after, one.code) for one in found.repairs] == [
        (1, "abc", None, "value.not_a_number"),
        (2, -1, None, "value.out_of_range"),
    ]


def test_no_identifier_of_a_natural_person_is_kept(tmp_path: Path) -> None:
    rows = [
        feature(square(6.0), terr_id="t1", terr_maitrise_fonc="personne physique", owner_siren="200071223"),
        feature(square(6.1), terr_id="t2", owner_kind="Personne physique", owner_siren="200071223"),
        feature(square(6.2), terr_id="t3", terr_maitrise_fonc="commune", owner_siren="200071223"),
    ]
    found = read_features(tmp_path, rows)
    assert found.column("owner_siren") == [None, None, "200071223"]
    withheld = [one for one in found.repairs if one.code == "owner.natural_person"]
    assert [one.row for one in withheld] == [1, 2]
    assert "200071223" not in str(withheld)


def test_a_brownfield_is_known_by_its_site(tmp_path: Path) -> None:
    row = feature(
        square(),
        site_id="08362_04",
        FRICHE="Point P et Docks de l’Oise",
        COMMUNE="Rethel",
        unite_fonciere_surface=5750,
        unite_fonciere_refcad="08362000AL0212",
        proprio_personne="personne morale",
        sol_pollution_existe="Pollution avérée",
    )
    found = read_features(tmp_path, [row])
    assert found.schema == "cnig_friche"
    assert found.keys == ["08362_04"]
    for name, value in {
        "origin": "friche",
        "name": "Point P et Docks de l’Oise",
        "commune_insee": "08362",
        "surface_stated_m2": 5_750.0,
        "pollution": "pollution avérée",
        "owner_kind": "personne morale",
        "market": "unknown",
        "site_key": None,
    }.items():
        assert found.column(name) == [value], name


def test_any_outline_with_a_declared_identifier(tmp_path: Path) -> None:
    found = read_features(tmp_path, squares(2, surface_m2=12_000, nom="Lot"))
    assert (found.schema, found.keys) == ("parcels", ["p1", "p2"])
    assert found.column("origin") == ["drawn", "drawn"]
    assert found.column("surface_stated_m2") == [12_000.0, 12_000.0]
    assert found.column("commune_insee") == ["74173", "74173"]


def test_without_identifier_the_outline_is_the_key(tmp_path: Path) -> None:
    ring = [(L93_X, L93_Y), (L93_X + 50, L93_Y), (L93_X + 50, L93_Y + 50), (L93_X, L93_Y + 50)]
    turned = ring[2:] + ring[:2]
    other = [(x + 100, y) for x, y in ring]
    options = {"layer": "parcels", "crs": "EPSG:2154"}
    first = read_features(tmp_path, [feature(Polygon(ring)), feature(Polygon(other))], **options)
    second = read_features(tmp_path, [feature(Polygon(turned[::-1]))], **options)
    assert len(set(first.keys)) == 2
    assert all(len(key) == 64 for key in first.keys)
    assert second.keys == first.keys[:1], "where a ring starts and how it turns does not matter"


def test_rows_without_an_identifier_among_others_are_known_by_their_outline(tmp_path: Path) -> None:
    found = read_features(tmp_path, [*squares(1), feature(square(7), parcel_uid=None)], layer="parcels")
    assert found.keys[0] == "p1"
    assert len(found.keys[1]) == 64


def test_a_point_is_kept_as_a_location(tmp_path: Path) -> None:
    found = read_features(tmp_path, [feature(Point(6, 45.5), parcel_uid="a"), *squares(1)], layer="friches")
    (batch,) = found.batches
    assert [shape is None for shape in batch.geometry] == [True, False]
    assert batch.location is not None
    assert [shape is None for shape in batch.location] == [False, True]
    assert found.column("origin") == ["friche", "friche"]
    assert read_features(tmp_path, squares(1)).batches[0].location is None


def test_a_commune_is_given_where_rows_name_none(tmp_path: Path) -> None:
    rows = [
        feature(square(6.0), parcel_uid="a", insee="69123"),
        feature(square(6.1), parcel_uid="b", insee=None),
        feature(square(6.2), parcel_uid="c", cadastral_ids=["693890000A0012"]),
    ]
    assert read_features(tmp_path, rows, commune="74173").column("commune_insee") == ["69123", "74173", "69123"]


def test_the_origin_a_file_states_is_taken(tmp_path: Path) -> None:
    rows = [*squares(1, origin="friche"), *squares(2, origin="elsewhere")[1:]]
    assert read_features(tmp_path, rows).column("origin") == ["friche", "drawn"]

"""Zones: one a cell, apart from each other, the first ones where the communes are."""

from itertools import islice
from pathlib import Path

import geopandas as gpd
from shapely import Point

from geo.generate.communes import COMMUNES, PLANTED_COMMUNE
from geo.generate.placing import CELL, COLUMNS, EAST, NORTH, REACH, ROWS, SOUTH, WEST, places


def test_each_cell_holds_one_zone() -> None:
    found = list(places(5))
    cells = {((p.easting - WEST) // CELL, (p.northing - SOUTH) // CELL) for p in found}
    assert len(cells) == len(found) == COLUMNS * ROWS
    assert [p.number for p in found] == list(range(len(found)))
    assert 2 * REACH < CELL


def test_zones_lie_in_the_middle_of_cells_within_the_box() -> None:
    for place in places(5):
        assert (place.easting - WEST) % CELL == (place.northing - SOUTH) % CELL == CELL // 2
        assert WEST + REACH <= place.easting <= EAST - REACH
        assert SOUTH + REACH <= place.northing <= NORTH - REACH


def test_the_planted_commune_holds_one_zone_only() -> None:
    assert [p.number for p in places(1) if p.commune == PLANTED_COMMUNE] == [0]


def test_a_zone_of_the_grid_bears_the_nearest_name() -> None:
    for place in islice(places(2), 20, 2_000, 97):
        near = min(COMMUNES, key=lambda c: (c.easting - place.easting) ** 2 + (c.northing - place.northing) ** 2)
        assert place.commune == near
        assert not place.fixed


def test_the_seed_moves_the_grid_but_not_the_communes() -> None:
    one, two = (list(islice(places(seed), 30)) for seed in (1, 2))
    named = len(COMMUNES) + 1
    assert one[:named] == two[:named]
    assert one[named] != two[named]


def test_the_table_says_what_the_official_limits_say(shared: Path) -> None:
    limits = gpd.read_file(f"/vsigzip/{shared / 'aura_communes.geojson.gz'}").to_crs(2154).set_index("insee")
    for commune in (PLANTED_COMMUNE, *COMMUNES):
        row = limits.loc[commune.insee]
        assert (row["nom"], row["epci_siren"], row["epci_nom"]) == commune[1:4]
        assert row.geometry.contains(Point(commune.easting, commune.northing).buffer(REACH))

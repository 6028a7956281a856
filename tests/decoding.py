"""Vector tiles decoded by GDAL, whose decoder shares nothing with the encoder of PostGIS."""

from pathlib import Path

import geopandas
import pyogrio

from geo.store.tiles.tiles import Place


def decoded(content: bytes, place: Place, folder: Path) -> dict[str, geopandas.GeoDataFrame]:
    """The layers of a tile by name, EPSG:3857, with what is drawn around the tile."""
    file = folder / "tile.pbf"
    file.write_bytes(content)
    options = {"X": place.column, "Y": place.row, "Z": place.zoom, "CLIP": "NO"}
    layers = [] if not content else [str(name) for name, _ in pyogrio.list_layers(file)]
    return {name: pyogrio.read_dataframe(file, layer=name, **options) for name in layers}

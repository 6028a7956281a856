"""The pages of docs/how-to work: their blocks are run as they stand, against the sample served."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas
import httpx
import pytest
from sqlalchemy import text

from api.app import create_app
from geo.cluster import Running
from geo.store.access.keys import Admitted, create_key
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.api.conftest import quick_settings
from tests.api.serving import serving
from tests.conftest import REPO, copied
from tests.test_docs import blocks

PAGES = REPO / "docs" / "how-to"


@dataclass(frozen=True)
class Sample:
    """The sample territory served, a lenient key of who answers for its parcels, and one of these."""

    host: str
    key: str
    parcel: int


@pytest.fixture(scope="module")
def sample(cluster: Running, sample_template: str) -> Iterator[Sample]:
    with copied(cluster, sample_template, "how_to") as address:
        database = Database(address, pool_size=3)
        with database.connection(Role.WORKER) as connection:
            owner = rows.organisation(connection, "CC Exemple")
            connection.execute(text("update core.parcel set responsible = :o"), {"o": owner})
            parcel = connection.scalar(
                text("select id from core.parcel where visibility = 'public' order by id limit 1")
            )
        with database.connection(Role.GATE) as connection:
            _, key = create_key(connection, "how-to", Admitted("planner", owner), lenient=True)
        settings = quick_settings()
        with serving(create_app(settings, database), settings) as served:
            yield Sample(f"http://127.0.0.1:{served.port}", key, int(str(parcel)))
        database.close()


def counted(sample: Sample, key: str | None = None) -> int:
    """How many parcels a reader sees."""
    headers = {} if key is None else {"X-API-Key": key}
    answer = httpx.get(f"{sample.host}/collections/parcels/items?limit=1", headers=headers, timeout=20)
    return int(answer.json()["numberMatched"])


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def ran(command: list[str], folder: Path, more: dict[str, str]) -> str:
    """What a program of a page wrote."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GDAL_", "OGR_"))}
    ended: subprocess.CompletedProcess[str] = subprocess.run(
        command, cwd=folder, env=kept | more, capture_output=True, text=True, timeout=240, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def python(name: str, sample: Sample, folder: Path, host: str) -> str:
    """All blocks of a page in one process, as a reader would paste them one after another."""
    known = f"HOST, KEY, PARCEL = {host!r}, {sample.key!r}, {sample.parcel}\n"
    (folder / "page.py").write_text(known + "\n".join(blocks("python", page(name))), encoding="utf-8")
    return ran([sys.executable, "page.py"], folder, {})


@pytest.mark.skipif(
    shutil.which("ogr2ogr") is None, reason="ogr2ogr is absent: install gdal-bin to try docs/how-to/gdal.md"
)
def test_gdal(sample: Sample, tmp_path: Path) -> None:
    script = "set -e\n" + "\n".join(blocks("sh", page("gdal")))
    said = ran(["bash", "-c", script], tmp_path, {"HOST": sample.host, "KEY": sample.key})
    public = counted(sample)
    assert f"Feature Count: {public}" in said
    everything = geopandas.read_file(tmp_path / "degrees.geojson")
    assert len(everything) == public
    some = {name: geopandas.read_file(tmp_path / f"{name}.gpkg") for name in ("box", "for_sale", "ours")}
    assert 0 < len(some["box"]) < public
    sold = everything[(everything["market"] == "for_sale") & (everything["surface_m2"] >= 50_000)]
    assert set(some["for_sale"]["name"]) == set(sold["name"]) != set()
    assert {one["id"] for one in json.loads((tmp_path / "large.geojson").read_text())["features"]} == set(sold["id"])
    seen = everything[(everything["observed_on"] >= "2025-01-01") & (everything["surface_m2"] >= 50_000)]
    assert set(geopandas.read_file(tmp_path / "seen.gpkg")["id"]) == set(seen["id"]) != set()
    tile = geopandas.read_file(tmp_path / "tile.gpkg")
    assert set(tile["id"]) <= set(everything["id"])
    drawn = everything.set_index("id").loc[tile["id"]].to_crs(3857).geometry.reset_index(drop=True)
    assert (tile.crs, len(tile) > 0) == ("EPSG:3857", True)
    assert drawn.buffer(10).covers(tile.geometry).all(), "cut at the tile's edge; a step of its grid is 5 m"
    assert len(some["ours"]) == counted(sample, sample.key) > public
    assert json.loads((tmp_path / "drawn.geojson").read_text())["properties"]["origin"] == "drawn"
    assert json.loads((tmp_path / "changed.geojson").read_text())["properties"]["market"] == "optioned"


def test_geopandas(sample: Sample, tmp_path: Path) -> None:
    said = python("geopandas", sample, tmp_path, sample.host).splitlines()
    assert said[0] == f"2154 {counted(sample)}"
    assert float(said[-2]) >= 50_000
    assert said[-1] == "6.5"


def test_owslib(sample: Sample, tmp_path: Path) -> None:
    said = python("owslib", sample, tmp_path, f"{sample.host}/").splitlines()
    assert "parcels" in said[0]
    assert "surface_m2" in said[3]
    assert "for_sale" in said[4]

"""What ``bench.serving`` measures answers the same questions: rows, facts, counts and tiles of both services.

What differs beyond what is known of the peer ends the run: to be quick with another answer is no merit.
"""

import json
import tempfile
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas
import pyogrio
import shapely

from bench.servers import Server
from geo.store.tiles.tiles import EXTENT, LAYER

BY_CORNERS = {"bbox, 100": 0.05}
"""Rows, as a share, by which a box differs: TiPG turns its corners into the territory's system and has straight sides
there, ours are straight in the box's own."""
MOST_DRAWN = 10_000
"""Features of a tile that the peer reads, as it is set up: of more it takes any, less those that are too small."""
RIM = 2
"""Steps of a tile's coordinates: what lies no further within may be drawn or not, by rounding."""


def compare_lists(here: Server, there: Server, name: str, mine: str, theirs: str) -> None:
    """One answer of a list: the same rows with the same facts, and as many.

    Raises:
        SystemExit: they differ.
    """
    ours, peers = _read(here, mine), _read(there, theirs)
    rows, others = _rows(ours), _rows(peers)
    both = rows.keys() & others.keys()
    known = [(n, k) for n in both for k in rows[n].keys() & others[n].keys()]
    differ = [(n, k, rows[n][k], others[n][k]) for n, k in known if not _same(rows[n][k], others[n][k])]
    counts = ours.get("numberMatched"), peers.get("numberMatched")
    print(f"  {name:14} {len(both)} rows in both answers of {len(rows)} and {len(others)}; ", end="")
    print(f"facts that differ: {len(differ)} of {len(known)}; matched {counts[0]} and {counts[1]}")
    share = BY_CORNERS.get(name, 0.0)
    if not both or differ or len(rows) != len(others) or len(both) < (1 - share) * len(rows):
        raise SystemExit(f"{name}: not the same answer {differ[:3]}: {mine} and {theirs}")
    if None not in counts and abs(counts[0] - counts[1]) > share * counts[1]:  # ours counts no more than 10,000
        raise SystemExit(f"{name}: not as many: {mine} and {theirs}")


def compare_tiles(here: Server, there: Server, name: str, mine: str, theirs: str) -> None:
    """One tile: what ours draws the peer has; what the peer has ours draws, or counts as too small for itself.

    Raises:
        SystemExit: they differ.
    """
    drawn, peers = _drawn(here, mine, LAYER), _drawn(there, theirs, None)
    told = int(_answer(here, mine)[1]["OGC-NumberMatched"])
    print(f"  {name:14} {len(drawn)} drawn and {told - len(drawn)} counted, {len(peers)} at the peer", end="")
    if told > MOST_DRAWN:
        print("; cut there, not compared")
        return
    within = peers[peers.intersects(_inner())]
    missing = set(within.id) - set(drawn.id)
    other = set(drawn[drawn.intersects(_inner())].id) - set(peers.id)
    print(f"; of {len(within)} within, {len(missing)} not drawn by ours; of ours, {len(other)} not at the peer")
    if not len(within) or other or len(missing) > told - len(drawn):
        raise SystemExit(f"{name}: not the same tile: {sorted(missing)[:5]} {sorted(other)[:5]}: {mine} and {theirs}")


def _rows(answer: Any) -> dict[int, dict[str, Any]]:
    return {one["id"]: one["properties"] for one in answer.get("features", [answer])}


def _same(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, float | int) and isinstance(theirs, float | int):
        return abs(mine - theirs) < 0.01
    if isinstance(theirs, str) and not isinstance(mine, str):  # TiPG shows a document as text
        return bool(json.loads(theirs) == mine)
    return bool(mine == theirs or str(mine)[:19] == str(theirs)[:19])


def _drawn(server: Server, path: str, layer: str | None) -> geopandas.GeoDataFrame:
    """The features of a tile in its own coordinates, decoded by GDAL; ``layer``: of the first one where None."""
    content, _ = _answer(server, path)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "tile.pbf")
        file.write_bytes(content)
        layers = [str(name) for name, _ in pyogrio.list_layers(file)] if content else []
        name = layer or next(iter(layers), None)
        if name not in layers:
            return geopandas.GeoDataFrame({"id": []}, geometry=[])
        return pyogrio.read_dataframe(file, layer=name, CLIP="NO", X=0, Y=0, Z=0)


def _inner() -> shapely.Geometry:
    """The tile without its rim, as GDAL places it when it is told that it is the world's."""
    half = 20_037_508.342789244 * (1 - 2 * RIM / EXTENT)
    return shapely.box(-half, -half, half, half)


def _read(server: Server, path: str) -> Any:
    return json.loads(_answer(server, path)[0])


def _answer(server: Server, path: str) -> tuple[bytes, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=60) as answer:
        return answer.read(), answer.headers


def compare(here: Server, there: Server, kinds: Sequence[tuple[str, str, str]]) -> None:
    """One answer of each kind: its name, its address at ours and at the peer.

    Raises:
        SystemExit: they differ in what is not known to.
    """
    for name, mine, theirs in kinds:
        (compare_tiles if name.startswith("tile") else compare_lists)(here, there, name, mine, theirs)
    print()

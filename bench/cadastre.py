"""Invented cadastral parcels in the schema of Etalab's files, for benchmarks: drawn on a grid of blocks in Isère."""

from pathlib import Path

import numpy as np
import pyproj
from numpy.typing import NDArray

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ROW = (
    '{{"type":"Feature","id":"{idu}","geometry":{{"type":"Polygon","coordinates":[[{ring}]]}},"properties":{{'
    '"id":"{idu}","commune":"{insee}","prefixe":"000","section":"{section}","numero":"{numero}",'
    '"contenance":{area},"arpente":{arpente},"created":"{created}","updated":"{updated}"}}}}'
)
CELL_M = 60.0


def write(path: Path, count: int, seed: int, changed: float = 0.0) -> None:
    """Write ``count`` parcels with 4 to 25 vertices each; a share ``changed`` of them has another contenance."""
    rng = np.random.default_rng(seed)
    other = np.random.default_rng(seed + 1).random(count) < changed
    across = int(np.ceil(np.sqrt(count)))
    with path.open("w", encoding="ascii") as file:
        file.write('{"type":"FeatureCollection","features":[\n')
        for start in range(0, count, 10_000):
            size = min(10_000, count - start)
            rings, areas = _rings(rng, np.arange(start, start + size), across)
            facts = rng.integers(0, 1000, (size, 3))
            lines = [_line(start + i, rings[i], int(areas[i]), facts[i], bool(other[start + i])) for i in range(size)]
            file.write((",\n" if start else "") + ",\n".join(lines))
        file.write("\n]}\n")


def _rings(
    rng: np.random.Generator, places: NDArray[np.int64], across: int
) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
    """Star-shaped outlines (longitude, latitude), 4 to 25 vertices, one in each cell of the grid; area in m2."""
    vertices = rng.integers(4, 26, len(places))
    to_degrees = pyproj.Transformer.from_crs("EPSG:2154", "EPSG:4326", always_xy=True)
    x0, y0 = 870_000 + (places % across) * CELL_M, 6_450_000 + (places // across) * CELL_M
    angles = [np.sort(rng.random(n) + np.arange(n)) * 2 * np.pi / n for n in vertices]
    radii = [rng.uniform(14, 28, n) for n in vertices]
    x = np.concatenate([cx + r * np.cos(a) for cx, a, r in zip(x0, angles, radii, strict=True)])
    y = np.concatenate([cy + r * np.sin(a) for cy, a, r in zip(y0, angles, radii, strict=True)])
    lon, lat = to_degrees.transform(x, y)
    both = np.split(np.column_stack([lon, lat]), np.cumsum(vertices)[:-1])
    owner = np.repeat(np.arange(len(places)), vertices)
    following = np.arange(len(x)) + 1
    ends = np.cumsum(vertices)
    following[ends - 1] = ends - vertices
    area = np.bincount(owner, x * y[following] - x[following] * y) / 2
    return both, np.round(np.abs(area)).astype(np.float64)


def _line(place: int, ring: NDArray[np.float64], area: int, facts: NDArray[np.int64], other: bool) -> str:
    points = [f"[{lon:.7f},{lat:.7f}]" for lon, lat in ring.tolist()]
    insee, rest = f"38{1 + place // 30_000:03d}", place % 30_000
    letters = rest // 9_999
    section, number = f"A{LETTERS[letters]}", rest % 9_999 + 1
    years = [f"20{10 + int(f) % 15:02d}-{1 + int(f) % 12:02d}-15" for f in facts[:2]]
    return ROW.format(
        idu=f"{insee}000{section}{number:04d}",
        insee=insee,
        section=section,
        numero=number,
        ring=",".join([*points, points[0]]),
        area=area + 1 if other else area,
        arpente="true" if facts[2] % 2 else "false",
        created=years[0],
        updated=years[1],
    )

"""The compiled kernel against plain geometry: one angle by erosion, the inner box by its two inequalities."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon

from geo import compiler
from geo.compiler import njit
from geo.fit import kernel, lay_out
from tests.fit.erosion import free_positions
from tests.fit.shapes import hard_sides, star, subdivided

PLENTY = np.array([0.0, 1e12])


def view_of(parcel: Polygon, setback: float, theta: float) -> kernel.View:
    (part,) = lay_out(parcel, setback=setback).parts
    n = len(part.edges)
    view = kernel.View(part.edges, part.solid, np.empty((n, kernel.COLUMNS)), np.empty((6, n)), PLENTY.copy())
    kernel.turn(part.edges, theta, view.bars)
    return view


def cases(count: int, seed: int) -> list[tuple[Polygon, float, float, float, float]]:
    """Parcels with a setback, an angle and sides near what fits there."""
    rng = np.random.default_rng(seed)
    parcels = list(subdivided(rng, count // 2))
    parcels += [star(list(rng.uniform(10, 40, int(rng.integers(5, 25))))) for _ in range(count - len(parcels))]
    found = []
    for k, parcel in enumerate(parcels):
        length, width = hard_sides(rng, parcel)
        setback = float(rng.uniform(0.5, 6)) if k % 2 else 0.0
        scale = float(rng.uniform(0.3, 1.0))
        found.append((parcel, setback, float(rng.uniform(0, math.pi)), scale * length, scale * width))
    return found


@pytest.mark.parametrize("count", [80, pytest.param(240, marks=pytest.mark.slow)])
def test_one_angle_agrees_with_erosion_by_shapely(count: int) -> None:
    seen = set()
    for parcel, setback, theta, length, width in cases(count, seed=20):
        view = view_of(parcel, setback, theta)
        status, x, y = kernel.place(view, length, width, 1e-4, True)
        free = free_positions(parcel, theta, length, width, setback=setback)
        seen.add((status, setback > 0))
        if status == kernel.REFUSED:
            assert free.area < 1e-4
        elif status == kernel.FREE:
            assert free.buffer(1e-3).intersects(_corner_in_frame(parcel, theta, x, y))
        else:
            assert free.area < 0.05
        if free.area > 0.05:
            assert status == kernel.FREE
    assert {(s, b) for s in (kernel.REFUSED, kernel.FREE) for b in (True, False)} <= seen


def _corner_in_frame(parcel: Polygon, theta: float, x: float, y: float) -> Polygon:
    """The reference turns about the centre of the envelope, as the ground's origin."""
    x0, y0, x1, y1 = parcel.bounds
    assert lay_out(parcel).origin == pytest.approx(((x0 + x1) / 2, (y0 + y1) / 2))
    return Polygon([(x, y), (x + 1e-6, y), (x, y + 1e-6)])


@settings(deadline=None)
@given(width=st.floats(0.01, 1000), aspect=st.floats(1, 1000), half=st.floats(1e-7, math.pi / 32), at=st.floats(0, 1))
def test_the_inner_box_stays_inside_at_every_angle_of_the_interval(
    width: float, aspect: float, half: float, at: float
) -> None:
    length = width * aspect
    l, w = kernel.inner(length, width, half)  # noqa: E741
    for t in (0.0, at * half, half, min(half, math.atan2(w, l))):
        assert l * math.cos(t) + w * math.sin(t) <= length * (1 + 1e-12)
        assert l * math.sin(t) + w * math.cos(t) <= width * (1 + 1e-12)
    assert l > 0
    assert w > 0


def test_the_inner_box_of_a_slender_building_is_not_longer_than_it() -> None:
    """The corner formula alone gives 100.4 m for 100 x 20 m turned by 0.15 rad: a wrong proof."""
    c, s = math.cos(0.15), math.sin(0.15)
    assert (100 * c - 20 * s) / math.cos(0.3) > 100.3
    assert kernel.inner(100.0, 20.0, 0.15)[0] <= 100.0


def test_first_directions_are_those_of_the_longest_edges_and_across() -> None:
    (part,) = lay_out(Polygon([(0, 0), (90, 30), (60, 120), (-60, 80)])).parts
    first = kernel.directions(part.edges)
    longest, second = math.atan2(40, 120), math.atan2(80, -60)
    across = math.pi / 2
    assert first.tolist() == pytest.approx([longest, longest + across, second, second - across])
    # the other two edges have the first two directions


def test_directions_that_differ_are_all_tried() -> None:
    (part,) = lay_out(star([50.0] * 7)).parts
    assert len(kernel.directions(part.edges)) == 14
    (part,) = lay_out(star([50.0] * 41)).parts
    assert len(kernel.directions(part.edges)) == 2 * kernel.DIRECTIONS


def test_a_spent_meter_stops_the_search_without_refusing() -> None:
    view = view_of(star([30.0, 12.0] * 12), 0.0, 0.3)
    view.meter[1] = 1.0
    assert kernel.place(view, 25.0, 20.0, 1e-4, True)[0] == kernel.OPEN


def test_a_function_without_a_file_is_compiled_without_a_cache() -> None:
    """As where neither the package nor the user's cache folder can be written."""
    room: dict[str, object] = {}
    exec("def doubled(x):\n    return 2 * x", room)
    doubled = njit(cast(Callable[[int], int], room["doubled"]))
    assert doubled(21) == 42


def test_code_kept_on_disk_is_stamped_with_all_the_sources_it_calls() -> None:
    """What numba keeps of `branch` calls into three other files: a change of any of them must make it anew."""
    for file in ("bars", "directions", "one_angle"):
        assert ROOM / f"{file}.py" in set(_sources(ROOM / "branch.py"))
    assert ROOM / "branch.py" not in set(_sources(ROOM / "bars.py"))
    kept: Any = kernel.branch
    assert kept._cache._cache_file._source_stamp == compiler._stamp(ROOM / "branch.py")


ROOM = Path(kernel.__file__).parent


def _sources(file: Path) -> Iterator[Path]:
    yield from compiler._imported(file.read_text(encoding="utf-8"), file)

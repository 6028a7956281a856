"""Assemblies of small graphs against every subset tried one by one; the bounds that make a search incomplete."""

from math import inf

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from geo.fit import decide
from geo.fit.adjacency import neighbours
from geo.fit.assembly import Ask, assemble
from geo.fit.union import join
from geo.fit.units import Parcels, Units, units_of
from tests.fit.every_subset import aims_of, brute, random_case
from tests.fit.shapes import tessellated


@pytest.mark.parametrize("block", range(4))
def test_the_best_sets_are_those_of_every_subset_tried(block: int) -> None:
    told = 0
    for seed in range(40 * block, 40 * (block + 1)):
        units, ask, most, holds = random_case(seed)
        found = assemble(units, ask, holds, most_units=most)
        assert aims_of(found) == brute(units, ask, most, holds), seed
        assert found.complete
        told += len(found.assemblies)
    assert told > 20


def on_land(seed: int, count: int) -> tuple[NDArray[np.object_], Units]:
    rng = np.random.default_rng(seed)
    shapes = np.array(list(tessellated(rng, count, size=260.0, largest=6_000.0)), dtype=object)
    area = shapely.area(shapes)
    ready = rng.integers(0, 900, count).astype(np.float64)
    owners = [str(rng.integers(4)) if rng.random() < 0.4 else None for _ in range(count)]
    parcels = Parcels(shapes, area, owners, ready, area * rng.uniform(5, 60, count))
    return shapes, units_of(parcels, neighbours(shapes))


@pytest.mark.parametrize("seed", range(4))
def test_with_a_footprint_on_real_shapes(seed: int) -> None:
    """The hull's test drops nothing that fits, and sets grow on where the surface is there and the room is not."""
    shapes, units = on_land(seed, 14)
    length, width = (85.0, 60.0)

    def holds(parcels: tuple[int, ...]) -> bool:
        joined = join([shapes[place] for place in parcels])
        return joined is not None and decide(joined.land, length, width, setback=4.0).verdict == "fits"

    found = assemble(units, Ask(5_200.0, inf, (length, width), 4.0), holds)
    assert found.complete
    assert aims_of(found) == brute(units, Ask(5_200.0), 4, holds)
    assert found.assemblies
    assert found.tested > len(found.assemblies), "some sets had the surface and not the room"


def test_land_of_one_owner_is_one_unit_and_unknown_owners_stay_apart() -> None:
    shapes = [shapely.box(100 * k, 0, 100 * k + 100, 100) for k in range(5)]
    owners = ["552100554", "552100554", None, None, "552100554"]
    parcels = Parcels(shapes, np.full(5, 1e4), owners, np.arange(5.0), np.full(5, 2.0))
    units = units_of(parcels, neighbours(shapes))
    assert units.parts == ((0, 1), (2,), (3,), (4,))
    assert units.owner[0] == units.owner[3]
    assert len(set(units.owner.tolist())) == 3
    (best, *others) = assemble(units, Ask(45_000.0)).assemblies
    assert others == []
    assert (best.parcels, best.owners, best.ready, best.price, best.surplus_m2) == (
        (0, 1, 2, 3, 4),
        3,
        4.0,
        10.0,
        5_000.0,
    )


def test_a_search_that_is_cut_short_says_how_far_it_came() -> None:
    _, units = on_land(3, 60)
    ask = Ask(16_000.0)
    whole = assemble(units, ask, most_units=5)
    assert whole.complete
    assert (whole.complete_to, whole.gone_through) == (5, 1.0)
    short = assemble(units, ask, most_units=5, most_sets=whole.looked_at // 4)
    assert not short.complete
    assert short.complete_to < 5
    assert 0 < short.gone_through < 1
    few = assemble(units, Ask(9_000.0), lambda _: False, most_tests=10)
    assert (few.complete, few.tested, few.assemblies) == (False, 10, ())


def test_nothing_is_found_on_no_land() -> None:
    nothing = Parcels([], np.empty(0), [], np.empty(0), np.empty(0))
    found = assemble(units_of(nothing, neighbours([])), Ask(1.0))
    assert (found.assemblies, found.complete) == ((), True)

"""What a profile proves is never against the decision, whatever the land; little of it is left open."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon
from shapely.affinity import translate

from geo.fit import UnusableShape, Verdict, decide_on, lay_out
from geo.fit.checks import Shape
from geo.fit.profile import LADDER, MOST_RUNGS, VERSION, Profile, Told
from geo.fit.profile_build import measure
from tests.breadth import tried
from tests.fit.shapes import comb, ell, hard_sides, less, pair, planted, star, subdivided

SEEDS = st.integers(0, 2**32 - 1)


def against(told: Told, verdict: Verdict) -> bool:
    """Whether the two contradict each other."""
    return (told is Told.YES and verdict is Verdict.NO) or (told is Told.NO and verdict is Verdict.FITS)


def kept(parcel: Shape, buildable: Shape | None = None) -> Profile:
    """The profile as it is read back."""
    stored = measure(parcel, buildable).to_bytes()
    assert len(stored) <= 400
    profile = Profile.from_bytes(stored)
    assert profile is not None
    return profile


def asked(rng: np.random.Generator, parcel: Shape) -> list[tuple[float, float, float]]:
    """Sides and setback of buildings that are hard to decide on the parcel."""
    flat = parcel if isinstance(parcel, Polygon) else max(parcel.geoms, key=lambda part: part.area)
    found = [(*hard_sides(rng, flat), 0.0)]
    for setback in (float(rng.uniform(0.5, 3)), 5.0, 10.0):
        length, width = hard_sides(rng, flat)
        found.append((max(length - 2 * setback, 1.0), max(width - 2 * setback, 1.0), setback))
        found.append((length, width, setback))
    return found


@settings(max_examples=tried(40), deadline=None)
@given(SEEDS)
def test_no_answer_is_against_the_decision_on_land_with_holes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    (parcel,) = subdivided(rng, 1)
    profile = kept(parcel)
    for length, width, setback in asked(rng, parcel):
        told = profile.tell(length, width, setback)
        found = decide_on(lay_out(parcel, setback=setback), width, length)
        assert not against(told, found.verdict), (length, width, setback)


@settings(max_examples=tried(25), deadline=None)
@given(SEEDS)
def test_no_answer_is_against_the_decision_where_less_is_buildable(seed: int) -> None:
    rng = np.random.default_rng(seed)
    (parcel,) = subdivided(rng, 1)
    strip = translate(parcel, *rng.normal(0, 0.4 * math.sqrt(parcel.area), 2))
    buildable = less(parcel, strip) if rng.random() < 0.5 else less(parcel, strip.centroid.buffer(6, quad_segs=16))
    profile = kept(parcel, buildable)
    for length, width, setback in asked(rng, parcel):
        told = profile.tell(length, width, setback)
        found = decide_on(lay_out(parcel, buildable, setback), length, width)
        assert not against(told, found.verdict), (length, width, setback)


@settings(max_examples=tried(25), deadline=None)
@given(SEEDS, st.floats(20, 200), st.floats(1, 5))
def test_a_planted_building_is_never_refused(seed: int, length: float, aspect: float) -> None:
    rng = np.random.default_rng(seed)
    profile = kept(planted(rng, length, length / aspect))
    assert profile.tell(length - 0.004, length / aspect - 0.004) is not Told.NO


@pytest.mark.parametrize(
    "parcel",
    [
        ell(120, 80, 30, 17.0),
        comb(5),
        star([40, 80] * 9),
        pair(star([30.0] * 12), star([50.0] * 7, (842_600, 6_520_000))),
    ],
)
def test_no_answer_is_against_the_decision_on_odd_land(parcel: Shape) -> None:
    profile, ground = kept(parcel), lay_out(parcel)
    long = float(np.hypot(*np.ptp(shapely.get_coordinates(parcel), axis=0)))
    told = []
    for length in np.geomspace(6, long, 12):
        for width in np.geomspace(5, length, 8):
            told.append(profile.tell(length, width))
            assert not against(told[-1], decide_on(ground, length, width).verdict), (length, width)
    assert told.count(Told.OPEN) <= 8
    assert {Told.YES, Told.NO} <= set(told)


def test_little_is_open_on_hard_needs() -> None:
    rng = np.random.default_rng(3)
    told: dict[str, list[Told]] = {"none": [], "taken": [], "added": []}
    for parcel in subdivided(rng, 150):
        profile, (length, width) = kept(parcel), hard_sides(rng, parcel)
        told["none"].append(profile.tell(length, width))
        told["taken"].append(profile.tell(max(length - 10, 2), max(width - 10, 2), 5.0))
        told["added"].append(profile.tell(length, width, 5.0))
    shares = {key: answers.count(Told.OPEN) / len(answers) for key, answers in told.items()}
    assert shares["none"] <= 0.05
    assert max(shares["taken"], shares["added"]) <= 0.15


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(-400_000, 400_000), st.integers(-400_000, 400_000))
def test_land_moved_on_the_map_has_the_same_bytes(seed: int, east: int, north: int) -> None:
    (parcel,) = subdivided(np.random.default_rng(seed), 1)
    parcel = shapely.set_precision(parcel, 0.01)
    buildable = shapely.set_precision(less(parcel, parcel.centroid.buffer(5)), 0.01)
    here = measure(parcel, buildable).to_bytes()
    moved = (translate(shape, east / 100, north / 100) for shape in (parcel, buildable))
    assert measure(*moved).to_bytes() == here


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.integers(1, 8))
def test_land_drawn_from_another_corner_has_the_same_bytes(seed: int, start: int) -> None:
    (parcel,) = subdivided(np.random.default_rng(seed), 1)
    shell = np.roll(shapely.get_coordinates(parcel.exterior)[:-1], start, axis=0)
    holes = [shapely.get_coordinates(ring)[::-1] for ring in parcel.interiors]
    assert measure(Polygon(shell[::-1], holes[::-1])).to_bytes() == measure(parcel).to_bytes()


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_a_smaller_building_is_never_told_worse(seed: int) -> None:
    rng = np.random.default_rng(seed)
    (parcel,) = subdivided(rng, 1)
    profile = kept(parcel)
    rank = {Told.NO: 0, Told.OPEN: 1, Told.YES: 2}
    long = math.sqrt(parcel.area)
    grid = np.geomspace(0.2 * long, 2 * long, 24)
    for setback in (0.0, 4.0):
        told = np.array([[rank[profile.tell(length, width, setback)] for width in grid] for length in grid])
        assert (np.diff(told, axis=0) <= 0).all()
        assert (np.diff(told, axis=1) <= 0).all()
        assert (told == told.T).all(), "the sides are asked in either order"


@pytest.mark.parametrize("rung", range(20, 110, 6))
@pytest.mark.parametrize("above", [1.004, 1.012, 1.02])
def test_a_square_between_two_rungs_is_not_refused(rung: int, above: float) -> None:
    """A width is not capped at the length of its rung: carried to longer ones, that cap refused what fits."""
    side = float(LADDER[rung]) * above
    profile = kept(shapely.box(0, 0, side, side * 1.3))
    for wide in (side - 0.01, 0.995 * side):
        assert not profile.buildable.refuses(side - 0.01, wide)
        assert not profile.buildable.refuses(side * 1.25, wide)
    assert profile.tell(side * 1.2, side - 0.01) is not Told.NO
    assert profile.tell(side * 0.99, side * 0.96) is Told.YES
    assert profile.tell(side * 1.3, side * 1.03) is Told.NO


def test_a_setback_is_measured_from_the_parcel_and_not_from_a_constraint() -> None:
    """100 x 100 m of which a constraint leaves 60 x 100, setback 10: 50 x 80 are left."""
    profile = kept(shapely.box(0, 0, 100, 100), shapely.box(0, 0, 60, 100))
    assert profile.tell(80, 49, 10) is not Told.NO
    assert profile.tell(80, 62, 10) is Told.NO
    assert profile.tell(85, 30, 10) is Told.NO
    assert profile.tell(78, 39, 10) is Told.YES


def test_nothing_fits_where_nothing_is_buildable() -> None:
    profile = kept(shapely.box(0, 0, 100, 100), Polygon())
    assert profile.tell(10, 10) is Told.NO


def test_long_thin_land_and_land_of_many_corners_stay_within_the_bytes() -> None:
    strip = ell(2_400, 1_200, 9, 30.0)
    profile = kept(strip)
    assert profile.tell(2_000, 8) is Told.YES
    assert profile.tell(2_390, 9.5) is Told.NO
    rough = star((60 + 15 * np.sin(np.arange(900) * 0.3) + np.random.default_rng(1).uniform(-2, 2, 900)).tolist())
    profile = kept(rough)
    assert profile.tell(40, 40) is Told.YES
    assert profile.tell(150, 60) is Told.NO


def test_bytes_of_another_version_are_not_read() -> None:
    stored = measure(shapely.box(0, 0, 50, 40)).to_bytes()
    assert Profile.from_bytes(bytes([VERSION + 1]) + stored[1:]) is None
    assert Profile.from_bytes(b"") is None
    assert 3 + 5 * MOST_RUNGS <= 400


def test_what_is_stored_never_says_more_than_what_was_proved() -> None:
    (parcel,) = subdivided(np.random.default_rng(5), 1)
    measured, stored = measure(parcel).buildable, kept(parcel).buildable
    assert (stored.lower <= measured.lower).all()
    assert (stored.upper >= measured.upper).all()
    assert (stored.lower >= 0.9995 * measured.lower)[measured.lower > 2].all()


@pytest.mark.parametrize("shape", [Polygon(), Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), MultiPolygon()])
def test_unusable_land_is_refused(shape: Shape) -> None:
    with pytest.raises(UnusableShape):
        measure(shape)


@pytest.mark.parametrize(("length", "width", "setback"), [(0, 5, 0), (math.nan, 5, 0), (10, 5, -1), (10, math.inf, 0)])
def test_lengths_that_mean_nothing_are_refused(length: float, width: float, setback: float) -> None:
    with pytest.raises(ValueError, match="metres"):
        measure(shapely.box(0, 0, 50, 40)).tell(length, width, setback)

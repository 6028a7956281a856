"""What many stored profiles tell at once is what each tells."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.fit.profile import LADDER, Curve, Profile, Told
from geo.fit.profile_rows import tell_rows
from tests.breadth import tried

NUMBERS = {Told.OPEN: 0, Told.YES: 1, Told.NO: 2}
WIDTHS = st.floats(6, 400)


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    """Rungs whose widths found fall and whose widths refused lie above them, or are not proved."""
    rungs = sorted(draw(st.sets(st.integers(0, 200), min_size=1, max_size=12)))
    found = sorted(draw(st.lists(WIDTHS, min_size=len(rungs), max_size=len(rungs))), reverse=True)
    lower = np.array([0.0 if draw(st.integers(0, 5)) == 0 else one for one in found])
    more = draw(st.lists(st.floats(0, 80), min_size=len(rungs), max_size=len(rungs)))
    upper = np.array([np.inf if one > 70 else wide + one for wide, one in zip(found, more, strict=True)])
    return Curve(LADDER[rungs], lower, upper)


@st.composite
def profiles(draw: st.DrawFn) -> bytes:
    own = draw(curves())
    whole = Profile(own, draw(st.just(own) | curves()), draw(st.none() | curves()))
    stored = whole.to_bytes()
    return stored if draw(st.integers(0, 8)) else bytes([99]) + stored[1:]


@settings(deadline=None, max_examples=tried(150))
@given(
    st.lists(st.tuples(profiles(), st.floats(0.999, 1.002)), min_size=1, max_size=6),
    st.tuples(st.floats(5, 400), st.floats(5, 400), st.sampled_from([0.0, 4.99, 5.0, 10.0, 25.0])),
)
def test_rows_tell_what_each_profile_tells(kept: list[tuple[bytes, float]], asked: tuple[float, float, float]) -> None:
    long, wide, setback = asked
    stored = np.frombuffer(b"".join(one for one, _ in kept), np.uint8)
    sizes = np.array([len(one) for one, _ in kept])
    out = np.empty(len(kept), np.int8)
    tell_rows(stored, np.cumsum(sizes) - sizes, np.array([k for _, k in kept]), asked, out)
    expected = []
    for one, k in kept:
        profile = Profile.from_bytes(one)
        expected.append(Told.OPEN if profile is None else profile.tell(long * k, wide * k, setback * k))
    assert out.tolist() == [NUMBERS[one] for one in expected]

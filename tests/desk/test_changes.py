"""What changed between two looks."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from geo.desk.changes import CHANGED, GONE, NEW, Change, changes, net

FACTS = st.fixed_dictionaries({"market": st.sampled_from(["for_sale", "sold"]), "power_mw": st.none() | st.just(5)})
LOOKS = st.dictionaries(st.integers(1, 6), FACTS)


def test_land_that_came_left_and_changed() -> None:
    seen = {1: {"market": "optioned", "name": "a"}, 2: {"market": "for_sale"}, 3: {"market": "for_sale"}}
    found = {1: {"market": "for_sale", "name": "b"}, 4: {"market": "for_sale"}}
    assert changes(seen, found, {2}) == [
        Change(1, CHANGED, seen[1], found[1]),
        Change(2, GONE, seen[2], None),
        Change(4, NEW, None, found[4]),
    ]
    assert changes(seen, found, {2})[0].differing() == ["market"]


def test_a_fact_that_was_not_looked_at_before_is_no_change() -> None:
    assert changes({1: {"market": "for_sale"}}, {1: {"market": "for_sale", "power_mw": 5}}, set()) == []


@settings(max_examples=40)
@given(LOOKS, LOOKS, st.sets(st.integers(1, 6)))
def test_applied_to_the_first_look_the_changes_give_the_second(
    seen: dict[int, dict[str, object]], found: dict[int, dict[str, object]], visible: set[int]
) -> None:
    told = changes(seen, found, visible)
    now = dict(seen)
    for one in told:
        if one.kind == GONE:
            del now[one.parcel]
        else:
            assert one.after is not None
            now[one.parcel] = dict(one.after)
    hidden = seen.keys() - found.keys() - visible
    assert {parcel: facts for parcel, facts in now.items() if parcel not in hidden} == found
    assert not {one.parcel for one in told} & hidden
    assert changes(found, found, visible) == []


@settings(max_examples=40)
@given(st.lists(LOOKS, min_size=2, max_size=5))
def test_several_looks_come_to_what_one_would_have_seen(looks: list[dict[int, dict[str, object]]]) -> None:
    every = {parcel for one in looks for parcel in one}
    told = [one for before, after in pairwise(looks) for one in changes(before, after, every)]
    come_to = {(one.parcel, one.kind, *one.differing()) for one in net(told)}
    once = {(one.parcel, one.kind, *one.differing()) for one in changes(looks[0], looks[-1], every)}
    assert come_to == once

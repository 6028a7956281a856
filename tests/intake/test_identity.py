import random

from hypothesis import given
from hypothesis import strategies as st

from geo.intake.identity import Seen, Twice


def digest(value: int) -> bytes:
    return value.to_bytes(8, "little") * 2


def run(batches: list[list[tuple[str, int]]]) -> list[list[Twice]]:
    """Feed (key, content) pairs; rows count from 1."""
    seen, row, found = Seen(), 1, []
    for batch in batches:
        rows = list(range(row, row + len(batch)))
        row += len(batch)
        found.append(seen.add(rows, [key for key, _ in batch], [digest(value) for _, value in batch]))
    return found


def test_new_keys_say_nothing() -> None:
    assert run([[("a", 1), ("b", 1)], [("c", 1)], []]) == [[], [], []]


def test_the_same_row_again_is_identical_within_and_across_batches() -> None:
    assert run([[("a", 1), ("a", 1)], [("a", 1)]]) == [[Twice(1, 1, True)], [Twice(0, 1, True)]]


def test_a_row_that_differs_opens_a_dispute_once() -> None:
    assert run([[("a", 1)], [("a", 2)], [("a", 3), ("a", 1)]]) == [
        [],
        [Twice(0, 1, False, True)],
        [Twice(0, 1, False, False), Twice(1, 1, False, False)],
    ]


def test_a_dispute_inside_one_batch() -> None:
    assert run([[("a", 1), ("b", 1), ("a", 2), ("a", 1)]]) == [[Twice(2, 1, False, True), Twice(3, 1, False, False)]]


rows = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 2)), max_size=12)


@given(st.lists(rows, max_size=6))
def test_what_is_found_is_what_a_plain_dictionary_finds(batches: list[list[tuple[str, int]]]) -> None:
    found = run(batches)
    first: dict[str, tuple[int, int]] = {}
    disputed: set[str] = set()
    row = 0
    for batch, twice in zip(batches, found, strict=True):
        expected = []
        for place, (key, value) in enumerate(batch):
            row += 1
            if key not in first:
                first[key] = (row, value)
                continue
            same = first[key][1] == value and key not in disputed
            opens = not same and key not in disputed
            expected.append(Twice(place, first[key][0], same, opens))
            if not same:
                disputed.add(key)
        assert twice == expected


def test_many_batches_stay_few_runs() -> None:
    seen, rng = Seen(), random.Random(4)
    keys = [f"k{n}" for n in range(20_000)]
    rng.shuffle(keys)
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        assert seen.add(list(range(start, start + 500)), some, [digest(1)] * 500) == []
    assert len(seen._runs) < 12
    assert [one.identical for one in seen.add([1, 2], [keys[0], keys[-1]], [digest(1), digest(2)])] == [True, False]

"""What goes out of a need tells nothing of whose it is; what changed between two answers."""

from geo.desk.anonymous import anonymous
from geo.desk.answer_changes import compared
from geo.match.need.need import Need

SECRET = {
    "schema": "emprise/need/1",
    "name": "Ardoise",
    "preset": "hydrogen-equipment",
    "land_m2": {"min": 50_000},
    "price_max_eur_m2": 60,
    "already": {"PREP_PC": "done"},
    "limit": 3,
    "place": {"departments": ["38"], "adjacent_to": "34749951900010", "near": {"lon": 5, "lat": 45, "km": 3},
              "minutes_from": {"lon": 5, "lat": 45, "minutes": 9}},
    "wishes": {"price_max_eur_m2": {"weight": 1}, "land_m2": {"weight": 2}},
}  # fmt: skip


def test_only_chosen_fields_that_may_go_out() -> None:
    assert anonymous(SECRET) == {
        "land_m2": {"min": 50_000},
        "place": {"departments": ["38"]},
        "wishes": {"land_m2": {"weight": 2}},
    }
    assert anonymous(SECRET, ["price_max_eur_m2", "name", "limit"]) == {"price_max_eur_m2": 60}
    Need.model_validate(anonymous(SECRET))
    assert "place" not in anonymous({"place": {"adjacent_to": "1"}, "land_m2": {"min": 1}})


def test_new_lost_and_moved() -> None:
    def site(
        parcel: int, name: str, rank: int, p80: str | None = None, failing: tuple[str, ...] = ()
    ) -> dict[str, object]:
        return {"parcels": [parcel], "list": name, "rank": rank, "p80": p80, "failing": list(failing), "name": None}

    before = [
        site(1, "matches", 1, "2027-01-01"),
        site(2, "matches", 2),
        site(3, "to_check", 1),
        site(4, "near_misses", 1, failing=("power_mw",)),
        site(5, "matches", 3),
    ]
    now = [
        site(2, "matches", 1),
        site(1, "matches", 2, "2027-03-01"),
        site(3, "matches", 3),
        site(4, "matches", 4),
        site(6, "to_check", 1),
    ]
    found = compared(before, now)
    assert [(one["parcels"], list(why)) for one, why in found.new] == [([4], ["power_mw"]), ([6], [])]
    assert [one["parcels"] for one in found.lost] == [[5]]
    assert {(one.now["parcels"][0], one.by) for one in found.moved} == {
        (2, ("rank",)),
        (1, ("date", "rank")),
        (3, ("list",)),
    }
    assert compared(now, now) == compared([], [])

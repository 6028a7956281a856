"""A need that asks for a kind of network nobody knows is told so."""

from geo.match.parcel.known_kinds import unheard, unlisted
from tests.match.parcels import need


def test_a_kind_that_nothing_knows_is_told_with_its_field_the_kinds_known_and_an_example() -> None:
    asked = need(
        max_km={"airport": 30, "téléport": 5}, near=[{"kind": "quai", "max_km": 5}, {"kind": "hub", "max_km": 5}]
    )
    assert unlisted(asked) == {"teleport", "hub"}
    first, second = unheard(asked, {"station_gnv"})
    assert (first.field, second.field) == ("max_km.teleport", "near[1].kind")
    assert (first.code, first.example) == ("need.kind_unknown", {"motorway_junction": 5})
    assert second.example == "motorway_junction"
    assert first.detail["kind"] == "teleport"
    known = first.detail["known"]
    assert isinstance(known, list)
    assert {"airport", "quay", "substation", "station_gnv"} <= set(known)


def test_a_kind_that_is_loaded_is_known() -> None:
    asked = need(max_km={"Station GNV": 5})
    assert unlisted(asked) == {"station_gnv"}
    assert unheard(asked, {"station_gnv"}) == ()
    assert unlisted(need(max_km={"quai": 5, "substation": 3})) == frozenset()

"""What is said of a lot hangs together."""

from collections import Counter

import pytest

from geo.generate.communes import COMMUNES
from geo.generate.dice import Dice
from geo.generate.facts import Properties, facts_of, fictitious_siren
from geo.generate.features import cadastral_ids
from geo.generate.placing import Place, places
from geo.generate.situations import SITUATIONS, Table, has_building, situation_of


def drawn(situation: str, count: int = 400, area_m2: float = 5_000.0) -> list[Properties]:
    dice, owners = Dice(f"facts {situation}"), dict[str, str]()
    return [facts_of(dice, situation, area_m2, owners) for _ in range(count)]


def test_a_table_follows_its_weights() -> None:
    dice, table = Dice("table"), Table({"a": 3.0, "b": 1.0, "c": 0.0})
    found = Counter(table.draw(dice) for _ in range(4_000))
    assert found["c"] == 0
    assert 0.72 < found["a"] / 4_000 < 0.78


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_is_sold_or_built_is_serviced(situation: str) -> None:
    for facts in drawn(situation, 60):
        if has_building(situation):
            assert str(facts["terr_stade_amngt"]).startswith("viabilisé")
        if facts["terr_etat_occup"] == "friche":
            assert "sol_pollution_existe" in facts


def test_no_owner_number_for_a_natural_person() -> None:
    kept = drawn("kept")
    natural = [facts for facts in kept if facts["terr_maitrise_fonc"] == "personne physique"]
    assert natural
    assert all("owner_siren" not in facts for facts in natural)
    assert any("owner_siren" in facts for facts in kept)


def test_only_land_on_offer_says_how_it_is_let_go() -> None:
    assert all("cession_type" not in facts and "terr_cle_en_main" not in facts for facts in drawn("occupied"))
    found = Counter(facts["cession_type"] for facts in drawn("vacant"))
    assert found["Location"] > 100
    assert found["Vente"] > 100
    turnkey = [facts for facts in drawn("for_sale") if facts["terr_cle_en_main"] == "oui"]
    assert turnkey
    assert all(facts["terr_stade_amngt"] == "viabilisé et aménagé" for facts in turnkey)


def test_a_third_lacks_a_price_and_half_the_power() -> None:
    found = drawn("for_sale", 3_000)
    assert 0.30 < sum("terr_m2_prix" not in facts for facts in found) / 3_000 < 0.37
    assert 0.46 < sum("power_mw" not in facts for facts in found) / 3_000 < 0.54


def test_larger_lots_have_more_power() -> None:
    small, big = (
        [float(str(facts["power_mw"])) for facts in drawn("for_sale", area_m2=area) if "power_mw" in facts]
        for area in (2_000.0, 90_000.0)
    )
    assert sum(small) / len(small) < sum(big) / len(big)


@pytest.mark.parametrize("typezone", ["AUs", "A", "N"])
def test_nothing_is_built_where_nothing_may_be(typezone: str) -> None:
    dice = Dice("plan")
    found = {situation_of(dice, typezone, "plain", 0.9) for _ in range(300)}
    assert not any(has_building(situation) for situation in found)


def test_a_sliver_is_a_leftover() -> None:
    assert situation_of(Dice("x"), "U", "sliver", 0.9) == "leftover"


def test_a_fictitious_siren_passes_luhn_and_is_nobodys() -> None:
    assert fictitious_siren(1) == "000000018"
    for number in range(0, 100_000, 137):
        digits = [int(digit) for digit in fictitious_siren(number)]
        doubled = [sum(divmod(2 * d, 10)) if k % 2 else d for k, d in enumerate(digits)]
        assert sum(doubled) % 10 == 0
        assert digits[:3] == [0, 0, 0]


def test_no_two_zones_share_a_cadastral_id() -> None:
    seen: set[str] = set()
    for place in places(1):
        ids = {cadastral_ids(place, 0, 1), cadastral_ids(place, 332, 1)}
        assert all(len(found) == 14 and found[5:8] in ("999", "998") for found in ids)
        assert seen.isdisjoint(ids)
        seen |= ids


def test_a_lot_of_several_cadastral_parcels_lists_them() -> None:
    place = Place(31, COMMUNES[0], 0, 0, False)
    assert cadastral_ids(place, 4, 2) == "01390999AB0338|01390999AB0339"

"""Presets by sector: whole, indicative, and a need may stand over one."""

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from geo.match.need.presets import preset_document, presets
from geo.match.need.reading import NeedError, read_need
from geo.match.schemas.schemas import need_schema

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "needs.md").read_text(encoding="utf-8")


def test_there_are_sixteen_sectors_each_in_both_languages() -> None:
    assert len(presets()) == 16
    for preset in presets().values():
        assert set(preset.label) == {"fr", "en"}
        assert set(preset.note) in (set(), {"fr", "en"})
        assert preset_document(preset)["indicative"] is True


@pytest.mark.parametrize("name", presets())
def test_a_preset_is_a_need_by_itself(name: str) -> None:
    need = read_need({"preset": name})
    figures = presets()[name].figures
    assert need.land_m2 is not None
    assert need.land_m2.min == figures["plot_ha"][0] * 10_000
    assert need.power_mw is not None
    assert need.power_mw.at_opening == figures["power_mw"][0]
    Draft202012Validator(need_schema()).validate({"preset": name})
    Draft202012Validator(need_schema()).validate(presets()[name].need)


@pytest.mark.parametrize("name", presets())
def test_the_figures_rise_and_the_regime_is_one_of_them(name: str) -> None:
    figures = presets()[name].figures
    for member in ("plot_ha", "building_m2", "height_m", "power_mw", "water_m3h"):
        values = figures.get(member, [])
        assert values == sorted(values), member
    assert figures["regime"] in figures["regimes"]
    length, width = figures["building_m"]
    assert length * width <= figures.get("building_m2", [1e9, 1e9])[1]
    assert length * width * figures.get("count", 1) <= figures["plot_ha"][0] * 10_000, "it may stand on the least plot"


def test_what_a_need_says_stands_over_its_preset() -> None:
    need = read_need({"preset": "hydrogen-equipment", "land_m2": "10 ha", "start_by": "2028-01-01", "height_m": None})
    assert need.land_m2 is not None
    assert (need.land_m2.min, need.preset, need.height_m) == (100_000, "hydrogen-equipment", None)
    assert need.buildings is not None, "what it does not say is the preset's"
    assert set(need.wishes) == {"price_max_eur_m2", "water_m3h"}, "a field said anew is a must"
    assert read_need({"preset": "food", "wishes": {}}).wishes == {}


def test_a_preset_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(NeedError, match=r"possible: .*battery-cells") as caught:
        read_need({"preset": "volcano", "land_m2": 5})
    assert [(one.field, one.code) for one in caught.value.problems] == [("preset", "need.preset_unknown")]


def test_the_page_lists_every_preset_with_its_figures() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", PAGE, flags=re.MULTILINE))
    for name, preset in presets().items():
        figures = preset.figures
        assert "-".join(f"{value:g}" for value in figures["plot_ha"]) in rows[name]
        assert "×".join(f"{value:g}" for value in figures["building_m"]) in rows[name]

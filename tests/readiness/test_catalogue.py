"""The catalogue shipped, and the catalogues refused."""

from datetime import date

import pytest

from geo.readiness.catalogue import BadCatalogueError, Catalogue
from geo.readiness.catalogue_file import default, read
from geo.readiness.needclass import TRIGGERS
from tests.readiness.situations import small

EVERY_ROW = {
    "LAND_OPT", "LAND_PRIV", "DPU", "DUP", "PLU_MOD", "PLU_REV", "DP_MEC", "PINM", "ZAC", "PA",
    "CASE_BY_CASE", "FLORA4", "DEP", "AE", "E_REG", "D_DEC", "PC", "APPEAL", "LITIG", "ARCH_P",
    "ARCH_D", "ARCH_F", "SOIL_DIAG", "DEPOL_0", "DEPOL_1", "DEPOL_2", "DEPOL_3", "DEMOL", "VRD",
    "EL_BT", "EL_HTA", "EL_SRC", "EL_HTB", "EL_400", "GAS", "WATER", "RAIL_EX", "RAIL_NEW",
    "CLEAR", "IOTA_D", "IOTA_A", "AGRI", "PREP_PC", "PREP_E", "PREP_A", "AID_FILE", "ZAN",
}  # fmt: skip


def terms(code: str, began: date = date(2026, 11, 22)) -> tuple[float, float, float]:
    return default().steps[code].terms_of(began).months


def test_every_procedure_is_there_and_every_trigger_exists() -> None:
    catalogue = default()
    assert catalogue.steps.keys() >= EVERY_ROW
    for step in catalogue.side("project"):
        assert step.trigger in TRIGGERS, step.code
    owner = {step.trigger for step in catalogue.side("owner")}
    assert all(trigger == "manual" or trigger.startswith("land.") for trigger in owner)
    assert len(catalogue.side("owner")) + len(catalogue.side("project")) == len(catalogue.steps)


def test_figures_of_the_sources() -> None:
    assert terms("AE") == (5, 10, 18)
    assert terms("PLU_REV") == (18, 30, 48)
    assert terms("FLORA4") == (12, 12, 15)
    assert terms("EL_HTB") == (30, 48, 84)
    assert default().steps["FLORA4"].expires == 36
    cost = default().steps["DEPOL_2"].cost
    assert cost is not None
    assert (cost.typical, cost.unit, cost.payer) == (66, "eur_m2", "owner")


def test_the_law_is_that_of_the_day_a_procedure_began() -> None:
    assert terms("PLU_MOD", date(2026, 5, 25)) == (2, 9, 14)
    assert terms("PLU_MOD", date(2026, 5, 26)) == (5, 9, 14)
    assert terms("AE", date(2024, 10, 21)) == (9, 17, 30)
    assert terms("AE", date(2024, 10, 22)) == (5, 10, 18)
    assert terms("APPEAL", date(2025, 11, 27)) == (2, 3, 6)
    assert terms("APPEAL", date(2025, 11, 28)) == (2, 3, 4)
    with pytest.raises(KeyError, match="ZAN has no duration"):
        terms("ZAN")


def test_precedence_of_the_sources() -> None:
    def before(code: str, catalogue: Catalogue) -> set[str]:
        direct = set(catalogue.steps[code].needs)
        return direct.union(*(before(one, catalogue) for one in direct))

    catalogue = default()
    assert {"PLU_MOD", "PLU_REV", "PA", "ZAC", "PREP_PC"} <= before("PC", catalogue)
    assert {"PA", "APPEAL_PA", "ARCH_F", "DEPOL_2", "DEMOL", "SOIL_DIAG", "FLORA4"} <= before("VRD", catalogue)
    assert {"SOIL_DIAG", "DEPOL_2", "ARCH_P"} <= before("ARCH_D", catalogue)
    assert {"FLORA4", "PREP_A"} <= before("AE", catalogue)
    assert {"LAND_OPT", "LAND_PRIV"} <= before("EL_HTB", catalogue)
    assert "AE" not in before("PC", catalogue)
    assert "VRD" not in before("PC", catalogue)
    places = list(catalogue.steps)
    assert all(places.index(need) < places.index(code) for code, step in catalogue.steps.items() for need in step.needs)


def test_gates() -> None:
    catalogue = default()
    assert {"LAND_OPT", "VRD", "PC", "AE", "ARCH_F"} <= set(catalogue.gating("start"))
    assert set(catalogue.gating("start_cleared")) == {*catalogue.gating("start"), "APPEAL", "APPEAL_PA", "LITIG"}
    assert {"WATER", "EL_HTB"} <= set(catalogue.gating("power")) <= set(catalogue.gating("production"))
    assert "BUILD" in catalogue.gating("production")


def test_a_version_changes_with_any_figure() -> None:
    assert small(A="1 2 3").version != small(A="1 2 4").version
    assert small(A="1 2 3").version == small(A="1 2 3").version


def test_a_cycle_is_refused_with_its_path() -> None:
    with pytest.raises(BadCatalogueError, match="A -> C -> B -> A"):
        small(A="1 2 3 needs=C", B="1 2 3 needs=A", C="1 2 3 needs=B")
    with pytest.raises(BadCatalogueError, match="A -> A"):
        small(A="1 2 3 needs=A")


EDITIONS = """
[[step]]
code = "A"
label = { fr = "a", en = "a" }
side = "owner"
trigger = "manual"
source = "s"
confidence = "E"
[[step.edition]]
until = 2026-05-25
months = [1, 2, 3]
source = "s"
confidence = "E"
[[step.edition]]
from = 2026-05-26
months = [2, 3, 4]
source = "s"
confidence = "E"
"""


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (("2026-05-26", "2026-05-25"), "ends 2026-05-25, the next begins 2026-05-25"),
        (("2026-05-26", "2026-05-27"), "ends 2026-05-25, the next begins 2026-05-27"),
        (("until = 2026-05-25", "from = 2020-01-01"), "open at both ends"),
        (("until = 2026-05-25", "until = 2026-05-25T10:00:00"), "from and until are days"),
        (("until = 2026-05-25", "until = 2026-05-25\nwhy = 1"), "an edition has only"),
        (("months = [1, 2, 3]\n", ""), "an edition lacks months"),
        (("[[step.edition]]", "months = [1, 2, 3]\n[[step.edition]]"), "months or editions"),
    ],
)
def test_editions_follow_one_another(changed: tuple[str, str], says: str) -> None:
    assert read(EDITIONS).steps["A"].terms_of(date(2026, 5, 26)).months == (2, 3, 4)
    with pytest.raises(BadCatalogueError, match=says):
        read(EDITIONS.replace(*changed, 1))


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("3 2 1", "months must rise"),
        ("-1 2 3", "not a number from 0 up"),
        ("1 nan 3", "not a number from 0 up"),
        ("1 2", r"months are \[min, typical, max\]"),
        ("1 2 3 needs=GONE", "needs GONE, which the catalogue does not have"),
        ("1 2 3 side=state", "side is owner or project"),
        ("1 2 3 gates=end", "gates are among"),
        ('1 2 3 | after = "power"', "after can only be"),
        ('1 2 3 | after = "start"', "comes after the start it gates"),
        ("1 2 3 | expires = 1.5", "expires is whole months"),
        ("1 2 3 | expires = 0", "expires is whole months"),
        ("1 2 3 | speed = 1", "unknown fields speed"),
        ('1 2 3 | outcome_of = { step = "GONE", probability = 0.5 }', "needs GONE"),
        ('1 2 3 | outcome_of = { step = "A", probability = 1.5 }', "probability"),
        ('1 2 3 | cost = { typ = 1, unit = "usd", payer = "owner" }', "cost unit"),
        ('1 2 3 | cost = { typ = 1, unit = "eur", payer = "state" }', "cost payer"),
        ('1 2 3 | cost = { min = 2, typ = 1, unit = "eur", payer = "owner" }', "cost must rise"),
        ("1 2 3 | per_unit = -1", "not a number from 0 up"),
    ],
)
def test_a_bad_step_is_refused_by_name(step: str, says: str) -> None:
    with pytest.raises(BadCatalogueError, match=says) as refusal:
        small(A=step)
    assert str(refusal.value).startswith("A")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[step]", "not TOML"),
        ("[other]", "list of"),
        ('[[step]]\ncode = "A"', "A: lacks confidence, label, side, source, trigger"),
        ("[[step]]\nside = 1", "a step without code: lacks"),
        (EDITIONS + EDITIONS, "written twice"),
        (EDITIONS.replace(', en = "a"', ""), "label needs"),
        (EDITIONS.replace('source = "s"\nconfidence = "E"', 'source = "s"\nconfidence = "Z"', 1), "confidence is"),
    ],
)
def test_a_bad_file_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadCatalogueError, match=says):
        read(text)


def test_more_steps_than_chains_can_be_told_apart_are_refused() -> None:
    with pytest.raises(BadCatalogueError, match="64 steps, 63 at most"):
        small(**{f"S{number}": "1 2 3" for number in range(64)})

"""The catalogue shipped, and the catalogues refused."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.readiness.catalogue import BadCatalogueError, Catalogue, Complaint
from geo.readiness.catalogue_file import default, in_use, read, read_edited, shipped_text, use
from geo.readiness.compute import compute
from geo.readiness.status import BLOCKED, TO_DO, StepStatus
from tests.breadth import tried
from tests.readiness.situations import TODAY, only, small

EVERY_ROW = {
    "LAND_OPT", "LAND_PRIV", "DPU", "DUP", "PLU_MOD", "PLU_REV", "DP_MEC", "PINM", "ZAC", "PA",
    "CASE_BY_CASE", "FLORA4", "DEP", "AE", "E_REG", "D_DEC", "PC", "APPEAL", "LITIG", "ARCH_P",
    "ARCH_D", "ARCH_F", "SOIL_DIAG", "DEPOL_0", "DEPOL_1", "DEPOL_2", "DEPOL_3", "DEMOL", "VRD",
    "EL_BT", "EL_HTA", "EL_SRC", "EL_HTB", "EL_400", "GAS", "WATER", "RAIL_EX", "RAIL_NEW",
    "CLEAR", "IOTA_D", "IOTA_A", "AGRI", "PREP_PC", "PREP_E", "PREP_A", "AID_FILE", "ZAN",
}  # fmt: skip


def terms(code: str, began: date = date(2026, 11, 22)) -> tuple[float, float, float]:
    return default().steps[code].terms_of(began).months


ADDED = {"IOTA_OP_D", "IOTA_OP_A", "APPEAL_PA", "ACCESS", "CASE_PROJECT", "EL_OFFER", "BUILD"}
"""Beyond the rows of the reference: docs/decisions/readiness-catalogue.md."""


def complaints(text: str) -> tuple[Complaint, ...]:
    with pytest.raises(BadCatalogueError) as refusal:
        read_edited(text)
    return refusal.value.complaints


def test_every_procedure_is_there() -> None:
    assert default().steps.keys() == EVERY_ROW | ADDED
    for step in default().steps.values():
        assert step.label["fr"] != step.label["en"]
        assert step.terms or step.code == "ZAN", step.code


def test_amounts_say_where_they_come_from() -> None:
    costs = {code: step.cost for code, step in default().steps.items() if step.cost}
    assert {"DEMOL", "DEPOL_1", "DEPOL_2", "DEPOL_3", "VRD", "FLORA4", "PREP_A", "EL_HTA"} <= costs.keys()
    for code, cost in costs.items():
        assert "Bénéfriches" in cost.source or cost.confidence == "E" or not cost.typical, code
        assert cost.payer == default().steps[code].side, code


def test_figures_of_the_sources() -> None:
    assert terms("AE") == (5, 10, 18)
    assert terms("PLU_REV") == (18, 30, 48)
    assert terms("FLORA4") == (12, 12, 15)
    assert terms("EL_HTB") == (30, 48, 84)
    assert default().steps["FLORA4"].expires == 36
    cost = default().steps["DEPOL_2"].cost
    assert cost is not None
    assert (cost.typical, cost.unit, cost.payer) == (66, "eur_m2", "owner")
    built = default().steps["DEMOL"].cost
    assert built is not None
    assert (built.typical, built.unit) == (150, "eur_m2_built")


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
    assert "CLEAR" in before("ARCH_D", catalogue)
    assert {"FLORA4", "PREP_A"} <= before("AE", catalogue)
    assert before("EL_HTA", catalogue) == {"EL_OFFER"}
    assert before("PLU_REV", catalogue) == {"ZAN"}
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


def test_a_spent_land_take_budget_stops_what_waits_for_the_plan() -> None:
    spent = {**only(PLU_REV=TO_DO), "ZAN": StepStatus(BLOCKED)}
    assert compute(default(), spent, None, TODAY).start.on(0.5) is None
    assert compute(default(), only(PLU_REV=TO_DO), None, TODAY).start.on(0.5) is not None


def test_a_cycle_is_refused_with_its_path() -> None:
    for text, path in (
        ({"A": "1 2 3 needs=C", "B": "1 2 3 needs=A", "C": "1 2 3 needs=B"}, "A -> C -> B -> A"),
        ({"A": "1 2 3 needs=A"}, "A -> A"),
    ):
        with pytest.raises(BadCatalogueError) as refusal:
            small(**text)
        (one,) = refusal.value.complaints
        assert (one.code, one.params) == ("cycle", {"path": path})


def test_a_missing_predecessor_is_refused_by_name() -> None:
    with pytest.raises(BadCatalogueError) as refusal:
        small(A="1 2 3", B="1 2 3 needs=A,GONE,LOST")
    (one,) = refusal.value.complaints
    assert (one.step, one.code, one.params, one.line) == ("B", "no_such_step", {"missing": "GONE, LOST"}, 12)


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


def the_complaint(text: str) -> Complaint:
    with pytest.raises(BadCatalogueError) as refusal:
        read(text)
    (one,) = refusal.value.complaints
    return one


@pytest.mark.parametrize(
    ("changed", "code", "params"),
    [
        (("2026-05-26", "2026-05-25"), "editions_follow", {"until": "2026-05-25", "begin": "2026-05-25"}),
        (("2026-05-26", "2026-05-27"), "editions_follow", {"until": "2026-05-25", "begin": "2026-05-27"}),
        (("until = 2026-05-25", "from = 2020-01-01"), "editions_open", {}),
        (("until = 2026-05-25", "until = 2026-05-25T10:00:00"), "edition_days", {}),
        (("until = 2026-05-25", "until = 2026-05-25\nwhy = 1"), "edition_fields", {}),
        (("months = [1, 2, 3]\n", ""), "edition_fields", {}),
        (("[[step.edition]]", "months = [1, 2, 3]\n[[step.edition]]"), "months_or_editions", {}),
    ],
)
def test_editions_follow_one_another(changed: tuple[str, str], code: str, params: dict[str, object]) -> None:
    assert read(EDITIONS).steps["A"].terms_of(date(2026, 5, 26)).months == (2, 3, 4)
    one = the_complaint(EDITIONS.replace(*changed, 1))
    assert (one.code, one.params) == (code, params)


SIZE = '{{ floor_m2 = {}, months = [{}], source = "s", confidence = "E" }}'


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("3 2 1", "months_rise"),
        ("2 1 3", "months_rise"),
        ("1 4 3", "months_rise"),
        ("-1 2 3", "not_a_number"),
        ("1 nan 3", "not_a_number"),
        ("1 2", "three_months"),
        ("1 2 3 needs=GONE", "no_such_step"),
        ("1 2 3 side=state", "not_listed"),
        ("1 2 3 gates=end", "not_listed"),
        ('1 2 3 | after = "power"', "after"),
        ('1 2 3 | after = "start"', "after_its_own_gate"),
        ("1 2 3 | expires = 1.5", "whole_months"),
        ("1 2 3 | expires = 0", "whole_months"),
        ("1 2 3 | attest = true", "whole_months"),
        ("1 2 3 | speed = 1", "unknown_fields"),
        ('1 2 3 | outcome_of = { step = "GONE", probability = 0.5 }', "no_such_step"),
        ('1 2 3 | outcome_of = { step = "A", probability = 1.5 }', "probability"),
        ('1 2 3 | outcome_of = "A"', "outcome_of"),
        ('1 2 3 | cost = { typ = 1, unit = "usd", payer = "owner", source = "s", confidence = "E" }', "not_listed"),
        ('1 2 3 | cost = { typ = 1, unit = "eur", payer = "state", source = "s", confidence = "E" }', "not_listed"),
        ('1 2 3 | cost = { typ = 1, unit = "eur", payer = "owner" }', "cost_fields"),
        ('1 2 3 | cost = { unit = "eur", payer = "owner", source = "s", confidence = "E" }', "cost_rise"),
        (
            '1 2 3 | cost = { min = 2, typ = 1, unit = "eur", payer = "owner", source = "s", confidence = "E" }',
            "cost_rise",
        ),
        ("1 2 3 | per_unit = -1", "not_a_number"),
        ("1 2 3 | size = [1]", "size_fields"),
        (f"1 2 3 | size = [{SIZE.format(0, '1, 2, 3')[:-1]}, months_too = 1 }}]", "size_fields"),
        (f"1 2 3 | size = [{SIZE.format(0, '3, 2, 1')}]", "months_rise"),
        (f"1 2 3 | size = [{SIZE.format(-1, '1, 2, 3')}]", "not_a_number"),
        (f"1 2 3 | size = [{SIZE.format(9, '1, 2, 3')}, {SIZE.format(9, '1, 2, 3')}]", "sizes_rise"),
        (f"1 2 3 | size = [{SIZE.format(0, '2, 3, 4')}, {SIZE.format(9, '1, 3, 4')}]", "sizes_rise"),
        (f"1 2 3 | per_unit = 1\nsize = [{SIZE.format(0, '1, 2, 3')}]", "size_beside_months"),
    ],
)
def test_a_bad_step_is_refused_by_name(step: str, code: str) -> None:
    with pytest.raises(BadCatalogueError) as refusal:
        small(A=step)
    (one,) = refusal.value.complaints
    assert (one.step, one.code, one.line) == ("A", code, 1)


@pytest.mark.parametrize(
    ("text", "step", "code", "line"),
    [
        ("\n[[step]", "", "not_toml", 2),
        ("[other]", "", "not_a_list_of_steps", 1),
        ("step = 1", "", "not_a_list_of_steps", 1),
        ("step = [1]", "1", "not_a_list_of_steps", None),
        ('[[step]]\ncode = "A"', "A", "lacks", 1),
        ("\n\n[[step]]\nside = 1", "1", "lacks", 3),
        (EDITIONS + EDITIONS, "A", "written_twice", 20),
        (EDITIONS.replace(', en = "a"', ""), "A", "label", 2),
        (EDITIONS.replace('source = "s"', 'source = " "', 1), "A", "empty_text", 2),
        (EDITIONS.replace('trigger = "manual"', 'trigger = "land.moon"', 1), "A", "not_listed", 2),
        (EDITIONS.replace('source = "s"\nconfidence = "E"', 'source = "s"\nconfidence = "Z"', 1), "A", "not_listed", 2),
    ],
)
def test_a_bad_file_is_refused(text: str, step: str, code: str, line: int | None) -> None:
    one = the_complaint(text)
    assert (one.step, one.code, one.line) == (step, code, line)


def test_more_steps_than_chains_can_be_told_apart_are_refused() -> None:
    with pytest.raises(BadCatalogueError) as refusal:
        small(**{f"S{number}": "1 2 3" for number in range(64)})
    assert refusal.value.complaints[0].params == {"count": 64, "most": 63}


def test_every_mistake_is_told_at_once() -> None:
    text = shipped_text().replace("months = [3, 5, 9]", "months = [9, 5, 3]")
    text = text.replace('label = { fr = "Permis de construire industriel", en = "Building permit" }', "label = 1")
    told = {one.step: one.code for one in complaints(text)}
    assert told == {"PA": "months_rise", "PC": "label"}


def test_an_edited_catalogue_keeps_the_steps_whose_state_is_read_from_facts() -> None:
    assert read_edited(shipped_text()).version == default().version
    begin = shipped_text().index('[[step]]\ncode = "RAIL_NEW"')
    end = shipped_text().index("# ----", begin)
    gone = complaints(shipped_text()[:begin] + shipped_text()[end:])
    assert [(one.step, one.code) for one in gone] == [("RAIL_NEW", "step_removed")]
    moved = shipped_text().replace('trigger = "land.preemption"', 'trigger = "manual"')
    assert [(one.step, one.code) for one in complaints(moved)] == [("DPU", "step_moved")]


@pytest.fixture
def another() -> Iterator[Catalogue]:
    edited = read_edited(shipped_text().replace("months = [12, 12, 15]", "months = [12, 14, 18]"))
    use(edited)
    yield edited
    use(None)


def test_the_catalogue_in_use_is_the_one_given(another: Catalogue) -> None:
    assert in_use() is another
    assert in_use().version != default().version
    use(None)
    assert in_use() is default()


TOML_VALUES = st.sampled_from(["1", "-1", "nan", '"x"', "[]", "[1]", "[[]]", "{}", "true", "2026-01-01", "{ a = 1 }"])
FIELDS = ("code", "label", "side", "trigger", "months", "needs", "gates", "after", "outcome_of", "expires", "cost")


@settings(max_examples=tried(60))
@given(st.sampled_from([*FIELDS, "edition", "size", "per_unit", "source", "confidence", "attest"]), TOML_VALUES)
def test_any_value_anywhere_is_read_or_refused(field: str, value: str) -> None:
    good = {"code": '"A"', "label": '{ fr = "a", en = "b" }', "side": '"owner"', "trigger": '"manual"'}
    good |= {"source": '"s"', "confidence": '"E"', "months": "[1, 2, 3]", field: value}
    text = "[[step]]\n" + "\n".join(f"{name} = {said}" for name, said in good.items())
    with suppress(BadCatalogueError):
        assert len(read(text).steps) == 1

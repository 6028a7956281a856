"""The two catalogues say the same things."""

import re
from pathlib import Path

import pytest

from api.catalogues import LANGUAGES, catalogue, chosen_language, sentence
from api.problems import KINDS
from tests.intake.written_files import parameters

FR, EN = (catalogue(lang) for lang in LANGUAGES)
CODE = re.compile(r'"((?:[a-z_]+)\.(?:[a-z0-9_]+))"')


def test_both_languages_have_the_same_codes() -> None:
    assert set(FR) == set(EN)


def test_both_languages_take_the_same_parameters() -> None:
    taken = {code: (parameters(FR[code]), parameters(EN[code])) for code in FR}
    assert {code: both for code, both in taken.items() if both[0] != both[1]} == {}


def test_every_kind_of_problem_has_a_title() -> None:
    assert [kind for kind in KINDS if f"problem.{kind}" not in FR] == []


def test_every_code_raised_in_the_http_layer_has_a_sentence() -> None:
    families = {code.partition(".")[0] for code in FR} - {"problem", "words"}
    sources = [path for path in (Path(__file__).parents[2] / "api").rglob("*.py") if "cli" not in path.parts]
    used = {code for path in sources for code in CODE.findall(path.read_text(encoding="utf-8"))}
    assert sorted(code for code in used if code.partition(".")[0] in families and code not in FR) == []


def test_a_code_without_sentence_comes_back_as_it_is() -> None:
    assert sentence("no.such_code", "fr") == "no.such_code"


def test_a_missing_parameter_is_shown_by_its_name() -> None:
    assert "{limit}" in sentence("json.depth", "en")


@pytest.mark.parametrize(
    ("asked", "accept", "expected"),
    [
        (None, None, "fr"),
        ("en", "fr", "en"),
        (None, "en-GB,en;q=0.9,fr;q=0.8", "en"),
        (None, "fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        (None, "de,en;q=0.5,fr;q=0.2", "en"),
        (None, "de", "fr"),
        (None, "en;q=x", "fr"),
        (None, "*", "fr"),
        ("xx", "en", "en"),
    ],
)
def test_the_language_is_the_one_asked_then_the_best_accepted(
    asked: str | None, accept: str | None, expected: str
) -> None:
    assert chosen_language(asked, accept) == expected

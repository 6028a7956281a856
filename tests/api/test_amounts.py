"""No sentence says "1 lignes" or "2 ligne": every one is filled with 0, 1 and 2 and read."""

import re

import pytest

from api.catalogues import HTTP, LANGUAGES, catalogue, is_one, number, sentence
from tests.intake.written_files import parameters

COUNTS = re.compile(
    r"\{(count|done|total|rows|most|limit|length|columns|size|seconds|read|changed|unchanged|vertices|fields"
    r"|min_length|max_length|opens)[:}]"
)
"""Names of parameters that say how many there are of something."""
SAME = {
    "fois",
    "mois",
    "plus",
    "propos",
    "des",
    "les",
    "sans",
    "bytes",
    "s",
    "is",
    "sous",
    "was",
    "has",
    "vers",
    "dans",
}
"""Words in -s that are no plurals."""
NO_NOUN = re.compile(
    r"(?:sont|ont|ans|j|d|m²|Mio|Gio|MiB|GiB|EPSG|%|€|MW|km|en|of|sur|de|à|au|par|to|at|in|more|on|and|or|et|ou|are|is)"
)
NO_AMOUNT = {"way", "lands"}
"""What chooses words and is told otherwise: the way in, and the land listed below."""
AT_WORK = ("steps.", "what_if.", "doctor.", "intake.delivery.base_changed")
"""What no planner reads, and a comparison of two counts."""
CODES = [code for code, text in catalogue("fr").items() if COUNTS.search(text) and not code.startswith(AT_WORK)]


def filled(code: str, lang: str, count: int) -> str:
    names = parameters(catalogue(lang)[code]) - {"way"}
    counted = {name for name in names if COUNTS.search("{" + name + "}")}
    return sentence(code, lang, **{name: number(count, lang) if name in counted else "…" for name in names})


def test_there_are_sentences_with_amounts() -> None:
    assert len(CODES) > 60
    assert not any("(s)" in text for lang in LANGUAGES for text in catalogue(lang).values())


def beside(code: str, lang: str, count: int) -> list[str]:
    return re.findall(rf"(?<![\d,.]){count} ([a-zéèê]+)", filled(code, lang, count))


def is_plural(word: str, lang: str) -> bool:
    return word[-1] in "sx" or bool(NO_NOUN.fullmatch(word)) or (lang == "en" and word in ENGLISH)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_beside_an_amount_agree_with_it(lang: str) -> None:
    one, several = ((0, 1), (2,)) if lang == "fr" else ((1,), (0, 2))
    plurals = [
        filled(code, lang, count)
        for code in CODES
        for count in one
        if any(word.endswith("s") and word not in SAME for word in beside(code, lang, count))
    ]
    singulars = [
        filled(code, lang, count)
        for code in CODES
        for count in several
        if not all(is_plural(word, lang) for word in beside(code, lang, count))
    ]
    assert (plurals, singulars) == ([], [])


ENGLISH = {
    "cadastral",
    "vertices",
    "conflict",
    "changed",
    "unchanged",
    "rejected",
    "left",
    "have",
    "only",
    "geometries",
}


@pytest.mark.parametrize(
    ("code", "one", "several"),
    [
        ("export.left", "1 ligne reste de côté", "2 lignes restent de côté"),
        ("export.done", ": 1 ligne,", ": 2 lignes,"),
        ("intake.gdal.truncated", "Seule 1 ligne sur", "Seules 2 lignes sur"),
        ("intake.parquet.bomb", "annonce 1 ligne dans", "annonce 2 lignes dans"),
        ("progress.read.unknown", "1 ligne,", "2 lignes,"),
        ("update.title", "1 ligne lue, 1 modifiée, 1 inchangée", "2 lignes lues, 2 modifiées, 2 inchangées"),
        ("intake.rows.refused", "1 ligne refusée", "2 lignes refusées"),
        ("decision.changed", "pour 1 terrain", "pour 2 terrains"),
    ],
)
def test_whole_phrases_agree(code: str, one: str, several: str) -> None:
    assert one in filled(code, "fr", 1)
    assert one.replace("1", "0") in filled(code, "fr", 0), "French counts nothing in the singular"
    assert several in filled(code, "fr", 2)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_amount_whose_word_is_chosen_is_told_too(lang: str) -> None:
    for code, text in catalogue(lang).items():
        chosen = set(re.findall(r"\{(\w+):[^{}|]*\|", text)) - NO_AMOUNT
        untold = {name for name in chosen if not re.search(rf"\{{{name}(?::[^{{}}|]*)?\}}", text)}
        assert not untold or code == "request.text", f"{code}: {untold}"


def test_amounts_are_written_in_the_manner_of_the_language_and_still_count() -> None:
    assert number(12_345, "fr") == "12\u202f345"
    assert number(12_345.5, "en") == "12,345.5"
    assert [is_one(number(n, "fr"), "fr") for n in (0, 1, 1.5, 2)] == [True, True, True, False]
    assert [is_one(number(n, "en"), "en") for n in (0, 1, 1.5, 2)] == [False, True, False, False]
    assert not is_one("1", "fr")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_over_http_no_option_of_the_command_is_named(lang: str) -> None:
    for code, text in catalogue(lang).items():
        if code.startswith("intake.") and code != "intake.archive.sparse":
            over_http = sentence(code, lang, way=HTTP, **dict.fromkeys(parameters(text) - {"way"}, "…"))
            assert "--" not in over_http, code
            assert "emprise load" not in over_http, code
    assert "--crs EPSG:2154" in sentence("intake.crs.missing", lang)
    assert "crs=EPSG:2154" in sentence("intake.crs.missing", lang, way=HTTP)

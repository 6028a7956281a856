"""The catalogue that a setting names: used, or refused with what, where and an example of right."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.catalogues import sentence
from api.settings_sources import SettingsError
from api.step_catalogue import read_steps, told_changes, use_catalogue
from geo.readiness import catalogue_file
from geo.readiness.catalogue_file import default, in_use, read, shipped_text
from tests.api.conftest import quick_settings
from tests.conftest import REPO

GUIDE = (REPO / "docs/catalogue.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    yield
    catalogue_file.use(None)


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    text = shipped_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_the_setting_the_shipped_one_counts() -> None:
    use_catalogue(quick_settings(), "fr")
    assert in_use() is default()


def test_the_file_that_the_setting_names_counts(tmp_path: Path) -> None:
    path = written(tmp_path, ("months = [3, 5, 9]", "months = [3, 6, 12]"))
    use_catalogue(quick_settings(catalogue=path), "fr")
    assert in_use().steps["PA"].terms[0].months == (3, 6, 12)
    assert in_use().version != default().version


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "fr",
            "les durées doivent croître, minimum ≤ typique ≤ maximum ; reçu [9, 5, 3]. Exemple : months = [3, 4, 8].",
        ),
        ("en", "months must rise, minimum ≤ typical ≤ maximum; got [9, 5, 3]. Example: months = [3, 4, 8]."),
    ],
)
def test_a_mistake_is_told_with_its_line_and_an_example(tmp_path: Path, lang: str, told: str) -> None:
    path = written(tmp_path, ("months = [3, 5, 9]", "months = [9, 5, 3]"))
    line = path.read_text(encoding="utf-8").splitlines().index('code = "PA"')
    with pytest.raises(SettingsError) as refusal:
        use_catalogue(quick_settings(catalogue=path), lang)
    said = "".join(sentence(code, lang, **params) for code, params in refusal.value.complaints)
    assert said.startswith("EMPRISE_CATALOGUE")
    assert re.search(rf"(ligne|line) {line}, PA ?: ", said)
    assert told in said
    assert in_use() is default()


@pytest.mark.parametrize("name", ["gone.toml", "."])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="emprise catalogue copy"):
        use_catalogue(quick_settings(catalogue=tmp_path / name), "fr")


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        use_catalogue(quick_settings(catalogue=tmp_path / "bad.toml"), "fr")


def test_what_differs_is_told(tmp_path: Path) -> None:
    assert told_changes(default(), default(), "fr") == ["Aucune différence avec le catalogue livré."]
    path = written(
        tmp_path,
        ("months = [3, 5, 9]", "months = [3, 6, 12]"),
        ('needs = ["EL_OFFER"]', "needs = []"),
        ("probability = 0.15", "probability = 0.2"),
        ("[[step]]", '[[step]]\ncode = "OWN"\nlabel = { fr = "a", en = "b" }\nside = "owner"\ntrigger = "manual"\n'
         'months = [1, 2, 3]\nsource = "s"\nconfidence = "E"\n\n[[step]]'),
    )  # fmt: skip
    assert told_changes(default(), read_steps(path, "fr"), "fr") == [
        "4 procédures changent par rapport au catalogue livré :",
        "  OWN : ajoutée ; son état se saisit sur chaque terrain",
        "  PA : durées 3-5-9 → 3-6-12 mois",
        "  ARCH_F : autre champ modifié (source, probabilité, unités, anticipation)",
        "  EL_HTA : attend EL_OFFER → rien",
    ]


def test_the_blocks_of_the_guide_are_good() -> None:
    assert f"{len(default().steps)} procédures" in GUIDE
    block, edition, size = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    alone = re.sub(r"needs = .*\n", "", block)
    assert read(alone).steps["PA"].cost is not None
    assert len(read(re.sub(r"months = .*\n", "", alone) + edition).steps["PA"].terms) == 2
    assert len(read(alone + size).steps["PA"].sizes) == 1

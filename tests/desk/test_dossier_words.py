"""What a dossier says for codes: sources, regimes, places, in the words of its reader."""

import pytest

from api.desk.dossier.sources_told import source_told
from api.desk.project.need_told import need_rows, with_places


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("", "cadastre"),
        ("1:sample_parcels", "fichier « sample_parcels »"),
        ("sirene 2026", "fichier « sirene 2026 »"),
        ("DESTOUI=51-52", "plan d'urbanisme : destinations autorisées (codes 51-52)"),
        ("DESTDOMI=02", "plan d'urbanisme : vocation dominante de la zone (code 02)"),
        ("DESTDOMI=activité", "plan d'urbanisme : intitulé « activité »"),
        (
            "DESTNON=51 DESTCDT=51 52",
            "plan d'urbanisme : destinations interdites (codes 51) ; destinations sous conditions (codes 51 52)",
        ),
        (
            "LIBELONG=Zone A=B d'activités DESTDOMI=02",
            "plan d'urbanisme : intitulé « Zone A=B d'activités » ; vocation dominante de la zone (code 02)",
        ),
        ("TYPEZONE=AUs DESTOUI=51", "plan d'urbanisme : type de zone AUs ; destinations autorisées (codes 51)"),
    ],
)
def test_a_source_is_told_in_words(source: str, told: str) -> None:
    assert source_told(source, "fr") == told
    assert source_told(source, "en") not in (source, told) or source == ""


def test_a_regime_and_a_place_are_told_in_words() -> None:
    need = {
        "icpe": {"regime": "A", "seveso": "SB", "rubriques": ["2560", "2410"], "ied": True},
        "place": {"departments": ["38"], "communes": ["38440", "38441"], "named": ["scot/nord_isere"]},
    }
    named = with_places(need, {"38440": "Commune A", "scot/nord_isere": "Nord-Isère"})
    assert dict(need_rows(named, "fr")) == {
        "Régime ICPE": "autorisation (A), Seveso seuil bas, directive IED, 2 rubriques (2560, 2410)",
        "Où": "Département 38, Commune A, 38441, Nord-Isère",
    }
    assert dict(need_rows({"icpe": {"regime": "E"}}, "en")) == {"ICPE regime": "registration (E)"}

"""Wordings as plans write them: what an industrial building may expect, judged from the sentence."""

import pytest

from geo.land.vocabulary import Industry
from geo.land.wording import Theme, read, verdict_of

ALLOWED = [
    "Zone d'activités économiques",
    "Zone à vocation économique",
    "Zone urbaine à dominante d'activités artisanales et industrielles",
    "Zone industrielle",
    "Zone d'activités industrielles, artisanales et commerciales",
    "Zone d'activités",
    "Secteur d'activités économiques du parc industriel",
    "Zone industrialo-portuaire",
    "Zone à urbaniser destinée aux activités économiques",
    "Zone d'activités économiques où l'habitat est interdit",
    "Zone d'activités économiques où les logements et les commerces sont interdits",
    "Parc d'activités réservé à l'accueil d'entreprises industrielles et logistiques",
    "Zone dédiée au développement économique",
    "Zone d’activité économique",
    "ZONE D'ACTIVITES ECONOMIQUES",
    "Zone dâ€™activitÃ©s Ã©conomiques",
    "Activités productives",
    "Zone réservée aux activités économiques à l'exclusion du commerce de détail",
    "Zone industrielle à l'écart des zones d'habitation",
]
CONDITIONAL = [
    "Zone mixte d'habitat et d'activités économiques",
    "Zone d'activités artisanales",
    "Zone d'activités logistiques",
    "Zone portuaire",
    "Zone d'activités économiques couverte par la zone inondable du PPRI",
    "Zone d'activités compatibles avec l'habitat",
    "Zone d'activités économiques et touristiques",
    "Zone d'activités artisanales, commerciales et de services",
    "Zone d'activités économiques existantes",
    "Zone d'activités économiques, commerciales et tertiaires",
    "Zone industrielle où les industries polluantes sont interdites",
    "Zone urbaine mixte : habitat, commerces, artisanat",
    "Zone d'activités industrielles sous réserve de ne pas aggraver le risque",
]
FORBIDDEN = [
    "Zone à vocation principale d'habitat",
    "Zone d'activités touristiques",
    "Zone d'activités de loisirs",
    "Zone à vocation d'activités sportives et de plein air",
    "Zone d'activités commerciales",
    "Zone à vocation d'activités tertiaires et de bureaux",
    "Zone d'équipements publics",
    "UE : Ensembles locatifs sociaux et équipements publics",
    "Zone urbaine à dominante d'équipements publics",
    "UCa: Secteur urbain à vocation principale d'habitat",
    "Zone d'habitat où les activités industrielles et artisanales sont interdites",
    "Zone d'activités à l'exclusion des industries",
    "Zone d'activités non industrielles",
    "Zone d'activités, l'industrie y étant proscrite",
    "Zone pavillonnaire, sont interdits les commerces, l'industrie, les entrepôts",
    "Secteur où toute construction nouvelle est interdite",
    "Zone d'activités agricoles",
    "Secteur de carrières",
    "Zone de jardins familiaux",
    "Zone d'hébergement touristique et de camping",
    "Zone destinée aux activités hospitalières et médico-sociales",
    "Zone réservée aux activités ferroviaires",
    "Friche industrielle à reconvertir en logements",
    "Ancien site industriel destiné à l'habitat",
    "Locaux techniques et industriels des administrations",
]
SILENT = [
    "UE",
    "UT-oap8",
    "2AU",
    "",
    None,
    "Zone urbaine soumise à des règles particulières d'implantation",
    "Zone urbaine non desservie par le réseau collectif",
    "Zone urbaine correspondant aux bourgs ruraux et hameaux constructibles",
    "Zone de valeur économique",
]


def cases() -> list[tuple[str | None, Industry]]:
    judged = (
        (ALLOWED, Industry.ALLOWED),
        (CONDITIONAL, Industry.CONDITIONAL),
        (FORBIDDEN, Industry.FORBIDDEN),
        (SILENT, Industry.UNKNOWN),
    )
    return [(sentence, verdict) for sentences, verdict in judged for sentence in sentences]


@pytest.mark.parametrize(("sentence", "expected"), cases())
def test_sentence_is_read_as_a_planner_reads_it(sentence: str | None, expected: Industry) -> None:
    assert verdict_of(read(sentence))[0] is expected, read(sentence)


def test_a_wording_alone_is_never_more_than_half_sure() -> None:
    for sentence, expected in cases():
        confidence = verdict_of(read(sentence))[2]
        assert (confidence == 0) == (expected is Industry.UNKNOWN)
        assert confidence <= 0.5


def test_a_theme_may_be_named_and_ruled_out() -> None:
    wording = read("Zone industrielle où les industries polluantes sont interdites")
    assert Theme.INDUSTRY in wording.named
    assert Theme.INDUSTRY in wording.ruled_out


def test_what_is_allowed_again_after_a_ban_is_named() -> None:
    wording = read("Sont interdits l'habitat, les commerces, mais les entrepôts sont autorisés")
    assert wording.named == {Theme.LOGISTICS}
    assert {Theme.HOUSING, Theme.COMMERCE} <= wording.ruled_out

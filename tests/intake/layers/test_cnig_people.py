"""No natural person's data is kept: see docs/decisions/no-natural-persons.md."""

import json
from pathlib import Path
from typing import Any

import pytest

from geo.intake.layers.people import is_a_person, of_an_office
from geo.intake.layers.values import luhn
from tests.intake.official import FRICHE, TERRAIN
from tests.intake.written_files import Read, feature, read_features, square

COMPANY = {
    "SIRET": "34749951900010",
    "SIREN": "347499519",
    "terr_id": "80024_TERRAIN-ECO_1|80024_TERRAIN-ECO_2",
    "etab_raison_sociale": "Picardie service véhicules industriels",
    "etab_nat_juridique": "5710",
    "etab_nom": "MAN TRUCK",
    "etab_adresse": "Route de Villers-Bocage",
    "etab_contact_mail": "contact@example.com",
    "etab_contact_tel": "03 89 45 16 78",
}
SOLE_TRADER = COMPANY | {
    "etab_raison_sociale": "DUPONT JEANNE",
    "etab_nat_juridique": 1000,
    "etab_nom": "Jeanne Dupont Plomberie",
    "etab_description": "Chez Jeanne",
}
POINT = {"type": "Point", "coordinates": [6.0, 45.5]}


def kept(found: Read) -> dict[str, Any]:
    (batch,) = found.batches
    facts: dict[str, Any] = batch.fields["published"][0]  # type: ignore[assignment]
    return facts


def everything(found: Read) -> str:
    """All a file leaves behind: rows and report."""
    (batch,) = found.batches
    return json.dumps([batch.fields, found.repairs, found.remarks, found.row_remarks], default=str, ensure_ascii=False)


def test_a_company_is_kept_whole(tmp_path: Path) -> None:
    found = read_features(tmp_path, [feature(POINT, **COMPANY)])
    assert found.keys == ["34749951900010"]
    assert found.column("name") == ["MAN TRUCK"]
    assert kept(found)["terr_id"] == "80024_TERRAIN-ECO_1|80024_TERRAIN-ECO_2"
    assert (
        kept(found).items() >= {k: v for k, v in COMPANY.items() if k.startswith("etab_") and k != "etab_nom"}.items()
    )
    assert found.repairs == []


def test_of_a_sole_trader_only_the_establishment_is_kept(tmp_path: Path) -> None:
    found = read_features(tmp_path, [feature(POINT, **SOLE_TRADER)])
    assert found.column("name") == [None]
    assert {name for name in kept(found) if name.startswith("etab_")} == {"etab_nat_juridique"}
    assert {repair.code for repair in found.repairs} == {"person.withheld"}
    assert "upont" not in everything(found).lower()


@pytest.mark.parametrize(
    "form", ["1000", 1000.0, "1300", "10", "1", "Entrepreneur individuel", "EI", "micro-entreprise"]
)
def test_every_spelling_of_a_sole_trader_is_known(tmp_path: Path, form: object) -> None:
    found = read_features(tmp_path, [feature(POINT, **SOLE_TRADER | {"etab_nat_juridique": form})])
    assert "upont" not in everything(found).lower()


@pytest.mark.parametrize("form", ["5710", "5499", "2110", "Entreprise unipersonnelle à responsabilité limitée"])
def test_companies_are_no_sole_traders(tmp_path: Path, form: str) -> None:
    found = read_features(tmp_path, [feature(POINT, **COMPANY | {"etab_nat_juridique": form})])
    assert kept(found)["etab_raison_sociale"] == COMPANY["etab_raison_sociale"]


def test_what_was_mended_in_a_name_is_not_quoted(tmp_path: Path) -> None:
    broken = "RENÉE DUPONT".encode().decode("cp1252")
    row = SOLE_TRADER | {"etab_raison_sociale": broken, "etab_nom": broken, "etab_adresse": f"chez {broken}"}
    found = read_features(tmp_path, [feature(POINT, **row | {"etab_description": "chez Dupont " * 2000})])
    assert "dupont" not in everything(found).lower()
    assert {repair.code for repair in found.repairs} == {"person.withheld"}
    found = read_features(tmp_path, [feature(POINT, **row | {"etab_nom": "Dupont " * 3000})])
    assert "dupont" not in everything(found).lower()
    found = read_features(tmp_path, [feature(square(), **TERRAIN | {"terr_acquereur": f"Mme {broken}"})])
    assert "dupont" not in everything(found).lower()
    found = read_features(tmp_path, [feature(POINT, **COMPANY | {"etab_nom": "SociÃ©tÃ©"})])
    assert [(repair.code, repair.before) for repair in found.repairs] == [("text.mojibake", "SociÃ©tÃ©")]


def test_a_row_that_cannot_be_read_is_not_called_by_its_name(tmp_path: Path) -> None:
    bad = {"type": "Point", "coordinates": [1]}
    found = read_features(tmp_path, [feature(POINT, **COMPANY), feature(bad, **SOLE_TRADER)])
    assert [rejection.row for rejection in found.rejections] == [2]
    assert "upont" not in str([batch.labels for batch in found.batches])


def test_the_shop_sign_of_a_sole_trader_is_no_name_of_a_person(tmp_path: Path) -> None:
    found = read_features(tmp_path, [feature(POINT, **SOLE_TRADER | {"etab_nom": "Boulangerie du Pont Vieux"})])
    assert found.column("name") == ["Boulangerie du Pont Vieux"]


@pytest.mark.parametrize("mail", ["jeanne.dupont@example.com", "jdupont@gmail.com", "j-d@free.fr"])
def test_a_mail_that_may_be_a_persons_and_a_mobile_phone_are_dropped(tmp_path: Path, mail: str) -> None:
    row = COMPANY | {"etab_contact_mail": mail, "etab_contact_tel": "+33 6 12 34 56 78"}
    found = read_features(tmp_path, [feature(POINT, **row)])
    assert not {"etab_contact_mail", "etab_contact_tel"} & kept(found).keys()
    assert [repair.field for repair in found.repairs] == ["etab_contact_mail", "etab_contact_tel"]
    assert mail not in everything(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("etab_contact_tel", "03 89 45 16 78 / 06.12.34.56.78"),
        ("etab_contact_tel", 612345678),
        ("etab_contact_mail", "contact@example.com; jdupont@example.com"),
    ],
)
def test_one_of_several_may_be_a_persons(tmp_path: Path, name: str, value: object) -> None:
    assert name not in kept(read_features(tmp_path, [feature(POINT, **COMPANY | {name: value})]))


@pytest.mark.parametrize(
    ("contact", "stays"),
    [
        ("foncier@exemple.fr", True),
        ("Service développement économique, 03 89 45 16 78", True),
        ("Mme Dupont, 03 89 45 16 78", False),
        ("Dupont 06 12 34 56 78", False),
        ("marie.dupont@exemple.fr", False),
    ],
)
def test_offers_are_asked_about_at_an_office(tmp_path: Path, contact: str, stays: bool) -> None:
    found = read_features(tmp_path, [feature(square(), parcel_uid="a", insee="74173", contact=contact)])
    assert found.column("contact") == [contact if stays else None]
    assert (contact in everything(found)) is stays


@pytest.mark.parametrize(
    ("address", "office"),
    [
        ("contact@example.com", True),
        ("mantruck-contact@gmail.com", True),
        ("developpement.eco@cc-exemple.fr", True),
        ("marie.martin@cc-exemple.fr", False),
        ("mmartin@cc-exemple.fr", False),
        (None, True),
    ],
)
def test_offices_are_told_from_people(address: str | None, office: bool) -> None:
    assert of_an_office(address) is office


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("M. Dupont", True),
        ("Consorts Martin", True),
        ("SA Lactalys", False),
        ("Mairie de M", False),
        ("SCI M", False),
        ("Dupont Marie (Mme)", True),
        ("SCI Consorts Martin", False),
        ("Jean Dupont", True),
        ("DUPONT Sylvie", True),
        ("Michel Durand", True),
        ("Garage Michel", False),
        ("Transports Jean Durand", False),
        ("Jean Durand SAS", False),
        ("SARL Jean Durand", False),
        ("Air Liquide", False),
        ("Commune de Saint-Martin", False),
    ],
)
def test_buyers_who_say_they_are_people(tmp_path: Path, name: str, person: bool) -> None:
    assert is_a_person(name) is person
    found = read_features(tmp_path, [feature(square(), **TERRAIN | {"terr_acquereur": name})])
    assert found.column("buyer") == [None if person else name]
    assert (name in everything(found)) is not person


@pytest.mark.parametrize(("buyer", "stays"), [("Dupont Jean", False), ("SA Lactalys", True)])
def test_who_bought_what_a_person_owns_is_that_person(tmp_path: Path, buyer: str, stays: bool) -> None:
    sold = {"terr_maitrise_fonc": "personne physique", "terr_stade_comm": "vendu, commercialisation achevée"}
    found = read_features(tmp_path, [feature(square(), **TERRAIN | sold | {"terr_acquereur": buyer})])
    assert found.column("buyer") == [buyer if stays else None]


@pytest.mark.parametrize(
    ("owner", "name", "stays"),
    [
        ("personne morale", "Jean Lefebvre", True),
        ("personne morale", "M. Jean Lefebvre", False),
        ("personne morale", "Consorts Lefebvre", False),
        ("personne physique", "Jean Lefebvre", False),
        ("personne morale|personne physique", "Jean Lefebvre", False),
        (None, "Jean Lefebvre", False),
    ],
)
def test_a_company_that_bears_its_founders_name_is_a_company(
    tmp_path: Path, owner: str | None, name: str, stays: bool
) -> None:
    found = read_features(tmp_path, [feature(square(), **FRICHE | {"proprio_personne": owner, "proprio_nom": name})])
    assert kept(found).get("proprio_nom") == (name if stays else None)
    assert (name in everything(found)) is stays


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("personne morale", "Commune de Cransac"),
        ("personne physique", None),
        ("personne morale|personne physique", None),
        (None, None),
    ],
)
def test_names_of_owners_are_kept_of_legal_persons_only(tmp_path: Path, owner: str | None, name: str | None) -> None:
    found = read_features(tmp_path, [feature(square(), **FRICHE | {"proprio_personne": owner})])
    assert kept(found).get("proprio_nom") == name
    assert ("Commune de Cransac" in everything(found)) is (name is not None)


@pytest.mark.parametrize(
    ("facts", "keeps"),
    [
        ({"etab_raison_sociale": "DUPONT JEANNE", "etab_nom": "Jeanne Dupont"}, False),
        ({"etab_raison_sociale": "Jeanne Dupont EI", "etab_nom": "Chez Dupont"}, False),
        ({"categorieJuridiqueUniteLegale": "1000"}, False),
        ({"forme_juridique": "Entrepreneur individuel"}, False),
        ({"etab_nat_juridique": "inconnu", "etab_nom": "Mme Dupont"}, False),
        ({}, True),
        ({"forme_juridique": "SARL", "etab_nom": "Jean Martin"}, True),
    ],
)
def test_a_sole_trader_is_told_without_the_field_of_the_standard(
    tmp_path: Path, facts: dict[str, str], keeps: bool
) -> None:
    """Another field's legal form decides; without any, a name that may be a person's is not kept."""
    row = {name: value for name, value in COMPANY.items() if name != "etab_nat_juridique"} | facts
    found = read_features(tmp_path, [feature(POINT, **row)])
    assert ("etab_raison_sociale" in kept(found)) is keeps
    assert found.keys == [COMPANY["SIRET"]]
    assert ("person.withheld" in {repair.code for repair in found.repairs}) is not keeps
    if not keeps:
        assert "upont" not in everything(found).lower()


@pytest.mark.parametrize(
    ("contact", "stays"),
    [
        ("Mme Dupont", False),
        ("Dupont", False),
        ("J. Dupont", False),
        ("Jean Dupont, service économie", False),
        ("Service économie - Jeanne Dupont", False),
        ("06 12 34 56 78", False),
        ("jdupont@cc.fr", False),
        ("Service développement économique", True),
        ("CC du Pays d'Exemple, 03 89 45 16 78", True),
        ("contact@cc.fr / 03 89 45 16 78", True),
        ("SEM Exemple Aménagement (03 89 45 16 78)", True),
        ("https://www.cc-exemple.fr/contact", True),
    ],
)
def test_a_contact_is_an_office_in_any_table(tmp_path: Path, contact: str, stays: bool) -> None:
    found = read_features(tmp_path, [feature(square(), parcel_uid="p", contact=contact)])
    assert found.column("contact") == [contact if stays else None]
    assert {repair.code for repair in found.repairs} == (set() if stays else {"person.withheld"})


@pytest.mark.parametrize(
    ("siret", "read"),
    [
        ("34749951900010", "34749951900010"),
        ("347 499 519 00010", "34749951900010"),
        ("34749951900011", None),
        ("3474995190001", None),
        ("35600000000048", "35600000000048"),
        ("35600000049837", "35600000049837"),
        ("35600000049838", None),
    ],
)
def test_sirets_and_those_of_la_poste(tmp_path: Path, siret: str, read: str | None) -> None:
    found = read_features(tmp_path, [feature(POINT, **COMPANY | {"SIRET": siret, "SIREN": siret.replace(" ", "")[:9]})])
    assert found.keys == ([] if read is None else [read])
    if read is None:
        assert found.codes() == {"value.required"}


def test_la_poste_follows_its_own_rule() -> None:
    assert luhn("35600000000048") % 10 == 0, "the head office follows both"
    assert luhn("35600000049837") % 10 != 0


def test_a_siren_that_is_not_that_of_the_siret_is_told(tmp_path: Path) -> None:
    found = read_features(tmp_path, [feature(POINT, **COMPANY | {"SIREN": "200071223"})])
    assert [(remark.code, remark.value) for remark in found.row_remarks] == [("establishment.other_siren", "200071223")]
    assert kept(found)["SIREN"] == "200071223"

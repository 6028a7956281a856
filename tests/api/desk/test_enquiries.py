"""Enquiries: logged as they came, understood with their words, answered in time, seen by who follows them."""

from typing import Any

import pytest
from sqlalchemy import text

from geo.store.database import Role
from tests.api.desk.agency_desk import MAIL, SUMMER, Desk

FRIDAY = "2026-11-20T16:40:00+01:00"


@pytest.fixture(scope="module")
def logged(desk: Desk) -> dict[str, Any]:
    person = {"name": "Claire Martin", "mail": "c.martin@cabinet-exemple.fr"}
    return desk.post(
        "agency", "/enquiries", mail=MAIL, source="business_france", received_at=FRIDAY, contact=person,
        company="Cabinet Exemple",
    )  # fmt: skip


def test_a_mail_of_friday_is_due_on_tuesday(logged: dict[str, Any]) -> None:
    assert (logged["received_at"], logged["due_at"]) == (FRIDAY, "2026-11-24T16:40:00+01:00")
    assert (logged["status"], logged["source"], logged["language"]) == ("open", "business_france", "fr")
    assert logged["mail"] == MAIL
    assert logged["contact"]["mail"] == "c.martin@cabinet-exemple.fr"


def test_what_it_says_is_told_with_its_words_and_what_was_assumed(logged: dict[str, Any]) -> None:
    reading = logged["reading"]
    assert reading["document"] == {
        "use": "industrie",
        "land_m2": {"min": 50_000, "max": 80_000},
        "place": {"named": ["scot/nord_isere", "epci/240100883"]},
        "start_by": f"{SUMMER}-09-22",
    }
    said = {one["field"]: one for one in reading["said"]}
    assert said["start_by"]["words"] == f"été {SUMMER}"
    assert [one["code"] for one in said["start_by"]["assumed"]] == ["works_meant", "last_day"]
    assert f"22/09/{SUMMER}" in said["start_by"]["assumed"][1]["says"]
    assert said["land_m2"]["says"] == "Surface de terrain : de 5,00 ha à 8,00 ha (« 5-8 ha »)"
    assert (said["jobs"]["value"], said["jobs"]["used"]) == (150, False)


def test_the_reply_lists_what_was_found_three_questions_and_the_deadline(desk: Desk, logged: dict[str, Any]) -> None:
    told = desk.get("agency", f"/enquiries/{logged['id']}/reply")
    # every territory: a public lot of 6.2 ha and one of 5.7 ha that agencies see
    assert told["counts"]["considered"] == 12
    assert 1 <= len(told["questions"]) <= 3
    reply = told["drafts"]["reply"]
    assert reply["language"] == "fr"
    for words in ("mardi 24/11/2026 à 16 h 40", f"« été {SUMMER} »", "de 5,00 ha à 8,00 ha", "\n1. ", "Agence"):
        assert words in reply["body"], reply["body"]
    english = desk.get("agency", f"/enquiries/{logged['id']}/reply?lang=en")["drafts"]["acknowledgement"]
    assert "Tuesday 2026-11-24 at 16:40" in english["body"]


def test_the_need_is_confirmed_on_the_version_that_was_read(desk: Desk, logged: dict[str, Any]) -> None:
    path = f"/enquiries/{logged['id']}"
    need = logged["reading"]["document"] | {"power_mw": {"at_opening": 3}}
    assert desk.ask("agency", "PATCH", path, json={"need": need}).status_code == 428
    assert desk.ask("agency", "PATCH", path, tag='"v99"', json={"need": need}).status_code == 412
    wrong = desk.ask("agency", "PATCH", path, tag='"v1"', json={"need": {"land_m2": {"min": "beaucoup"}}})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "need.land_m2.min"
    changed = desk.change("agency", "PATCH", path, need=need)
    assert (changed["need"], changed["version"]) == (need, 2)
    unreasoned = desk.ask("agency", "PATCH", path, tag='"v2"', json={"status": "closed"})
    assert unreasoned.json()["errors"][0]["field"] == "closed_why"
    assert desk.change("agency", "PATCH", path, status="answered")["answered_at"] is not None


@pytest.mark.parametrize("who", ["other agency", "territory", "neighbour"])
def test_others_see_nothing_of_it(desk: Desk, logged: dict[str, Any], who: str) -> None:
    assert desk.get(who, "/enquiries")["enquiries"] == []
    for path in ("", "/reply"):
        assert desk.ask(who, "GET", f"/enquiries/{logged['id']}{path}").status_code == 404
    unknown = desk.ask(who, "PATCH", f"/enquiries/{logged['id']}", tag='"v1"', json={"status": "answered"})
    assert unknown.status_code == 404
    assert desk.ask("company", "GET", f"/enquiries/{logged['id']}").status_code == 403
    assert desk.ask("nobody", "GET", f"/enquiries/{logged['id']}").status_code == 401


def test_the_same_question_elsewhere_names_who_follows_it_and_nothing_else(desk: Desk) -> None:
    """What came long ago is no duplicate, so these have all come today."""
    first = desk.post("agency", "/enquiries", mail="Bonjour,", contact={"mail": "w@bureau-durand.fr"})
    again = desk.post(
        "other agency", "/enquiries", mail="Dear all, my client needs land.", contact={"mail": "x@bureau-durand.fr"}
    )
    assert again["possible_duplicates"] == [{"organisation": "Agence", "own": False}]
    mine = desk.get("agency", f"/enquiries/{first['id']}")["possible_duplicates"]
    assert mine == [{"organisation": "Autre agence", "own": False}]
    own = desk.post("agency", "/enquiries", mail="Relance.", contact={"mail": "y@bureau-durand.fr"})
    told = {(one["organisation"], one.get("enquiry")) for one in own["possible_duplicates"]}
    assert told == {("Agence", first["id"]), ("Autre agence", None)}
    free = desk.post("other agency", "/enquiries", mail="Bonjour", contact={"mail": "z@gmail.com"})
    assert free["possible_duplicates"] == []


def test_the_public_form_needs_consent_and_an_address_and_keeps_nothing_before(desk: Desk) -> None:
    before = kept(desk)
    person = {"mail": "dir@usine-exemple.fr"}
    body = {"mail": "Nous cherchons 3 ha dans la Commune D pour une usine.", "contact": person, "consent": True}
    for without, field in (
        ({"consent": False}, "consent"),
        ({"contact": None}, "contact.mail"),
        ({"contact": {"mail": "personne"}}, "contact.mail"),
        ({"mail": "   "}, "mail"),
    ):
        refused = desk.ask("nobody", "POST", "/enquiries", json=body | without)
        assert refused.status_code == 422, refused.text
        assert refused.json()["errors"][0]["field"] == field
    assert kept(desk) == before


def test_the_public_form_goes_to_the_agency_of_the_place_and_is_acknowledged(desk: Desk) -> None:
    with desk.database.connection(Role.WORKER) as connection:
        agency = desk.organisations["Agence"]
        held = text("insert into core.territory (organisation, insee) values (:o, '38443')")
        connection.execute(held, {"o": agency})
    body: dict[str, Any] = {"mail": "Nous cherchons 3 ha en Plaine de l'Ain pour une usine.", "consent": True}
    told = desk.post("nobody", "/enquiries", **body, contact={"mail": "dir@usine-exemple.fr"})
    assert set(told) == {"reference", "received_at", "due_at", "followed_by"}
    assert told["followed_by"] == "Agence"
    found = desk.get("agency", f"/enquiries/{told['reference'][2:]}")
    assert (found["source"], found["consent_on"] is None) == ("form", False)
    with desk.database.connection(Role.WORKER) as connection:
        mails = connection.execute(text("select to_address, subject, body from core.message")).all()
    assert [(mail.to_address, mail.subject) for mail in mails] == [
        ("dir@usine-exemple.fr", f"Votre demande {told['reference']} : bien reçue")
    ]
    assert "usine pour" not in mails[0].body


def test_a_mail_is_kept_as_it_came_whatever_it_holds(desk: Desk) -> None:
    mail = "<img src=x onerror=alert(1)> ' \"; drop table core.parcel; -- 5 ha \t=cmd|' /C calc'!A0\r\nfin"
    found = desk.post("agency", "/enquiries", mail=mail, subject="<b>=1+1</b>")
    assert found["mail"] == mail.replace("\r\n", "\n")
    assert found["subject"] == "<b>=1+1</b>"
    assert found["reading"]["document"]["land_m2"] == {"min": 50_000}
    for body, status in (
        ({"mail": "5 ha \x00"}, 422),
        ({"mail": "x" * 100_001}, 422),
        ({"mail": "x" * 1_100_000}, 413),
        ({"mail": "5 ha", "source": "telepathy"}, 422),
        ({"mail": "5 ha", "siren": "552100555"}, 422),
        ({"mail": "5 ha", "received_at": "2126-01-01T00:00:00+01:00"}, 422),
        ({"mail": "5 ha", "eml": "Subject: x"}, 422),
        ({}, 422),
    ):
        assert desk.ask("agency", "POST", "/enquiries", json=body).status_code == status, str(body)[:60]


def test_a_mail_as_a_file(desk: Desk) -> None:
    eml = (
        "From: Claire Martin <C.Martin@usine-eml.fr>\nSubject: Foncier\nDate: Fri, 20 Nov 2026 16:40:00 +0100\n"
        "Content-Type: text/html; charset=utf-8\n\n<p>Nous cherchons <b>6 ha</b></p><script>9 ha</script>"
    )
    found = desk.post("agency", "/enquiries", eml=eml)
    assert (found["subject"], found["mail"]) == ("Foncier", "Nous cherchons 6 ha")
    assert (found["received_at"], found["due_at"]) == (FRIDAY, "2026-11-24T16:40:00+01:00")
    assert (found["contact"]["mail"], found["contact"]["name"]) == ("c.martin@usine-eml.fr", "Claire Martin")


def test_what_names_no_place_goes_to_the_administrator_who_hands_it_on(desk: Desk) -> None:
    body = {"mail": "Need 3 ha for a plant, thank you.", "consent": True, "contact": {"mail": "a@pile-exemple.com"}}
    told = desk.good(desk.ask("company", "POST", "/enquiries", json=body), 201)
    assert told["followed_by"] is None, "there are two agencies"
    path = f"/enquiries/{told['reference'][2:]}"
    assert desk.ask("agency", "GET", path).status_code == 404
    assert desk.get("admin", path)["language"] == "en"
    nobody = desk.ask("admin", "PATCH", path, tag='"v1"', json={"organisation": 999_999})
    assert (nobody.status_code, nobody.json()["errors"][0]["field"]) == (422, "organisation")
    handed = desk.change("admin", "PATCH", path, organisation=desk.organisations["Autre agence"])
    assert handed["organisation"] == desk.organisations["Autre agence"]
    assert desk.get("other agency", path)["contact"]["mail"] == "a@pile-exemple.com"
    with desk.database.connection(Role.WORKER) as connection:
        keeps = text("select organisation from core.contact where mail = 'a@pile-exemple.com' and erased_at is null")
        assert list(connection.scalars(keeps)) == [desk.organisations["Autre agence"]]
    other = desk.ask("other agency", "PATCH", path, tag='"v2"', json={"organisation": desk.organisations["Agence"]})
    assert other.status_code == 422


def test_one_address_sends_few_forms_a_minute(desk: Desk) -> None:
    body = {"mail": "5 ha", "consent": True, "contact": {"mail": "b@pile-exemple.com"}}
    statuses = [desk.ask("nobody", "POST", "/enquiries", json=body).status_code for _ in range(8)]
    assert statuses[-1] == 429
    assert statuses.count(201) <= 6


def kept(desk: Desk) -> tuple[int, ...]:
    with desk.database.connection(Role.WORKER) as connection:
        counted = text("""select (select count(*) from core.enquiry), (select count(*) from core.contact),
            (select count(*) from core.message)""")
        return tuple(connection.execute(counted).one())

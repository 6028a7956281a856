"""The planner's desk: a pasted mail becomes a confirmed need and a project; what is late says so."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.api.serving import Served
from tests.web.conftest import IN_ENGLISH, Visiting

MAIL = (
    "Bonjour,\n\nPour un client industriel je cherche 3 à 5 ha en Isère, 150 emplois, travaux à l'été 2028, 2 MW."
    "\n\n<img src=x onerror=alert(1)>\nClaire Martin"
)
WORDS = {
    "fr": {
        "log": "Noter une demande", "mail": "Message", "keep": "Lire et enregistrer", "confirm": "Confirmer ce besoin",
        "confirmed": "Besoin confirmé", "draft": "Préparer la réponse", "reply": "Projet de réponse",
        "start": "Ouvrir un projet", "name": "Nom de code", "sites": "Sites retenus", "subject": "Objet",
    },
    "en": {
        "log": "Log an enquiry", "mail": "Message", "keep": "Read and keep", "confirm": "Confirm this need",
        "confirmed": "Confirmed need", "draft": "Draft the reply", "reply": "Draft reply",
        "start": "Start a project", "name": "Code name", "sites": "Shortlist", "subject": "Subject",
    },
}  # fmt: skip


def said(service: Served, key: str, path: str, body: dict[str, Any]) -> Any:
    """What the service answers a program that says something."""
    answer = service.client.post(path, json=body, headers={"X-API-Key": key})
    assert answer.is_success, answer.text
    return answer.json()


@pytest.mark.parametrize("lang", IN_ENGLISH)
def test_from_a_pasted_mail_to_a_project(visit: Visiting, lang: str) -> None:
    words = WORDS[lang]
    reader = visit("planner")
    page = reader.go("desk", lang)
    page.get_by_role("button", name=words["log"]).click()
    form = page.get_by_role("dialog")
    form.get_by_label(words["mail"], exact=True).fill(MAIL)
    form.get_by_label(words["subject"]).fill(f"Atelier {lang}")
    found = {"log": reader.barriers()}
    form.get_by_role("button", name=words["keep"]).click()
    sheet = page.get_by_role("article")
    expect(sheet.get_by_text("3 à 5 ha").first).to_be_visible()
    expect(page.get_by_role("link", name=f"Atelier {lang}")).to_have_attribute("aria-current", "true")
    sheet.get_by_role("button", name=words["confirm"]).click()
    expect(sheet.get_by_role("heading", name=words["confirmed"])).to_be_visible()
    sheet.get_by_role("button", name=words["draft"]).click()
    expect(sheet.get_by_label(words["reply"])).to_have_value(re.compile("3 à 5 ha"))
    found["enquiry"] = reader.barriers()
    sheet.get_by_role("button", name=words["start"]).click()
    page.get_by_role("dialog").get_by_label(words["name"]).fill(f"Ardoise {lang}")
    page.get_by_role("dialog").get_by_role("button", name=words["start"]).click()
    expect(page.get_by_role("heading", name=words["sites"])).to_be_visible()
    expect(page.get_by_role("heading", level=2, name=f"Ardoise {lang}")).to_be_visible()
    found["project"] = reader.barriers()
    assert found == {step: [] for step in found}


def test_what_is_overdue_says_so_and_stands_first(visit: Visiting, service: Served, key: str) -> None:
    asked = {"mail": "Nous cherchons 2 ha.", "subject": "Oubliée", "received_at": "2026-02-02T09:00:00+01:00"}
    said(service, key, "/enquiries", asked)
    page = visit("planner").go("desk")
    first = page.get_by_role("listitem").first
    expect(first).to_contain_text("Oubliée")
    expect(first).to_contain_text("En retard : réponse due le 04/02/2026 09:00")


def test_a_need_is_corrected_in_the_form_and_kept_for_its_enquiry(visit: Visiting, service: Served, key: str) -> None:
    made = said(service, key, "/enquiries", {"mail": "Nous cherchons 2 ha dans l'Ain.", "subject": "À corriger"})
    page = visit("planner").go(f"desk/enquiries/{made['id']}")
    page.get_by_role("link", name="Corriger dans le formulaire").click()
    page.get_by_label("Surface de terrain, au moins").fill("4")
    page.get_by_role("button", name="Garder pour cette demande").click()
    expect(page.get_by_role("heading", name="Besoin confirmé")).to_be_visible()
    kept = service.client.get(f"/enquiries/{made['id']}", headers={"X-API-Key": key}).json()
    assert kept["need"]["land_m2"]["min"] == 40_000


def test_the_desk_is_for_planners(visit: Visiting) -> None:
    page = visit().go("desk")
    expect(page.get_by_text("Cette page est réservée aux chargés de foncier")).to_be_visible()
    expect(page.get_by_role("link", name="Bureau", exact=True)).to_have_count(0)


def test_a_window_of_320_pixels_holds_an_enquiry_and_its_likely_double(
    visit: Visiting, service: Served, key: str
) -> None:
    double = said(service, key, "/enquiries", {"mail": MAIL})
    made = said(service, key, "/enquiries", {"mail": MAIL, "subject": "Petite fenêtre"})
    page = visit("planner", width=320, height=640).go("desk")
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    page.get_by_role("link", name="Petite fenêtre").click()
    expect(page.get_by_role("article")).to_be_visible()
    expect(page.get_by_role("link", name=f"Demande n° {double['id']}").last).to_be_visible()
    assert page.url.endswith(f"desk/enquiries/{made['id']}")
    assert page.evaluate(width) == 0
    page.get_by_role("link", name="Retour à la liste").click()
    expect(page.get_by_role("article")).to_be_hidden()
    assert page.evaluate(width) == 0

"""The desk's projects and proposals: an order with reasons, who has not answered, what others propose, commitments."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from geo.store.access.keys import Admitted, create_key
from geo.store.access.organisations import make_organisation
from geo.store.database import Database, Role
from tests.api.serving import Served
from tests.web.conftest import Visiting
from tests.web.test_desk import said

TERRITORY = "CC du bureau"


@pytest.fixture(scope="module")
def neighbour(sample: Database) -> tuple[int, str]:
    """Another organisation, and a key of its planner."""
    with sample.connection(Role.GATE) as connection:
        number = make_organisation(connection, TERRITORY, "territory")
        return number, create_key(connection, "eco", Admitted("planner", number))[1]


@pytest.fixture
def project(service: Served, key: str) -> int:
    """A project of the agency with three sites."""
    need = {"schema": "emprise/need/1", "land_m2": {"min": "1 ha"}}
    made = said(service, key, "/projects", {"code_name": "Schiste", "need": need})
    sites = [{"parcels": [number], "reason": f"motif {number}"} for number in (1, 2, 3)]
    headers = {"X-API-Key": key, "If-Match": f'"v{made["version"]}"'}
    answer = service.client.put(f"/projects/{made['id']}/shortlist", json={"sites": sites}, headers=headers)
    assert answer.is_success, answer.text
    return int(made["id"])


def order(service: Served, key: str, project: int) -> list[Any]:
    told = service.client.get(f"/projects/{project}/shortlist", headers={"X-API-Key": key}).json()
    return [(*site["parcels"], site["reason"]) for site in told["sites"]]


def reasons(page: Page) -> list[str]:
    return [one.input_value() for one in page.get_by_label("Motif pour").all()]


def test_a_long_list_goes_on_at_a_button(visit: Visiting, service: Served, key: str) -> None:
    for number in range(51):
        said(service, key, "/projects", {"code_name": f"Grès {number}"})
    held = service.client.get("/projects?limit=1000", headers={"X-API-Key": key}).json()["projects"]
    page = visit("planner").go("desk/projects")
    links = page.get_by_role("listitem").get_by_role("link")
    expect(links).to_have_count(50)
    page.get_by_role("button", name="Suite de la liste").click()
    expect(links).to_have_count(len(held))
    expect(page.get_by_role("button", name="Suite de la liste")).to_have_count(0)


def test_a_shortlist_is_ordered_by_buttons_and_by_drag(
    visit: Visiting, service: Served, key: str, project: int
) -> None:
    reader = visit("planner")
    page = reader.go(f"desk/projects/{project}")
    expect(page.get_by_label("Motif pour")).to_have_count(3)
    up = page.get_by_role("button", name="Monter").nth(2)
    up.focus()
    page.keyboard.press("Enter")
    assert reasons(page) == ["motif 1", "motif 3", "motif 2"]
    expect(page.get_by_role("status").filter(has_text="est maintenant à la place 2")).to_be_attached()
    page.get_by_role("listitem").filter(has=page.get_by_label("Motif pour")).nth(2).drag_to(
        page.get_by_role("listitem").filter(has=page.get_by_label("Motif pour")).nth(0),
        source_position={"x": 5, "y": 5}, target_position={"x": 5, "y": 5},
    )  # fmt: skip
    assert reasons(page) == ["motif 2", "motif 1", "motif 3"]
    page.get_by_label("Motif pour").first.fill("puissance sur place")
    page.get_by_role("button", name="Retirer").nth(2).click()
    page.get_by_role("button", name="Enregistrer la liste").click()
    page.get_by_role("dialog").get_by_label("Motif").fill("refusé par l’entreprise")
    page.get_by_role("dialog").get_by_role("button", name="Enregistrer la liste").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Enregistrer la liste")).to_be_hidden()
    assert order(service, key, project) == [(2, "puissance sur place"), (1, "motif 1")]


def test_sites_side_by_side_who_has_not_answered_and_a_dossier(
    visit: Visiting, service: Served, key: str, project: int, neighbour: tuple[int, str]
) -> None:
    until = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    asked = {"project": project, "territories": [{"organisation": neighbour[0]}], "deadline": until}
    said(service, key, "/consultations", asked)
    reader = visit("planner")
    page = reader.go(f"desk/projects/{project}")
    expect(page.get_by_text(f"N’ont pas répondu : {TERRITORY}.")).to_be_visible()
    page.get_by_role("button", name="Comparer les premiers sites").click()
    table = page.get_by_role("table", name="Comparaison des sites")
    expect(table.get_by_role("columnheader")).to_have_count(3)
    expect(table.get_by_role("rowheader", name="surface", exact=True)).to_be_visible()
    page.get_by_role("button", name="Faire un dossier").click()
    page.get_by_role("dialog").get_by_label("Titre").fill("Dossier <b>Schiste</b>")
    page.get_by_role("dialog").get_by_role("button", name="Faire un dossier").click()
    pdf = page.get_by_role("link", name="PDF : Dossier <b>Schiste</b>")
    expect(pdf).to_be_visible()
    assert page.request.get(pdf.get_attribute("href") or "").body()[:5] == b"%PDF-"
    assert reader.barriers() == []


def test_proposals_are_accepted_or_refused_with_a_reason(
    visit: Visiting, service: Served, key: str, neighbour: tuple[int, str]
) -> None:
    for price in (41, 42):
        asked = {"properties": {"price_eur_m2": price}, "reason": f"avis des domaines {price}"}
        said(service, neighbour[1], "/parcels/4/proposals", asked)
    reader = visit("planner")
    page = reader.go("desk/proposals")
    first = page.get_by_role("article").filter(has_text="avis des domaines 41")
    expect(first.get_by_role("row", name="Prix (€ HT/m²)")).to_contain_text("41")
    expect(first).to_contain_text(TERRITORY)
    assert reader.barriers() == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.querySelector('.desk-list').scrollWidth <= innerWidth")
    first.get_by_role("button", name="Refuser").click()
    page.get_by_role("dialog").get_by_label("Motif").fill("avis périmé")
    page.get_by_role("dialog").get_by_role("button", name="Refuser").click()
    expect(first).to_have_count(0)
    page.get_by_role("article").filter(has_text="avis des domaines 42").get_by_role("button", name="Accepter").click()
    expect(page.get_by_text("Aucune proposition à examiner.")).to_be_visible()
    headers = {"X-API-Key": key}
    parcel = service.client.get("/collections/parcels/items/4", headers=headers).json()
    assert parcel["properties"]["price_eur_m2"] == 42
    filed = service.client.get("/proposals?state=refused", headers=headers).json()["proposals"]
    assert [one["decided_why"] for one in filed] == ["avis périmé"]


def test_a_commitment_is_recorded_and_ended_in_the_sheet(visit: Visiting) -> None:
    page = visit("planner").go("parcels/8")
    page.get_by_role("button", name="Noter un engagement").click()
    form = page.get_by_role("dialog", name="Noter un engagement")
    form.get_by_label("Au profit de").fill("Projet Alpha")
    form.get_by_label("Motif").fill("courrier du 28 mai")
    form.get_by_role("button", name="Enregistrer").click()
    option = page.get_by_role("table", name="Engagements").get_by_role("row", name="option")
    expect(option).to_contain_text("en cours")
    option.get_by_role("button", name="Clore").click()
    page.get_by_role("dialog").get_by_label("Motif").fill("renonce par courrier")
    page.get_by_role("dialog").get_by_role("button", name="Enregistrer").click()
    expect(option).to_contain_text("retiré")
    expect(option.get_by_role("button")).to_have_count(0)

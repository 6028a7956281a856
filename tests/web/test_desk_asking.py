"""From a project: versions of its need, what changed, sites kept with reasons, territories asked, a dossier shared."""

import json
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import expect

from geo.store.access.organisations import make_organisation
from geo.store.database import Database, Role
from tests.api.serving import Served
from tests.web.conftest import Visiting
from tests.web.test_desk import said


def project(service: Served, key: str, name: str) -> int:
    need = {"schema": "emprise/need/1", "land_m2": {"min": "1 ha"}}
    return int(said(service, key, "/projects", {"code_name": name, "need": need})["id"])


def sold(service: Served, key: str, parcel: int, market: str) -> None:
    where, headers = f"/collections/parcels/items/{parcel}", {"X-API-Key": key}
    headers["If-Match"] = service.client.get(where, headers=headers).headers["etag"]
    headers["Content-Type"] = "application/merge-patch+json"
    change = {"properties": {"market": market}, "reason": "acte signé"}
    answer = service.client.patch(where, content=json.dumps(change), headers=headers)
    assert answer.is_success, answer.text


def opened(service: Served, link: str) -> httpx.Response:
    """What a link opens, for whoever has it: links are built on the address that users know, tests serve on another."""
    return httpx.get(f"{service.client.base_url}".rstrip("/") + urlsplit(link).path)


def test_a_need_gets_a_version_and_what_changed_is_told(visit: Visiting, service: Served, key: str) -> None:
    number = project(service, key, "Gneiss")
    reader = visit("planner")
    page = reader.go(f"desk/projects/{number}")
    page.get_by_role("link", name="Modifier le cahier des charges").click()
    page.get_by_label("Surface de terrain, au moins").fill("2")
    page.get_by_role("button", name="Garder pour ce projet").click()
    page.get_by_role("dialog").get_by_label("Motif").fill("deux halls au lieu d’un")
    page.get_by_role("dialog").get_by_role("button", name="Garder pour ce projet").click()
    page.get_by_text("Toutes les versions").click()
    latest = page.get_by_role("listitem").filter(has_text="Version 2")
    expect(latest).to_contain_text("deux halls au lieu d’un")
    expect(latest).to_contain_text("2 ha")
    page.get_by_role("button", name="Garder la réponse du jour").click()
    expect(page.get_by_text("Réponse gardée")).to_be_visible()
    found = said(service, key, "/matches", {"land_m2": {"min": "2 ha"}, "limit": 200})["matches"]
    lost = min(one["parcel_ids"][0] for one in found)
    assert lost <= 10, "one of the agency's own"
    sold(service, key, lost, "sold")
    page.get_by_role("button", name="Voir ce qui a changé").click()
    expect(page.get_by_role("heading", name="1 site perdu")).to_be_visible()
    assert reader.barriers() == []
    sold(service, key, lost, "for_sale")


def test_a_site_of_an_answer_is_kept_with_its_reasons(visit: Visiting, service: Served, key: str) -> None:
    number = project(service, key, "Marbre")
    page = visit("planner").go(f"desk/projects/{number}")
    page.get_by_role("link", name="Voir les sites").click()
    site = page.get_by_role("article").first
    site.get_by_role("button", name="Retenir pour le projet").click()
    form = page.get_by_role("dialog", name="Retenir pour le projet")
    assert len(form.get_by_label("Motif").input_value()) > 10, "what speaks for it"
    form.get_by_role("button", name="Retenir pour le projet").click()
    expect(form).to_have_count(0)
    kept = service.client.get(f"/projects/{number}/shortlist", headers={"X-API-Key": key}).json()["sites"]
    assert len(kept) == 1


def test_territories_are_asked_reminded_and_the_consultation_closed(
    visit: Visiting, service: Served, sample: Database, key: str
) -> None:
    with sample.connection(Role.GATE) as connection:
        for name in ("CC du Guiers", "CC <b>des Vals</b>"):
            make_organisation(connection, name, "territory")
    number = project(service, key, "Tuf")
    reader = visit("planner")
    page = reader.go(f"desk/projects/{number}")
    page.get_by_role("button", name="Interroger des territoires").click()
    form = page.get_by_role("dialog")
    form.get_by_label("CC du Guiers", exact=True).check()
    form.get_by_label("Adresse pour CC du Guiers").fill("eco@guiers.example.fr")
    form.get_by_label("CC <b>des Vals</b>", exact=True).check()
    form.get_by_label("Message").fill("Réponse courte bienvenue.")
    found = {"asking": reader.barriers()}
    until = form.get_by_label("Réponses attendues jusqu’au").input_value()
    form.get_by_role("button", name="Envoyer").click()
    links = page.get_by_role("dialog", name="Liens des territoires")
    expect(links.get_by_label("CC du Guiers : message envoyé")).to_be_visible()
    link = links.get_by_label("CC <b>des Vals</b> : lien à transmettre").input_value()
    assert opened(service, link).status_code == 200
    found["links"] = reader.barriers()
    links.get_by_role("button", name="Fermer").click()
    expect(page.get_by_text(f"réponses attendues le {date.fromisoformat(until):%d/%m/%Y}").first).to_be_visible()
    page.get_by_role("button", name="Relancer").click()
    reminder = page.get_by_role("dialog", name="Relancer")
    assert "Tuf" not in reminder.get_by_label("CC du Guiers").input_value()
    reminder.get_by_role("button", name="Envoyer les relances").click()
    expect(page.get_by_text("1 relance envoyée.")).to_be_visible()
    expect(page.get_by_role("row", name="CC du Guiers")).to_contain_text("relancé le")
    page.get_by_role("button", name="Clore la consultation").click()
    page.get_by_role("dialog").get_by_role("button", name="Clore la consultation").click()
    expect(page.get_by_text("ses liens n’ouvrent plus rien.")).to_be_visible()
    expect(page.get_by_role("button", name="Relancer")).to_have_count(0)
    assert opened(service, link).status_code in (404, 410)
    assert found == {step: [] for step in found}


def test_a_dossier_is_shared_until_a_day_and_no_longer(visit: Visiting, service: Served, key: str) -> None:
    number = project(service, key, "Silex")
    headers = {"X-API-Key": key, "If-Match": '"v1"'}
    sites = {"sites": [{"parcels": [1], "reason": "prêt le premier"}]}
    assert service.client.put(f"/projects/{number}/shortlist", json=sites, headers=headers).is_success
    said(service, key, f"/projects/{number}/dossiers", {"title": "Dossier Silex"})
    until = (datetime.now(UTC) + timedelta(days=10)).date()
    page = visit("planner").go(f"desk/projects/{number}")
    page.get_by_role("button", name="Partager par un lien : Dossier Silex").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Dernier jour").fill(until.isoformat())
    form.get_by_role("button", name="Créer le lien").click()
    link = page.get_by_role("dialog").get_by_label("Dossier Silex").input_value()
    assert "Dossier Silex" in opened(service, link).text
    page.get_by_role("dialog").get_by_role("button", name="Fermer").click()
    expect(page.get_by_text(f"partagé jusqu’au {until:%d/%m/%Y}")).to_be_visible()
    page.get_by_role("button", name="Arrêter le partage").click()
    expect(page.get_by_role("button", name="Arrêter le partage")).to_have_count(0)
    assert opened(service, link).status_code in (404, 410)

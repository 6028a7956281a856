"""The sheet of a parcel: what is known of it, and changing it with a reason."""

import re

import httpx
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from geo.derive import work
from geo.store.database import Database, Role
from tests.api.serving import Served
from tests.conftest import SAMPLE_DAY
from tests.web.conftest import Visiting, session_of

HISTORY = "Ce qui a été dit, par qui et quand"


def sheet(page: Page) -> Locator:
    return page.get_by_role("region", name="Fiche du terrain")


def test_a_sheet_tells_what_is_known_and_from_where(visit: Visiting) -> None:
    page = visit("planner").go("parcels/6")
    told = sheet(page)
    expect(told.get_by_role("heading", level=2)).to_have_text(re.compile("zone rouge de PPRT"))
    expect(told.get_by_role("img", name=re.compile("Plan du terrain"))).to_contain_text("360 m")
    facts = told.get_by_role("table", name="Faits connus du terrain")
    expect(facts.get_by_role("row", name=re.compile("Commercialisation"))).to_contain_text("sample_parcels")
    expect(told.get_by_role("listitem").filter(has_text="PPRT (exemple), zone rouge")).to_contain_text(
        "interdit de construire"
    )
    expect(told.get_by_role("table", name="Plus long bâtiment par largeur")).to_contain_text("100 m")
    expect(told.get_by_role("table", name="Procédures à mener")).to_contain_text("chemin critique")
    expect(told.get_by_role("table", name=re.compile("Dates, selon"))).to_contain_text("prudente")


def test_a_company_reads_and_changes_nothing(visit: Visiting) -> None:
    page = visit().go("parcels/1")
    expect(sheet(page).get_by_role("heading", level=2)).to_be_visible()
    expect(sheet(page).get_by_role("table", name="Procédures à mener")).to_be_visible()
    expect(page.get_by_role("button", name="Modifier")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("Mettre à jour"))).to_have_count(0)


def test_who_saves_second_sees_both_and_decides(visit: Visiting, service: Served, sample: Database) -> None:
    reader = visit("planner")
    page = reader.go("parcels/2")
    page.get_by_role("button", name="Modifier").click()
    form = page.get_by_role("dialog", name=re.compile("Modifier"))
    form.get_by_label("Puissance électrique").fill("14,5")
    form.get_by_label("Motif").fill("courrier du gestionnaire de réseau")
    other_saves(service, sample, reader.home, 2, {"power_mw": 9})
    form.get_by_role("button", name="Enregistrer").click()
    conflict = page.get_by_role("dialog", name="Quelqu’un a enregistré avant vous")
    row = conflict.get_by_role("row", name=re.compile("Puissance"))
    expect(row.get_by_role("cell")).to_have_text(["12", "9", "14.5"])
    conflict.get_by_role("button", name="Enregistrer ma saisie").click()
    expect(page.get_by_role("status").filter(has_text="Enregistré.")).to_be_visible()
    expect(sheet(page).get_by_role("row", name=re.compile("Puissance"))).to_contain_text("14,5\u00a0MW")
    sheet(page).get_by_text(HISTORY).click()
    mine = sheet(page).get_by_role("listitem").filter(has_text="courrier du gestionnaire de réseau · Agence exemple")
    expect(mine).to_contain_text(re.compile("électrique.* : 9 → 14,5"))
    reader.wrong[:] = [one for one in reader.wrong if "412" not in one]  # the browser notes the refusal that is meant


def test_land_of_somebody_else_is_proposed_a_correction(visit: Visiting) -> None:
    page = visit("planner").go("parcels/11")
    known = sheet(page).get_by_role("table", name="Faits connus du terrain")
    power = known.get_by_role("row", name=re.compile("Puissance")).get_by_role("cell").first
    before = power.inner_text()
    page.get_by_role("button", name="Proposer une correction").click()
    form = page.get_by_role("dialog", name=re.compile("Proposer une correction"))
    expect(form).to_contain_text("rien ne change avant son accord")
    form.get_by_label("Puissance électrique").fill("77")
    form.get_by_label("Motif").fill("appel du gestionnaire de réseau")
    form.get_by_role("button", name="Envoyer la proposition").click()
    expect(page.get_by_role("status").filter(has_text="Proposition envoyée.")).to_be_visible()
    expect(power).to_have_text(before)


def other_saves(service: Served, sample: Database, home: str, parcel: int, properties: dict[str, object]) -> None:
    cookie = session_of(sample, home, "planner")[0]["value"]
    with httpx.Client(base_url=home, headers={"Cookie": f"emprise={cookie}", "Sec-Fetch-Site": "same-origin"}) as other:
        tag = other.get(f"/collections/parcels/items/{parcel}").headers["etag"]
        said = {"properties": properties, "reason": "visite"}
        kind = {"If-Match": tag, "Content-Type": "application/merge-patch+json"}
        answer = other.patch(f"/collections/parcels/items/{parcel}", json=said, headers=kind)
        assert answer.status_code == 200, answer.text


def test_a_step_is_recorded_with_its_reason_and_stands_in_the_history(visit: Visiting) -> None:
    page = visit("planner").go("parcels/3")
    sheet(page).get_by_role("button", name=re.compile("Mettre à jour")).first.click()
    form = page.get_by_role("dialog")
    form.get_by_label("État").select_option("done")
    form.get_by_label("Motif").fill("acte reçu par le service foncier")
    form.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status").filter(has_text="Enregistré.")).to_be_visible()
    expect(sheet(page).get_by_text("1 procédure achevée")).to_be_visible()
    sheet(page).get_by_text(HISTORY).click()
    expect(sheet(page).get_by_role("listitem").filter(has_text="acte reçu par le service foncier")).to_be_visible()


def test_markup_in_a_name_is_text(visit: Visiting, sample: Database) -> None:
    hostile = "<img src=x onerror=alert(1)><b>gras</b>"
    with sample.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel set name = :name where id = 9"), {"name": hostile})
    work.derive(sample, as_of=SAMPLE_DAY)
    page = visit("planner").go("parcels/9?name=onerror")
    expect(sheet(page).get_by_role("heading", level=2)).to_have_text(hostile)
    page.get_by_role("link", name="Retour à la liste").click()
    expect(page.get_by_role("link", name=hostile)).to_be_visible()
    assert page.locator("#main img, #main b").count() == 0

"""Map and list side by side: what a planner finds, filters, shares and opens."""

import re
from datetime import timedelta

from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from api.clock import today
from geo.store.database import Database
from tests.api.conftest import quick_settings
from tests.api.serving import Served, serving
from tests.web.conftest import WAIT_MS, Visiting, session_of

COUNT = re.compile(r"([\d\u202f]+)\s+(?:terrains?|parcels?)$")


def told(page: Page) -> str:
    """What the page says it found, once it has."""
    expect(page.get_by_role("region", name=re.compile("Tableau|Table"))).to_be_visible()
    return page.get_by_role("status").filter(has_text=COUNT).inner_text()


def expect_count(page: Page, count: int) -> None:
    expect(page.get_by_role("status").filter(has_text=COUNT)).to_have_text(re.compile(rf"^{count}\s"))


def open_filter(page: Page, name: str) -> None:
    page.get_by_role("search").get_by_text(name, exact=True).click()


def found(service: Served, sample: Database, **query: str) -> int:
    """How many parcels the service finds for a planner."""
    cookie = session_of(sample, str(service.client.base_url).rstrip("/"), "planner")[0]["value"]
    answer = service.client.get(
        "/collections/parcels/items", params={"limit": "1", **query}, headers={"Cookie": f"emprise={cookie}"}
    )
    number = answer.json()["numberMatched"]
    assert isinstance(number, int)
    return number


def test_filters_are_in_the_address_the_list_and_the_download(
    visit: Visiting, service: Served, sample: Database
) -> None:
    reader = visit("planner")
    page = reader.go()
    expect_count(page, found(service, sample))
    open_filter(page, "Surface")
    page.get_by_label("Au moins (ha)", exact=True).fill("8,5")
    expect_count(page, found(service, sample, filter="surface_m2 >= 85000"))
    open_filter(page, "Urbanisme")
    page.get_by_label("autorisée", exact=True).check()
    large = found(service, sample, filter="surface_m2 >= 85000 AND industry = 'allowed'")
    expect_count(page, large)
    open_filter(page, "Délai")
    day = (today(quick_settings()) + timedelta(days=400)).isoformat()
    page.get_by_label("Travaux possibles au plus tard le").fill(day)
    filter = "surface_m2 >= 85000 AND industry = 'allowed'"
    soon = found(service, sample, filter=filter, ready_by=day, probability="0.8")
    expect_count(page, soon)
    assert soon < large
    page.keyboard.press("Escape")
    page.get_by_text("Télécharger", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert len(download.value.path().read_text(encoding="utf-8").strip().splitlines()) == soon + 1
    shared = page.url
    page.goto("about:blank")
    page.goto(shared)
    expect_count(page, soon)
    page.get_by_role("button", name="Réinitialiser les filtres").click()
    expect_count(page, found(service, sample))
    page.go_back()
    expect_count(page, soon)


def test_an_empty_list_names_the_filter_that_excludes_most(visit: Visiting) -> None:
    page = visit("planner", map=True).go("?surface_min=8&power_min=5000&market=for_sale")
    expect(page.get_by_role("heading", name="Aucun terrain ne répond à tous les filtres")).to_be_visible()
    expect_count(page, 0)
    first = page.get_by_role("listitem").filter(has_text="Sans «").first
    expect(first).to_contain_text("puissance électrique")
    first.get_by_role("button").click()
    expect(page.get_by_role("table")).to_be_visible()


def test_land_is_found_by_place_and_networks_and_markup_stays_text(
    visit: Visiting, service: Served, sample: Database
) -> None:
    reader = visit("planner")
    page = reader.go()
    open_filter(page, "Lieu")
    where = page.get_by_label("Commune, EPCI, SCoT ou département")
    for name in ("Saint-Quentin-Fallavier", "saint-vulbas"):
        where.fill(name)
        where.press("Enter")
        expect(page.get_by_role("button", name=re.compile(f"Retirer {name}", re.IGNORECASE))).to_be_visible()
    there = found(service, sample, filter="commune IN ('38449', '01390')")
    expect_count(page, there)
    open_filter(page, "Réseaux")
    page.get_by_label("fret ferroviaire").check()
    by_rail = found(service, sample, filter="commune IN ('38449', '01390') AND A_CONTAINS(networks, ('rail'))")
    expect_count(page, by_rail)
    assert 0 < by_rail < there
    page.get_by_label("gaz", exact=True).check()
    expect(page.get_by_role("listitem").filter(has_text="Sans « réseaux »")).to_contain_text(str(there))
    page.reload()
    expect(page.get_by_role("search").get_by_text("Saint-Quentin-Fallavier, Saint-Vulbas")).to_be_visible()
    reader.go("?area=scot/<img src=x onerror=alert(1)>,departement/38&name=<b>gras</b>")
    expect(page.get_by_role("search").get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    expect(page.get_by_role("search").get_by_text("<b>gras</b>")).to_be_visible()
    assert page.locator("#main img, #main b").count() == 0


def test_the_list_is_sorted_and_turned_by_the_service(visit: Visiting) -> None:
    page = visit("planner").go()
    heading = page.get_by_role("columnheader", name=re.compile("Surface"))
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    rows = page.get_by_role("row").filter(has=page.get_by_role("rowheader"))
    expect(rows).to_have_count(50)
    largest = rows.first.inner_text()
    page.get_by_role("button", name="Suivants").click()
    expect(page.get_by_text("Page 2")).to_be_visible()
    expect(rows.first).not_to_have_text(largest)
    page.get_by_role("button", name="Précédents").click()
    expect(page.get_by_text("Page 1")).to_be_visible()
    assert rows.first.inner_text() == largest


def test_map_and_list_choose_the_same_parcel(visit: Visiting) -> None:
    page = visit("planner", map=True).go("?at=5.0946,45.6394,15&name=exemple")
    canvas = page.get_by_role("region", name="Carte", exact=True)
    page.locator("[data-ready]").wait_for()
    page.wait_for_timeout(500)
    box = canvas.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    sheet = page.get_by_role("region", name="Fiche du terrain")
    expect(sheet.get_by_role("heading", level=2)).to_have_text(re.compile("Exemple"))
    expect(page).to_have_url(re.compile(r"#/parcels/\d+\?"))
    chosen = sheet.get_by_role("heading", level=2).inner_text()
    page.get_by_role("link", name="Retour à la liste").click()
    row = page.get_by_role("row", name=re.compile(re.escape(chosen)))
    row.get_by_role("link").click()
    expect(sheet.get_by_role("heading", level=2)).to_have_text(chosen)


def test_a_view_of_the_map_filters_and_the_map_has_the_keys(visit: Visiting) -> None:
    page = visit("planner", map=True).go("?at=5.0946,45.6394,14")
    page.locator("[data-ready]").wait_for()
    open_filter(page, "Lieu")
    page.get_by_role("button", name="Prendre la vue de la carte").click()
    expect(page).to_have_url(re.compile("drawn="))
    expect(page.get_by_role("status").filter(has_text=COUNT)).not_to_have_text(re.compile(r"^5\d\d"))
    page.keyboard.press("Escape")
    page.get_by_role("region", name="Carte", exact=True).focus()
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile("at=5.09[0-9]*,45.6[0-9]*,15"))


def test_without_webgl_the_list_is_whole(visit: Visiting) -> None:
    page = visit().go()
    expect(page.get_by_text("La carte demande WebGL")).to_be_visible()
    assert COUNT.search(told(page))
    page.get_by_role("rowheader").first.get_by_role("link").click()
    expect(page.get_by_role("region", name="Fiche du terrain").get_by_role("heading", level=2)).to_be_visible()


def test_a_basemap_out_of_reach_is_given_up_and_the_parcels_stay(sample: Database, with_map: Browser) -> None:
    settings = quick_settings(basemap_url="http://127.0.0.1:9/{z}/{x}/{y}.png")
    with serving(create_app(settings, sample), settings) as served:
        page = with_map.new_page()
        page.goto(f"{str(served.client.base_url).rstrip('/')}/app/?lang=fr#/?at=5.0946,45.6394,14")
        expect(page.get_by_text("Le fond de carte ne répond pas")).to_be_visible(timeout=WAIT_MS)
        page.locator("[data-ready]").wait_for()
        page.wait_for_timeout(500)
        box = page.get_by_role("region", name="Carte", exact=True).bounding_box()
        assert box
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.get_by_role("region", name="Fiche du terrain").get_by_role("heading", level=2)).to_be_visible()
        page.close()

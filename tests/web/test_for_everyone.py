"""Read by ear, by keyboard, in a narrow window, in two languages; axe finds nothing serious anywhere."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import IN_ENGLISH, Visiting
from tests.web.test_explore import open_filter

WORDS = {
    "fr": {"surface": "Surface", "edit": "Modifier", "sign_in": "Se connecter", "close": "Fermer"},
    "en": {"surface": "Surface", "edit": "Edit", "sign_in": "Sign in", "close": "Close"},
}


@pytest.mark.parametrize("lang", IN_ENGLISH)
def test_axe_finds_nothing_serious_at_any_step(visit: Visiting, lang: str) -> None:
    words = WORDS[lang]
    reader = visit("planner")
    page = reader.go(lang=lang)
    expect(page.get_by_role("rowheader").first).to_be_visible()
    assert page.locator("html").get_attribute("lang") == lang
    found = {"list": reader.barriers()}
    open_filter(page, words["surface"])
    found["filter"] = reader.barriers()
    page.keyboard.press("Escape")
    reader.go("?surface_min=900", lang)
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    expect(page.get_by_role("listitem").get_by_role("button").first).to_be_visible()
    found["empty"] = reader.barriers()
    reader.go("parcels/6", lang)
    page.get_by_role("button", name=words["edit"]).click()
    found["edit"] = reader.barriers()
    page.get_by_role("button", name=words["close"]).click()
    found["sheet"] = reader.barriers()
    assert found == {step: [] for step in found}


def test_axe_finds_nothing_serious_on_the_map_and_at_the_door(visit: Visiting) -> None:
    reader = visit(map=True)
    page = reader.go("?at=5.0946,45.6394,13&show=zones,constraints")
    page.locator("[data-ready]").wait_for()
    found = {"map": reader.barriers()}
    page.get_by_role("button", name="Se connecter").click()
    found["sign in"] = reader.barriers()
    assert found == {step: [] for step in found}
    expect(page.get_by_role("button", name="Zoom avant")).to_be_attached()


def test_everything_is_reached_by_the_keyboard(visit: Visiting) -> None:
    page = visit("planner").go()
    expect(page.get_by_role("rowheader").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Nom du terrain")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Nom du terrain")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Nom du terrain")).to_be_hidden()
    first = page.get_by_role("rowheader").first.get_by_role("link")
    first.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("region", name="Fiche du terrain")
    expect(sheet).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def overflow(page: Page) -> int:
    """Pixels of the page that lie right of the window."""
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert isinstance(width, int)
    return width


def test_a_window_of_320_pixels_holds_it(visit: Visiting) -> None:
    reader = visit("planner", width=320, height=640)
    page = reader.go()
    expect(page.get_by_role("rowheader").first).to_be_visible()
    assert overflow(page) == 0
    open_filter(page, "Urbanisme")
    assert overflow(page) == 0
    reader.go("parcels/6")
    expect(page.get_by_role("table", name="Procédures à mener")).to_be_visible()
    assert overflow(page) == 0


def test_signing_in_with_a_key_and_out_again(visit: Visiting, key: str) -> None:
    reader = visit()
    page = reader.go()
    page.get_by_role("button", name="Se connecter").click()
    door = page.get_by_role("dialog", name="Se connecter")
    door.get_by_label("Votre clé").fill("emp_wrong_key")
    door.get_by_role("button", name="Se connecter").click()
    expect(door.get_by_role("alert")).to_contain_text("n’est pas reconnue")
    door.get_by_label("Votre clé").fill(key)
    door.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_text("Agence exemple")).to_be_visible()
    kept = page.evaluate("JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])")
    assert kept == '["",{},{}]', "scripts see neither key nor session"
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("button", name="Se connecter")).to_be_visible()
    reader.wrong[:] = [one for one in reader.wrong if not re.search("401", one)]  # the browser notes the refused key

"""A planner sends a file of land: looks at what it would change, mends or withdraws it, loads it."""

import json
import re
import threading

import pytest
from playwright.sync_api import FilePayload, Page, expect

from api.clock import today
from api.jobs.running import work_off
from geo.derive import work as derive
from geo.store.database import Database
from tests.api.conftest import quick_settings
from tests.intake.test_load import feature
from tests.web.conftest import IN_FRENCH, Visiting
from tests.web.test_explore import expect_count
from tests.web.test_for_everyone import overflow

HOSTILE = "<img src=x onerror=alert(1)>"
CROSSED = feature("4", 3, terr_nom="Croisé")
CROSSED["geometry"]["coordinates"][0][1:3] = reversed(CROSSED["geometry"]["coordinates"][0][1:3])
NOWHERE = feature("3", 2, terr_nom=HOSTILE)
NOWHERE["geometry"]["coordinates"][0][1][0] = None
GOOD = [feature("1", terr_nom="Un"), feature("2", 1, terr_nom="Deux")]


def file_of(*features: dict[str, object], name: str = "lots.geojson") -> FilePayload:
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return {"name": name, "mimeType": "application/geo+json", "buffer": content}


def send(page: Page, file: FilePayload) -> None:
    """By keyboard alone, once the browser's own dialog has given the file."""
    page.get_by_label("Fichier", exact=True).set_input_files(file)
    page.get_by_label("Contenu").focus()
    page.keyboard.press("Tab")
    if not page.get_by_label("Visibilité").is_visible():
        page.keyboard.press("Enter")  # opens the other options
    page.keyboard.press("Tab")
    expect(page.get_by_label("Visibilité")).to_be_focused()
    page.get_by_label("Visibilité").select_option(label="publique")
    page.get_by_role("button", name="Envoyer", exact=True).press("Enter")


def work(sample: Database) -> None:
    """What a worker does; in a thread of its own, since the browser has an event loop in this one."""
    working = threading.Thread(
        target=work_off, args=(sample, quick_settings(), threading.Event()), kwargs={"wait": False}
    )
    working.start()
    working.join()


def tried(page: Page, sample: Database, name: str) -> None:
    """A file with two good rows and two bad ones is sent and read."""
    send(page, file_of(*GOOD, NOWHERE, CROSSED, name=name))
    expect_state(page, re.compile("en attente de lecture"))
    work(sample)
    expect_state(page, "lu, à confirmer")


def expect_state(page: Page, state: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("article").get_by_role("status")).to_have_text(state)


def test_a_file_is_tried_shown_and_loaded_without_its_bad_rows(visit: Visiting, sample: Database) -> None:
    page = visit("planner").go()
    page.get_by_role("link", name="Importer").click()
    tried(page, sample, "lots.geojson")
    told = page.get_by_role("article")
    expect(told.get_by_role("heading", level=2)).to_have_text("lots.geojson")
    expect(told.get_by_role("definition")).to_have_text(["2", "0", "0", "2", "0", "0"])
    rows = told.get_by_role("table", name="Lignes à regarder").get_by_role("row")
    expect(rows.nth(1)).to_have_text(re.compile(r"^3.*un nombre fini ; attendu : par exemple 4\.85"))
    expect(rows.nth(1)).to_contain_text(HOSTILE)
    expect(rows.nth(2)).to_contain_text("le contour se recoupe")
    assert page.locator("#main img").count() == 0
    told.get_by_role("button", name="Charger les bonnes lignes (2)").press("Enter")
    expect_state(page, re.compile("en attente de chargement"))
    work(sample)
    expect_state(page, "chargé")
    expect(page.get_by_role("listitem").filter(has_text="lots.geojson")).to_contain_text("chargé")
    derive.derive(sample, as_of=today(quick_settings()))
    told.get_by_role("link", name="Voir les terrains chargés").click()
    expect_count(page, 2)
    expect(page.get_by_role("link", name="Deux")).to_be_visible()


def test_a_wrong_file_gets_the_services_own_words_and_another_is_withdrawn(visit: Visiting, sample: Database) -> None:
    page = visit("planner").go("import")
    send(page, {"name": "lettre.txt", "mimeType": "text/plain", "buffer": b"Bonjour,\nvoici nos terrains."})
    expect_state(page, re.compile("en attente de lecture"))
    work(sample)
    expect_state(page, "refusé")
    expect(page.get_by_role("article")).to_contain_text("lettre.txt")
    expect(page.get_by_role("article").get_by_role("alert")).to_contain_text(re.compile("GeoJSON|format|reconnu"))
    send(page, file_of(*GOOD, name="deux.geojson"))
    expect_state(page, re.compile("en attente de lecture"))
    work(sample)
    expect_state(page, "lu, à confirmer")
    page.get_by_role("button", name="Retirer ce fichier").click()
    expect_state(page, "retiré")
    expect(page.get_by_role("button", name=re.compile("Charger"))).to_have_count(0)


@pytest.mark.parametrize("lang", IN_FRENCH)
def test_axe_finds_nothing_serious_and_320_pixels_hold_it(visit: Visiting, sample: Database, lang: str) -> None:
    tried(visit("planner").go("import"), sample, f"petit-{lang}.geojson")
    reader = visit("planner", width=320, height=640)
    page = reader.go("import", lang)
    expect(page.get_by_role("button", name=re.compile("^(Envoyer|Send)$"))).to_be_visible()
    found = {"form": reader.barriers()}
    assert overflow(page) == 0
    page.get_by_role("listitem").filter(has_text=f"petit-{lang}.geojson").get_by_role("link").click()
    expect(page.get_by_role("table", name=re.compile("Lignes à regarder|Rows to look at"))).to_be_visible()
    found["report"] = reader.barriers()
    assert overflow(page) == 0
    assert found == {"form": [], "report": []}


def test_rows_with_a_problem_are_drawn(visit: Visiting, sample: Database) -> None:
    page = visit("planner", map=True).go("import")
    tried(page, sample, "dessin.geojson")
    page.locator("[data-drawn]").wait_for()
    page.get_by_role("button", name="Voir sur la carte : ligne 4").click()
    canvas = page.get_by_role("region", name="Carte", exact=True)
    expect(canvas).to_be_in_viewport()
    box = canvas.bounding_box()
    assert box
    expect(page.get_by_role("button", name="Voir sur la carte : ligne 4")).to_be_focused()
    page.get_by_role("heading", level=2).first.click()
    page.wait_for_timeout(500)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_role("button", name="Voir sur la carte : ligne 4")).to_be_focused()

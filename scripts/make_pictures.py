"""Take the pictures of docs/pictures: the page of /app/ over the sample, as a planner and a company see it.

    .venv/bin/python scripts/make_pictures.py [NAME...]

The service runs over a base of its own that is thrown away, without a basemap. 1280 x 800, French. Needs Chromium
(scripts/install-browser) and a built page (make web).
"""

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from PIL import Image
from playwright.sync_api import Page, sync_playwright

REPO = Path(__file__).resolve().parent.parent
PICTURES = REPO / "docs" / "pictures"
EMPRISE = str(REPO / ".venv" / "bin" / "emprise")
AGENCY = "Agence Exemple"
WIDTH, HEIGHT = 1280, 800
PATIENCE_S = 120
STILL_MS = 1_500
"""For what is drawn by and by."""
NEED = {
    "schema": "emprise/need/1",
    "buildings": [{"length_m": 120, "width_m": 60}],
    "setback_m": 5,
    "land_m2": {"min": "2 ha"},
    "use": "industrie",
    "power_mw": {"at_opening": 4},
    "start_by": "2028-12-31",
    "probability": 0.8,
    "wishes": {"power_mw": {"weight": 1}, "start_by": {"weight": 2}},
}
COMPONENTS = """Bonjour,

Pour un client industriel je cherche 3 à 5 ha en Isère, 150 emplois, travaux à l'été 2028, 4 MW.
Merci de me rappeler.

Claire Martin, Cabinet Exemple"""
MAILS = (
    ("Usine de composants", COMPONENTS),
    ("Plateforme logistique", "Nous cherchons 8 à 10 ha près d'une autoroute, en location, mise en service fin 2028."),
    ("Extension d'un laboratoire", "Un bâtiment de 60 x 40 m, 1 ha, fibre et 1 MW, dans l'Ain ou l'Isère."),
)


class Stage:
    """A service over the sample, with what a desk has on a working day."""

    def __init__(self, home: str, key: str) -> None:
        self.home = home
        self._client = httpx.Client(base_url=home, headers={"X-API-Key": key}, timeout=PATIENCE_S)
        self.key = key
        self.enquiry = 0
        self.project = 0
        self.dossier = 0
        self.sites: list[list[int]] = []

    def said(self, method: str, path: str, body: object, tag: str | None = None) -> Any:
        """The service's answer."""
        headers = {} if tag is None else {"If-Match": tag}
        answer = self._client.request(method, path, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json()

    def fill(self) -> None:
        """Enquiries, a project with its need, its shortlist and a dossier."""
        for subject, mail in MAILS:
            made = self.said("POST", "/enquiries", {"mail": mail, "subject": subject})
            self.enquiry = self.enquiry or made["id"]
        found = self.said("POST", "/matches", NEED)
        ranked = [one["parcel_ids"] for one in [*found["matches"], *found["to_check"]]]
        self.sites = [ranked[place] for place in (0, 3, 7)]
        project = self.said("POST", "/projects", {"code_name": "Ardoise", "need": NEED, "enquiry": self.enquiry})
        self.project = project["id"]
        reasons = ("prêt le premier, puissance sur place", "plus grand, deux ans plus tard", "second rang")
        sites = [{"parcels": site, "reason": reason} for site, reason in zip(self.sites, reasons, strict=True)]
        self.said("PUT", f"/projects/{self.project}/shortlist", {"sites": sites}, f'"v{project["version"]}"')
        self.said("POST", f"/projects/{self.project}/answers", None)
        dossier = {"title": "Projet Ardoise : trois sites", "text": "Trois sites retenus, dans l'ordre."}
        self.dossier = self.said("POST", f"/projects/{self.project}/dossiers", dossier)["id"]

    def need(self) -> str:
        """The need as the address of the page has it."""
        return base64.urlsafe_b64encode(json.dumps(NEED).encode()).decode().rstrip("=")


def the_map(page: Page, stage: Stage) -> None:
    """Map and list side by side, one filter set."""
    at(page, stage, "?surface_min=0,5&at=5.0990,45.6440,14&show=constraints")
    page.locator("[data-ready]").wait_for()


def sheet(page: Page, stage: Stage) -> None:
    """A parcel: plan, facts, what fits, dates."""
    at(page, stage, f"parcels/{stage.sites[0][0]}")
    page.get_by_role("heading", level=2).first.wait_for()
    page.locator("[data-ready]").wait_for()


def need(page: Page, stage: Stage) -> None:
    """A need being written."""
    at(page, stage, f"need?need={stage.need()}")
    page.locator(".live-count").wait_for()
    page.locator("[data-ready]").wait_for()


def result(page: Page, stage: Stage) -> None:
    """Ranked sites with the building drawn."""
    at(page, stage, f"answer?need={stage.need()}")
    page.get_by_role("article").first.wait_for()
    page.locator("[data-drawn]").wait_for()


def comparison(page: Page, stage: Stage) -> None:
    """Three sites side by side."""
    chosen = quote(",".join("_".join(map(str, site)) for site in stage.sites))
    at(page, stage, f"answer/compare?need={stage.need()}&compare={chosen}")
    page.get_by_role("columnheader").nth(2).wait_for()


def desk(page: Page, stage: Stage) -> None:
    """An enquiry: when it is due, what its words say."""
    at(page, stage, f"desk/enquiries/{stage.enquiry}")
    page.get_by_role("article").get_by_role("heading", level=2).wait_for()


def project(page: Page, stage: Stage) -> None:
    """A project: its need and its shortlist."""
    at(page, stage, f"desk/projects/{stage.project}")
    page.get_by_label("Motif pour").first.wait_for()


def dossier(page: Page, stage: Stage) -> None:
    """The dossier as its reader sees it."""
    page.goto(f"{stage.home}/dossiers/{stage.dossier}?f=html&lang=fr")


SHOTS: dict[str, Callable[[Page, Stage], None]] = {
    "map": the_map, "sheet": sheet, "need": need, "result": result, "comparison": comparison, "desk": desk,
    "project": project, "dossier": dossier,
}  # fmt: skip


def at(page: Page, stage: Stage, where: str) -> None:
    """A place of the page, opened anew."""
    page.goto("about:blank")
    page.goto(f"{stage.home}/app/?lang=fr#/{where}")


def main() -> None:
    """Take the pictures named, or all."""
    wanted = sys.argv[1:] or list(SHOTS)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("There is no Chromium: scripts/install-browser")
    PICTURES.mkdir(exist_ok=True)
    with staged() as stage, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--enable-unsafe-swiftshader"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, locale="fr-FR", reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_S * 1000)
        headers = {"Origin": stage.home}
        context.request.post(
            f"{stage.home}/session", data={"key": stage.key}, headers=headers, fail_on_status_code=True
        )
        page = context.new_page()
        for name in wanted:
            SHOTS[name](page, stage)
            page.wait_for_timeout(STILL_MS)
            take(page, PICTURES / f"{name}.png")
        browser.close()


def take(page: Page, path: Path) -> None:
    """A picture in as many colours as it takes to look the same: a third of the bytes."""
    page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(REPO)}  {path.stat().st_size / 1000:.0f} kB")


@contextmanager
def staged() -> Iterator[Stage]:
    """The service over a base of its own."""
    folder = tempfile.mkdtemp(prefix="emprise-pictures-")
    Path(folder).chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {"EMPRISE_DATA_DIR": folder, "EMPRISE_BASEMAP_URL": "none", "EMPRISE_PORT": str(port)}
    served = subprocess.Popen(
        [EMPRISE, "serve"], cwd=REPO, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        run(env, "load", "sample_parcels.geojson", "--visibility", "public", "--responsible", AGENCY)
        told = run(env, "key", "create", "images", "--organisation", AGENCY)
        key = next(word for word in told.split() if word.startswith("emp_"))
        stage = Stage(f"http://127.0.0.1:{port}", key)
        until = time.monotonic() + PATIENCE_S
        while not ready(stage.home) and time.monotonic() < until:
            time.sleep(0.5)
        stage.fill()
        yield stage
    finally:
        served.terminate()
        served.wait(PATIENCE_S)
        shutil.rmtree(folder, ignore_errors=True)


def run(env: dict[str, str], *command: str) -> str:
    """What a command of ours prints."""
    return subprocess.run([EMPRISE, *command], cwd=REPO, env=env, check=True, capture_output=True, text=True).stdout


def ready(home: str) -> bool:
    """Whether the service answers."""
    try:
        return httpx.get(f"{home}/readyz").is_success
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    main()

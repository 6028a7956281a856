"""Dossiers over HTTP: made once, told the same ever after, shared until a day, and telling nobody else anything."""

import io
import json
import re
import shlex
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from api.clock import today
from geo.derive import work
from geo.store.access.keys import Admitted, create_key
from geo.store.database import Role
from tests.api.conftest import quick_settings
from tests.api.desk.agency_desk import Desk
from tests.api.desk.dossier_place import DOCX, PAIR, PDF, picture, started, words_of
from tests.conftest import REPO

TELLING = ("commune a", "epci a", "lot a", "38440", "AB 12")


@pytest.fixture(scope="module")
def project(desk: Desk) -> dict[str, Any]:
    return started(desk)


@pytest.fixture(scope="module")
def made(desk: Desk, project: dict[str, Any]) -> dict[str, Any]:
    sites = [
        {
            "parcels": [desk.parcels["EPCI B"]],
            "heading": "Le second d'abord",
            "text": "Vu le 3.\n\nÀ revoir <b>vite</b>.",
        },
        {"parcels": [desk.parcels["EPCI A"]]},
    ]
    return desk.post(
        "agency", f"/projects/{project['id']}/dossiers", sites=sites, text="Bonjour,", logo=picture(), title="Été 2027"
    )


def test_a_dossier_is_told_in_the_order_and_words_of_the_planner(desk: Desk, made: dict[str, Any]) -> None:
    answer = desk.ask("agency", "GET", f"/dossiers/{made['id']}?f=html")
    page = answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert re.findall(r"<h2>(.*?)</h2>", page)[2:] == ["Le second d&#39;abord", "2. Lot A"]
    assert "À revoir &lt;b&gt;vite&lt;/b&gt;." in page
    assert "Établi par Agence" in page
    assert 'src="data:image/png;base64,' in page
    assert "AB 12" in page
    assert "AB 13" in page, "the neighbour is named on the plan"
    assert "43,21 €/m²" in page
    policy = answer.headers["content-security-policy"]
    assert "script" not in policy
    assert "style-src 'sha256-" in policy


def test_the_page_is_in_the_language_of_the_dossier_unless_another_is_asked(desk: Desk, made: dict[str, Any]) -> None:
    kept = desk.ask("agency", "GET", f"/dossiers/{made['id']}?f=html", headers={"Accept-Language": "en"})
    assert '<html lang="fr">' in kept.text
    assert kept.headers["content-language"] == "fr"
    english = desk.ask("agency", "GET", f"/dossiers/{made['id']}?f=html&lang=en").text
    assert '<html lang="en">' in english
    assert "Meets the need" in english
    assert "Répond au besoin" not in english


def test_accept_chooses_the_format(desk: Desk, made: dict[str, Any]) -> None:
    path = f"/dossiers/{made['id']}"
    assert desk.get("agency", path)["facts"]["cover"]["text"] == "Bonjour,"
    docx = desk.ask("agency", "GET", path, headers={"Accept": DOCX})
    assert docx.headers["content-type"] == DOCX
    body = zipfile.ZipFile(io.BytesIO(docx.content)).read("word/document.xml").decode()
    assert "À revoir &lt;b&gt;vite&lt;/b&gt;." in body
    assert docx.headers["content-disposition"] == f'inline; filename="dossier-{made["id"]}.docx"'
    assert desk.ask("agency", "GET", path, headers={"Accept": "text/csv"}).status_code == 406


def test_what_was_told_stays_when_the_land_changes(desk: Desk, made: dict[str, Any]) -> None:
    before = desk.ask("agency", "GET", f"/dossiers/{made['id']}?f=html").text
    with desk.database.connection(Role.WORKER) as connection:
        change = text("update core.parcel set price_eur_m2 = 99 where id = :id")
        connection.execute(change, {"id": desk.parcels["EPCI A"]})
    work.derive(desk.database, as_of=today(quick_settings()))
    assert desk.ask("agency", "GET", f"/dossiers/{made['id']}?f=html").text == before


@pytest.mark.parametrize("who", ["other agency", "territory", "neighbour", "company", "nobody"])
def test_others_see_nothing_of_it(desk: Desk, project: dict[str, Any], made: dict[str, Any], who: str) -> None:
    expected = {"company": 404, "nobody": 401}.get(who, 404)
    assert desk.ask(who, "GET", f"/dossiers/{made['id']}").status_code == expected
    assert desk.ask(who, "GET", f"/dossiers/{10**6}").status_code == expected, "as one that is not there"
    for path in (f"/projects/{project['id']}/dossiers", f"/dossiers/{made['id']}/link"):
        method = "GET" if path.endswith("dossiers") else "POST"
        refused = {"company": 403, "nobody": 401}.get(who, 404)
        assert desk.ask(who, method, path).status_code == refused


def test_a_link_opens_it_without_account_until_it_is_ended(
    desk: Desk, project: dict[str, Any], made: dict[str, Any]
) -> None:
    with desk.database.connection(Role.GATE) as connection:
        admitted = Admitted("company", desk.organisations["SA Exemple"], project=project["id"])
        _, key = create_key(connection, "its company", admitted)
    company = {"X-API-Key": key}
    path = f"/dossiers/{made['id']}"
    assert desk.client.get(path, headers=company).status_code == 404
    shared = desk.post("agency", f"{path}/link")
    address = shared["address"][shared["address"].index("/s/") :]
    page = desk.client.get(address)
    assert page.status_code == 200, page.text
    assert "Le second d&#39;abord" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in page.headers["x-robots-tag"]
    assert desk.client.get(f"{address}?f=docx").status_code == 400, "the DOCX is the planner's"
    assert desk.client.get(path, headers=company).status_code == 200
    assert "asked" not in desk.client.get(path, headers=company).json()
    (listed,) = [
        one for one in desk.get("agency", f"/projects/{project['id']}/dossiers")["dossiers"] if one["id"] == made["id"]
    ]
    assert listed["shared_until"] == shared["expires_at"]
    assert desk.ask("agency", "DELETE", f"{path}/link").status_code == 204
    assert desk.client.get(address, headers={"Accept": "application/json"}).status_code == 410
    assert desk.client.get(path, headers=company).status_code == 404
    assert desk.client.get("/s/" + "A" * 43, headers={"Accept": "application/json"}).status_code == 404


@pytest.fixture(scope="module")
def anonymous(desk: Desk, project: dict[str, Any]) -> dict[str, Any]:
    sites = [{"parcels": [desk.parcels["EPCI A"]], "text": "Bien desservi."}]
    return desk.post("agency", f"/projects/{project['id']}/dossiers", sites=sites, anonymous=True, by="EPCI A")


def test_an_anonymous_dossier_holds_nothing_that_tells_which_land(desk: Desk, anonymous: dict[str, Any]) -> None:
    path = f"/dossiers/{anonymous['id']}"
    pdf = desk.ask("agency", "GET", f"{path}?f=pdf")
    assert pdf.headers["content-type"] == PDF, pdf.text
    docx = zipfile.ZipFile(io.BytesIO(desk.ask("agency", "GET", f"{path}?f=docx").content))
    told = {
        "json": desk.ask("agency", "GET", path).text,
        "html": desk.ask("agency", "GET", f"{path}?f=html").text,
        "english": desk.ask("agency", "GET", f"{path}?f=html&lang=en").text,
        "pdf": words_of(pdf.content),
        "docx": " ".join(docx.read(name).decode("utf-8", "ignore") for name in docx.namelist() if name.endswith("xml")),
    }
    number = desk.parcels["EPCI A"]
    for kind, whole in told.items():
        said = re.sub(r' d="[^"]*"', "", whole)  # outlines of a drawing are numbers, and tell none
        found = [word for word in TELLING if word.lower() in said.lower()]
        assert found == [], kind
        for exact in ("62 5", "62500", "6,25", "43,21", "43.21", "Lambert", f'"parcel_ids": [{number}]'):
            assert exact not in said, (kind, exact)
    assert anonymous["warnings"] == [], "six published lots are like it"
    facts = anonymous["facts"]
    assert len(facts["sites"][0]["land"]) == 7
    assert "place" not in facts["need"]
    plan = facts["sites"][0]["plan"]
    assert not plan["north"]
    assert {area["kind"] for area in plan["areas"]} == {"parcel", "placed"}
    assert plan["texts"] == []
    assert "octogone" in told["pdf"]


@pytest.mark.parametrize("place", ["title", "text", "heading", "site"])
def test_words_that_name_the_land_are_refused_in_an_anonymous_one(
    desk: Desk, project: dict[str, Any], place: str
) -> None:
    said = "À la COMMUNE A, près du lac"
    site: dict[str, Any] = {"parcels": [desk.parcels["EPCI A"]]}
    site |= {"heading": {"heading": said}, "site": {"text": said}}.get(place, {})
    body: dict[str, Any] = {"anonymous": True, "sites": [site]} | ({place: said} if place in ("title", "text") else {})
    refused = desk.ask("agency", "POST", f"/projects/{project['id']}/dossiers", json=body)
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error["code"] == "dossier.identifying"
    assert error["field"] == {"heading": "sites[0].heading", "site": "sites[0].text"}.get(place, place)
    assert "Commune A" in error["detail"]


def test_without_sites_the_shortlist_is_told(desk: Desk, project: dict[str, Any]) -> None:
    empty = desk.ask("agency", "POST", f"/projects/{project['id']}/dossiers", json={})
    assert empty.json()["code"] == "dossier.no_sites"
    sites = [{"parcels": [desk.parcels[name]], "reason": "le plus près"} for name in ("EPCI C", "EPCI A")]
    desk.change("agency", "PUT", f"/projects/{project['id']}/shortlist", sites=sites)
    found = desk.post("agency", f"/projects/{project['id']}/dossiers", scores=False)
    assert [one["parcel_ids"] for one in found["facts"]["sites"]] == [one["parcels"] for one in sites]
    assert found["title"] == "Ardoise"
    assert {one["score"] for one in found["facts"]["sites"]} == {None}


def test_parcels_that_do_not_touch_are_no_site(desk: Desk, project: dict[str, Any]) -> None:
    body = {"sites": [{"parcels": [desk.parcels["EPCI A"], desk.parcels["EPCI B"]]}]}
    refused = desk.ask("agency", "POST", f"/projects/{project['id']}/dossiers", json=body)
    assert refused.json()["errors"][0]["code"] == "dossier.apart"


def test_neighbouring_parcels_make_one_site(desk: Desk, project: dict[str, Any]) -> None:
    found = desk.post("agency", f"/projects/{project['id']}/dossiers", sites=[{"parcels": PAIR}, {"parcels": PAIR[:1]}])
    together, alone = found["facts"]["sites"]
    assert (together["fit"], alone["fit"]) == ("fits", "no")
    assert together["parcel_ids"] == PAIR
    assert together["land"]["names"] == ["Lot G1", "Lot G2"]
    assert together["land"]["surface_m2"] == pytest.approx(20_000, rel=0.01)
    assert "placed" in {area["kind"] for area in together["plan"]["areas"]}
    assert "2. Lot G1" in desk.ask("agency", "GET", f"/dossiers/{found['id']}?f=html").text


def test_the_commands_of_the_page_work(desk: Desk, project: dict[str, Any], tmp_path: Path) -> None:
    """docs/dossier.md, with this desk's numbers."""
    document = (REPO / "docs" / "dossier.md").read_text(encoding="utf-8")
    lines = [line for line in document.splitlines() if line.startswith("curl ")]
    assert len(lines) == 6
    home = str(desk.client.base_url).rstrip("/")
    known = {
        "$HOST": home,
        "$KEY": desk.keys["agency"],
        "projects/1": f"projects/{project['id']}",
        "[1]": f"[{desk.parcels['EPCI A']}]",
        "[5]": f"[{desk.parcels['EPCI B']}]",
    }
    made = ""
    for line in lines:
        command = line
        for word, meant in {**known, "dossiers/1": f"dossiers/{made}"}.items():
            command = command.replace(word, meant)
        asked = [*shlex.split(command), "-sS", "-f"]
        answer = subprocess.run(asked, cwd=tmp_path, capture_output=True, timeout=60, check=True)
        if not made:
            made = json.loads(answer.stdout)["id"]
    assert (tmp_path / "dossier.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("hidden", ["EPCI B-private", "nothing"])
def test_land_one_does_not_see_is_not_there(desk: Desk, project: dict[str, Any], hidden: str) -> None:
    body = {"sites": [{"parcels": [desk.parcels.get(hidden, 10**9)]}]}
    refused = desk.ask("agency", "POST", f"/projects/{project['id']}/dossiers", json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "parcel.unknown"


def test_a_project_without_need_has_no_dossier(desk: Desk) -> None:
    bare = desk.post("agency", "/projects", code_name="Vide")
    body = {"sites": [{"parcels": [desk.parcels["EPCI A"]]}]}
    refused = desk.ask("agency", "POST", f"/projects/{bare['id']}/dossiers", json=body)
    assert refused.json()["code"] == "dossier.no_need"

"""An option ends: the market returns that night, who waits is asked first, three projects are written to, once."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import text

from api.clock import today
from api.jobs import market
from api.jobs.mail import send_due
from api.settings import Settings
from geo.store.database import Actor, Role
from geo.store.desk import contacts, subscriptions
from geo.store.desk.contacts import Contact
from tests.api.conftest import quick_settings
from tests.api.desk.agency_desk import Desk
from tests.api.desk.test_commitments import in_days, option
from tests.mail.servers import Received, mail_server


def this_day() -> date:
    return today(quick_settings())


LOOKING = {"land_m2": {"min": "5 ha", "max": "8 ha"}, "tenure": "buy"}
SITE = "EPCI A"


@pytest.fixture(scope="module")
def taken() -> Iterator[Received]:
    with mail_server() as received:
        yield received


@pytest.fixture(scope="module")
def settings(taken: Received) -> Settings:
    return quick_settings(smtp_url=f"smtp://127.0.0.1:{taken.port}", mail_from="emprise@exemple.fr")


def project(desk: Desk, who: str, name: str, **need: Any) -> int:
    made = desk.post(who, "/projects", code_name=name, need=LOOKING | need)
    return int(made["id"])


@pytest.fixture(scope="module")
def story(desk: Desk) -> dict[str, int]:
    """T-07, 6.2 ha under option of one project until today; another waits; three look for land; one for more of it."""
    for keeper, mail in ((SITE, "foncier@epci-a.fr"), ("Agence", "projets@agence.fr"), ("Autre agence", "a@autre.fr")):
        actor = Actor(desk.organisations[keeper], "agency", actor="test")
        with desk.database.connection(Role.PLANNER, actor) as connection:
            person = Contact(None, mail, of_organisation=actor.organisation)
            contacts.keep(connection, person, organisation=actor.organisation, on=this_day())
    found = {
        name: project(desk, who, name)
        for who, name in (("agency", "Ardoise"), ("agency", "Basalte"), ("agency", "Craie"), ("other agency", "Dune"))
    }
    found |= {
        "Second": project(desk, "agency", "Second"),
        "Vaste": project(desk, "agency", "Vaste", land_m2={"min": "9 ha"}),
    }
    parcel = desk.parcels[SITE]
    first = option(desk, SITE, parcel, buyer="Premier", expires_on=in_days(0))
    second = option(desk, SITE, parcel, project=found["Second"], expires_on=in_days(200))
    assert (first["rank"], second["rank"]) == (1, 2)
    return found | {"parcel": parcel, "first": first["commitment"], "second": second["commitment"]}


def stock(desk: Desk, **asked: str) -> Any:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return desk.get("nobody", f"/stock?{query}")["available"]


def test_the_night_an_option_ends(desk: Desk, story: dict[str, int], taken: Received, settings: Settings) -> None:
    tomorrow, parcel = this_day() + timedelta(days=1), story["parcel"]
    assert market.follow(desk.database, settings, this_day()) == 0, "a term is valid through its last day"
    send_due(desk.database, settings)
    assert taken.mails == []
    assert desk.get("nobody", f"/parcels/{parcel}/market")["market"] == "optioned"
    assert market.follow(desk.database, settings, tomorrow) == 1
    for _ in range(2):
        assert market.follow(desk.database, settings, tomorrow) == 0
        send_due(desk.database, settings)
    told = {(mail["To"], str(mail["Subject"])) for mail in taken.read()}
    assert len(told) == len(taken.mails), "each is told once"
    assert told == {
        ("foncier@epci-a.fr", f"Lot A (n° {parcel}) : à proposer au rang 2"),
        ("projets@agence.fr", f"Lot A (n° {parcel}) : Second est le premier à solliciter"),
        *(
            ("projets@agence.fr", f"Lot A (n° {parcel}) est de nouveau disponible pour {n}")
            for n in ("Ardoise", "Basalte", "Craie")
        ),
        ("a@autre.fr", f"Lot A (n° {parcel}) est de nouveau disponible pour Dune"),
    }
    keeper = next(mail.get_content() for mail in taken.read() if mail["To"] == "foncier@epci-a.fr")
    assert f'emprise commitment promote {story["second"]} --organisation "{SITE}" --reason' in keeper
    assert f"/app/#/parcels/{parcel}" in keeper
    item = desk.get("nobody", f"/collections/parcels/items/{parcel}")["properties"]
    assert item["market"] == "for_sale"
    now = datetime.now(UTC).isoformat().replace("+", "%2B")  # the clock says today still: what is kept is tomorrow's
    days = [stock(desk, as_of=day.isoformat(), known_at=now)["hectares"] for day in (this_day(), tomorrow)]
    gained = days[1] - days[0]
    assert gained == pytest.approx(6.26, abs=0.02)
    asked = {
        name: desk.get("nobody", f"/parcels/{parcel}/market?as_of={day}")
        for name, day in (("then", this_day()), ("now", tomorrow))
    }
    assert (asked["then"]["market"], asked["now"]["market"]) == ("optioned", "for_sale")
    assert asked["now"]["next"]["commitment"] == story["second"]


def test_the_opening_is_listed_with_ones_own_projects(desk: Desk, story: dict[str, int]) -> None:
    found = {who: desk.get(who, "/market/openings")["openings"] for who in ("agency", "other agency", SITE)}
    projects = {who: [one["code_name"] for one in listed[0]["projects"]] for who, listed in found.items()}
    assert projects == {"agency": ["Ardoise", "Basalte", "Craie"], "other agency": ["Dune"], SITE: []}
    assert {listed[0]["next"]["commitment"] for listed in found.values()} == {story["second"]}
    assert found[SITE][0]["next"]["project"] == story["Second"]
    assert found["other agency"][0]["next"]["project"] is None


def test_people_are_warned_thirty_and_seven_days_before_a_term_ends(
    desk: Desk, story: dict[str, int], taken: Received, settings: Settings
) -> None:
    def warned(days: int) -> list[str]:
        count = len(taken.mails)
        market.tell(desk.database, settings, this_day() + timedelta(days=200 - days))
        send_due(desk.database, settings)
        return sorted(f"{mail['To']} {mail['Subject']}" for mail in taken.read()[count:])

    assert warned(31) == []
    ends = (this_day() + timedelta(days=200)).strftime("%d/%m/%Y")
    both = [
        f"foncier@epci-a.fr Lot A (n° {story['parcel']}) : option à échéance le {ends}",
        f"projets@agence.fr Lot A (n° {story['parcel']}) : option de Second à échéance le {ends}",
    ]
    assert [warned(30), warned(29)] == [both, []]
    letter = next(mail for mail in reversed(taken.read()) if mail["To"] == "projets@agence.fr")
    path = stopping(letter)
    assert path in letter.get_content(), "the letter says how to stop it"
    page = desk.client.get(path, headers={"Accept": "text/html"})
    assert "Lettres sur le marché" in page.text
    assert desk.client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert [warned(7), warned(6), warned(0)] == [both[:1], [], []], "who stopped is not written to"
    with desk.database.connection(Role.WORKER) as connection:
        kept = connection.scalars(text("select body || headers from core.message where sent_at is not null")).all()
    assert kept
    assert not [one for one in kept if path in one], "a mail that went out keeps no secret"
    assert desk.client.post(path, data={"market": "again"}).status_code == 200
    assert told_of(desk, story["Second"]) == ["projets@agence.fr"]


def test_who_ended_a_project_s_news_is_not_written_to_of_it(desk: Desk, story: dict[str, int]) -> None:
    people = desk.get("agency", "/contacts")["contacts"]
    asked = {"contact": people[0]["id"], "project": story["Basalte"]}
    followed = desk.post("agency", "/subscriptions", **asked)["id"]
    assert told_of(desk, story["Basalte"]) == ["projets@agence.fr"]
    assert desk.ask("agency", "DELETE", f"/subscriptions/{followed}").status_code == 204
    assert (told_of(desk, story["Basalte"]), told_of(desk, story["Craie"])) == ([], ["projets@agence.fr"])
    desk.post("agency", "/subscriptions", **asked)
    assert told_of(desk, story["Basalte"]) == ["projets@agence.fr"], "who follows it anew is told"


def test_who_was_told_that_it_is_available_is_told_once_that_it_is_sold(
    desk: Desk, story: dict[str, int], taken: Received, settings: Settings
) -> None:
    """A deed of Craie's, entered late; Second waited, Vaste was never told, Dune has another agency."""
    parcel, tomorrow = story["parcel"], this_day() + timedelta(days=1)
    said: dict[str, Any] = {
        "kind": "deed",
        "project": story["Craie"],
        "effective_on": in_days(-1),
        "reason": "acte reçu ce jour",
    }
    held = desk.ask(SITE, "POST", "/commitments", json=said | {"parcels": [parcel]})
    assert (held.status_code, held.json()["code"]) == (409, "commitment.held_for_buyer"), "the option held on that day"
    closing: dict[str, Any] = {"outcome": "withdrawn", "on": in_days(-1), "reason": "avait renoncé"}
    desk.post(SITE, f"/commitments/{story['first']}/close", 200, **closing)
    desk.post(SITE, "/commitments", parcels=[parcel], **said)
    count = len(taken.mails)
    for _ in range(2):
        market.follow(desk.database, settings, tomorrow)
        send_due(desk.database, settings)
    letters = taken.read()[count:]
    gone = f"Lot A (n° {parcel}) n'est plus disponible pour"
    assert sorted((letter["To"], str(letter["Subject"])) for letter in letters) == [
        ("a@autre.fr", f"{gone} Dune"),
        *(("projets@agence.fr", f"{gone} {name}") for name in ("Ardoise", "Basalte", "Second")),
    ]
    day = (this_day() - timedelta(days=1)).strftime("%d/%m/%Y")
    assert f"vendu depuis le {day}" in letters[0].get_content()
    assert f"/app/#/parcels/{parcel}" in letters[0].get_content()
    told = desk.get("nobody", f"/parcels/{parcel}/market")
    assert (told["market"], told["next"]) == ("sold", None), "nobody waits behind a deed"
    assert desk.get(SITE, "/market/openings")["openings"][0]["next"] is None


def stopping(letter: EmailMessage) -> str:
    """The path of the link that stops such letters, as mail programs read it."""
    found = re.fullmatch(r"<http://[^/]+(/u/[^>]+)>", letter["List-Unsubscribe"])
    assert found is not None
    return found[1]


def told_of(desk: Desk, project: int) -> list[str]:
    """Who of the agency is written to of a project."""
    with desk.database.connection(Role.WORKER) as connection:
        return [one.mail for one in subscriptions.followers(connection, desk.organisations["Agence"], project)]

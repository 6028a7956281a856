"""An option ends: the market returns that night, who waits is asked first, three projects are written to, once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.clock import today
from api.jobs import market
from api.jobs.mail import send_due
from api.settings import Settings
from geo.store.database import Actor, Role
from geo.store.desk import contacts
from geo.store.desk.contacts import Contact
from tests.api.conftest import quick_settings
from tests.api.desk.agency_desk import Desk
from tests.api.desk.test_commitments import in_days, option
from tests.mail.servers import Received, mail_server

DAY = today(quick_settings())
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
            contacts.keep(connection, person, organisation=actor.organisation, on=DAY)
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
    tomorrow, parcel = DAY + timedelta(days=1), story["parcel"]
    assert market.follow(desk.database, settings, DAY) == 0, "a term is valid through its last day"
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
    item = desk.get("nobody", f"/collections/parcels/items/{parcel}")["properties"]
    assert item["market"] == "for_sale"
    now = datetime.now(UTC).isoformat().replace("+", "%2B")  # the clock says today still: what is kept is tomorrow's
    days = [stock(desk, as_of=day.isoformat(), known_at=now)["hectares"] for day in (DAY, tomorrow)]
    gained = days[1] - days[0]
    assert gained == pytest.approx(6.26, abs=0.02)
    asked = {
        name: desk.get("nobody", f"/parcels/{parcel}/market?as_of={day}")
        for name, day in (("then", DAY), ("now", tomorrow))
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
        market.tell(desk.database, settings, DAY + timedelta(days=200 - days))
        send_due(desk.database, settings)
        return sorted(f"{mail['To']} {mail['Subject']}" for mail in taken.read()[count:])

    assert warned(31) == []
    ends = (DAY + timedelta(days=200)).strftime("%d/%m/%Y")
    both = [
        f"foncier@epci-a.fr Lot A (n° {story['parcel']}) : option à échéance le {ends}",
        f"projets@agence.fr Lot A (n° {story['parcel']}) : option de Second à échéance le {ends}",
    ]
    assert [warned(days) for days in (30, 29, 7, 6, 0)] == [both, [], both, [], []]

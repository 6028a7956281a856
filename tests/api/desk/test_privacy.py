"""People are told all that is held about them, are forgotten in time, and once erased are found nowhere."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from api.desk.following.digest import make_digest
from api.desk.people import people
from api.jobs.digest import look_round
from geo.derive import work
from geo.store.database import Actor, Role
from geo.store.desk import contacts, outbox, privacy
from geo.store.desk.outbox import Message
from tests.api.conftest import quick_settings
from tests.api.desk.agency_desk import MAIL, Desk

NAME, ADDRESS, PHONE = "Hortense Grandvallon", "h.grandvallon@planted.example.fr", "+33 6 12 98 76 54"
SETTINGS = quick_settings(public_url="https://terrains.example.org")


def named_anywhere(desk: Desk) -> list[str]:
    """Every table of every schema in which name, address or telephone stands, asked by the owner of the base."""
    engine = create_engine(desk.admin, poolclass=NullPool)
    found = []
    with engine.connect() as connection:
        schemas = "schemaname not in ('pg_catalog', 'information_schema')"
        for schema, table in connection.execute(text(f"select schemaname, tablename from pg_tables where {schemas}")):
            asked = text(f"""
                select exists (select from "{schema}"."{table}" t where t::text ilike any(:words)
                    or encode(t::text::bytea, 'escape') ilike any(:words))
            """)
            if "idempotency" in table:
                asked = text("""select exists (select from core.idempotency
                    where convert_from(body, 'UTF8') ilike any(:words))""")
            words = [f"%{word}%" for word in (NAME, ADDRESS, PHONE, "Grandvallon")]
            if connection.scalar(asked, {"words": words}):
                found.append(f"{schema}.{table}")
    engine.dispose()
    return found


@pytest.fixture
def planted(desk: Desk) -> int:
    """A person of whom there is a trace wherever there may be one; the number of their contact."""
    person: dict[str, Any] = {"name": NAME, "mail": ADDRESS, "phone": PHONE}
    made = desk.post("agency", "/contacts", **person, works_for="own", role="directrice")
    said = f"{MAIL}\n{NAME}\n{PHONE} {ADDRESS.upper()}"
    kept = {"Idempotency-Key": "planted"}
    desk.good(desk.ask("agency", "POST", "/enquiries", json={"mail": said, "contact": person}, headers=kept), 201)
    desk.good(desk.ask("agency", "POST", "/enquiries", json={"mail": said}), 201)
    project = desk.post("agency", "/projects", code_name="Planté")["id"]
    search = desk.post("agency", "/searches", name="Planté", filter="surface_m2 >= 50000", audience="public")["id"]
    desk.post("agency", "/subscriptions", contact=made["id"], search=search)
    desk.post("agency", "/subscriptions", contact=made["id"], project=project)
    with desk.database.connection(Role.WORKER) as connection:
        lot = {"id": desk.parcels["EPCI D"]}
        connection.execute(text("update core.parcel set market = 'sold' where id = :id"), lot)
        told: dict[str, Any] = {"organisation": desk.organisations["Agence"], "body": f"Écrire à {ADDRESS}"}
        outbox.put(connection, Message("to-another", "paul@exemple.fr", "fr", f"De {NAME}", **told))
    with desk.database.connection(Role.PLANNER, Actor(desk.organisations["Agence"], "agency")) as connection:
        connection.execute(
            text("""insert into proposed (project, parcels, contact, told_whom, means, proposed_on, note)
                values (:p, :parcels, :c, 'la directrice', 'call', '2026-11-20', :note)"""),
            {"p": project, "parcels": [lot["id"]], "c": made["id"], "note": f"vu avec {NAME.upper()}"},
        )
    work.derive(desk.database, as_of=date(2026, 11, 23))
    look_round(desk.database, SETTINGS)
    assert make_digest(desk.database, SETTINGS, made["id"], datetime.now(UTC), date(2026, 11, 23))
    return int(made["id"])


def test_what_is_held_is_told_and_once_erased_found_nowhere(desk: Desk, planted: int) -> None:
    assert {"core.contact", "core.enquiry", "core.message"} <= set(named_anywhere(desk))
    held = desk.get("agency", f"/contacts/{planted}/data")["held"]
    assert {"contact", "enquiry", "message", "subscription", "proposed"} <= held.keys()
    assert (len(held["enquiry"]), len(held["subscription"])) == (2, 2)
    assert held["contact"][0]["phone"] == PHONE
    told = desk.good(desk.ask("agency", "DELETE", f"/contacts/{planted}"), 200)
    assert told["erased"] == {"contact": planted, "messages": 1, "enquiries": 1}
    assert named_anywhere(desk) == []
    assert desk.ask("agency", "GET", f"/contacts/{planted}").status_code == 404
    subscriptions = desk.get("agency", "/subscriptions")["subscriptions"]
    assert [one for one in subscriptions if one["contact"] == planted] == []
    with desk.database.connection(Role.WORKER) as connection:
        kept = text("select count(*) from core.message where key like 'digest:%' and emptied_at is not null")
        assert connection.scalar(kept) == 1
        other = connection.execute(text("select * from core.message where key = 'to-another'")).one()
    assert (other.subject, other.body, other.settled_at) == ("De […]", "Écrire à […]", None)


def test_an_organisation_erases_what_it_keeps_and_nothing_of_another(desk: Desk) -> None:
    said: dict[str, Any] = {"name": "Paul Exemple", "mail": "paul@partage.example.fr"}
    mine, theirs = (desk.post(who, "/contacts", **said)["id"] for who in ("agency", "other agency"))
    desk.good(desk.ask("other agency", "DELETE", f"/contacts/{mine}"), 404)
    desk.good(desk.ask("other agency", "GET", f"/contacts/{mine}/data"), 404)
    desk.good(desk.ask("agency", "DELETE", f"/contacts/{mine}"), 200)
    assert desk.get("other agency", f"/contacts/{theirs}")["name"] == "Paul Exemple"
    assert people.erase(desk.database, "paul@partage.example.fr") == privacy.Erased(1, 0, 0)
    assert people.erase(desk.database, "paul@partage.example.fr") is None


def test_what_is_told_again_completes_what_was_known(desk: Desk) -> None:
    first = desk.post("agency", "/contacts", name="Anne", mail="Anne@exemple.fr", phone="1")
    again = desk.post("agency", "/contacts", name="Anne Exemple", mail="anne@EXEMPLE.fr", role="juriste")
    assert again["id"] == first["id"]
    assert (again["name"], again["phone"], again["role"]) == ("Anne Exemple", "1", "juriste")
    for wrong in ({"mail": "x"}, {"mail": "a@b.fr\nBcc: c@d.fr"}, {"works_for": "Personne"}, {"name": "a\nb"}):
        desk.good(desk.ask("agency", "POST", "/contacts", json={"name": "x", "mail": "x@y.fr"} | wrong), 422)


def heard_of(desk: Desk, mail: str, on: date) -> int:
    organisation = desk.organisations["EPCI A"]
    with desk.database.connection(Role.PLANNER, Actor(organisation, "territory")) as connection:
        return contacts.keep(connection, contacts.Contact("Vieux Contact", mail), organisation=organisation, on=on)


def test_who_was_not_heard_of_for_three_years_is_forgotten_to_the_day(desk: Desk) -> None:
    old = heard_of(desk, "old@exemple.fr", date(2023, 11, 23))
    young = heard_of(desk, "young@exemple.fr", date(2023, 11, 24))
    touched = heard_of(desk, "touched@exemple.fr", date(2020, 1, 1))
    with desk.database.connection(Role.WORKER) as connection:
        contacts.touch(connection, touched, date(2025, 6, 1))
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert people.purge(desk.database, SETTINGS, at, date(2026, 11, 23)) == 1
    left = [one["id"] for one in desk.get("territory", "/contacts")["contacts"]]
    assert {young, touched} <= set(left)
    assert old not in left
    assert people.purge(desk.database, SETTINGS, at, date(2026, 11, 23)) == 0


def test_texts_that_have_served_are_emptied(desk: Desk) -> None:
    with desk.database.connection(Role.WORKER) as connection:
        for key in ("served", "fresh", "waits"):
            outbox.put(connection, Message(key, "x@exemple.fr", "fr", "sujet", "texte"))
        sent = text("update core.message set sent_at = :at where key = :key")
        connection.execute(sent, {"key": "served", "at": datetime(2026, 8, 1, tzinfo=UTC)})
        connection.execute(sent, {"key": "fresh", "at": datetime(2026, 11, 1, tzinfo=UTC)})
    people.purge(desk.database, SETTINGS, datetime(2026, 11, 23, tzinfo=UTC), date(2026, 11, 23))
    with desk.database.connection(Role.WORKER) as connection:
        asked = text("select key, body, to_address from core.message where key = any(:keys) order by key")
        found = [tuple(row) for row in connection.execute(asked, {"keys": ["served", "fresh", "waits"]})]
    assert found == [("fresh", "texte", "x@exemple.fr"), ("served", "", None), ("waits", "texte", "x@exemple.fr")]


@settings(max_examples=30)
@given(st.dates(date(2016, 1, 1), date(2032, 12, 31)), st.dates(date(2016, 1, 1), date(2036, 12, 31)))
def test_the_day_that_is_told_is_the_day_of_the_purge(last: date, day: date) -> None:
    assert (last <= people.last_kept(day, 3)) == (people.erased_on(last, 3) <= day)


def test_the_29th_of_february() -> None:
    assert people.erased_on(date(2024, 2, 29), 3) == date(2027, 3, 1)
    assert people.last_kept(date(2028, 2, 29), 3) == date(2025, 2, 28)


def test_a_pattern_of_words_is_those_words() -> None:
    row: Any = type("row", (), {"mail": "a.b+c@d.fr", "phone": "+33 (0)4 76 00", "name": "O'Neil  d'Été"})
    assert json.dumps(privacy._words([row])) == json.dumps(r"a\.b\+c\@d\.fr|\+33\s+\(0\)4\s+76\s+00|O\'Neil\s+d\'Été")

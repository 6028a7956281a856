"""What others than the desk's own people could learn or spoil: forms, contacts, erasures, land once hidden."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.store.database import Role
from tests.api.desk.agency_desk import Desk
from tests.api.desk.test_commitments import in_days, market_of, option

FORM: dict[str, Any] = {"mail": "Nous cherchons 3 ha en Plaine de l'Ain pour une usine.", "consent": True}


def test_the_public_form_changes_nothing_of_whom_an_agency_knows(desk: Desk) -> None:
    with desk.database.connection(Role.WORKER) as connection:
        held = text("insert into core.territory (organisation, insee) values (:o, '38443')")
        connection.execute(held, {"o": desk.organisations["Agence"]})
    known: dict[str, Any] = {
        "name": "Anne Exemple",
        "mail": "anne@usine-exemple.fr",
        "phone": "0100000001",
        "role": "directrice",
    }
    before = desk.post("agency", "/contacts", **known)
    somebody = {"mail": known["mail"], "name": "Faux Nom", "phone": "0900000000", "role": "escroc"}
    told = desk.post("nobody", "/enquiries", **FORM, language="en", contact=somebody)
    assert told["followed_by"] == "Agence"
    assert desk.get("agency", f"/enquiries/{told['reference'][2:]}")["contact"]["id"] == before["id"]
    assert desk.get("agency", f"/contacts/{before['id']}") == before


def test_who_asked_is_for_nobody_before_the_enquiry_is_handed_on(desk: Desk) -> None:
    person = {"mail": "inconnu@pile-exemple.com", "name": "Personne Inconnue"}
    told = desk.post("nobody", "/enquiries", mail="Need 3 ha, thank you.", consent=True, contact=person)
    assert told["followed_by"] is None
    (contact,) = [one for one in desk.get("admin", "/contacts")["contacts"] if one["mail"] == person["mail"]]
    for who in ("agency", "other agency", "EPCI A"):
        assert person["mail"] not in desk.ask(who, "GET", "/contacts").text, who
        assert desk.ask(who, "DELETE", f"/contacts/{contact['id']}").status_code == 404, who


def test_whom_one_erases_takes_no_word_out_of_what_others_wrote(desk: Desk) -> None:
    asked: dict[str, Any] = {
        "properties": {"price_eur_m2": 31},
        "reason": "selon Jean Dupont au 01 et jean@autre-exemple.fr",
    }
    filed = desk.post("agency", f"/parcels/{desk.parcels['EPCI A']}/proposals", **asked)
    for mail, name, phone in (("jean@autre-exemple.fr", "Jean Dupont", "01"), ("j@x.fr", "Jean Dupont", "0")):
        contact = desk.post("neighbour", "/contacts", mail=mail, name=name, phone=phone)["id"]
        desk.good(desk.ask("neighbour", "DELETE", f"/contacts/{contact}"), 200)
    assert desk.get("agency", f"/proposals/{filed['proposal']}")["reason"] == asked["reason"]
    mine = desk.post("agency", "/contacts", mail="jean@autre-exemple.fr", name="Jean Dupont", phone="0")["id"]
    desk.good(desk.ask("agency", "DELETE", f"/contacts/{mine}"), 200)
    assert desk.get("agency", f"/proposals/{filed['proposal']}")["reason"] == "selon […] au 01 et […]"


def test_what_bound_land_while_it_was_hidden_is_not_told_once_it_is_shown(desk: Desk) -> None:
    parcel, path = desk.parcels["EPCI D-private"], f"/parcels/{desk.parcels['EPCI D-private']}"
    failed = option(desk, "EPCI D", parcel, buyer="X")["commitment"]
    desk.post("EPCI D", f"/commitments/{failed}/close", 200, outcome="failed", reason="abandon", on=in_days(-3))
    terms: dict[str, Any] = {"effective_on": in_days(-3), "expires_on": in_days(9)}
    standing = option(desk, "EPCI D", parcel, buyer="Y", **terms)["commitment"]
    with desk.database.connection(Role.WORKER) as connection:
        opened = text("update core.parcel set visibility = 'public' where id = :p")
        connection.execute(opened, {"p": parcel})
    for who, known in (("nobody", {standing}), ("neighbour", {standing}), ("EPCI D", {failed, standing})):
        listed = desk.get(who, f"{path}/commitments?ended=true")["commitments"]
        assert {one["commitment"] for one in listed} == known, who
    assert market_of(desk, "nobody", parcel) == "optioned"
    desk.post("EPCI D", f"/commitments/{standing}/close", 200, outcome="withdrawn", reason="renonce")
    listed = desk.get("nobody", f"{path}/commitments?ended=true")["commitments"]
    assert {one["commitment"] for one in listed} == {standing}, "what ended in the open is told"


def test_a_term_is_not_prolonged_into_the_rank_of_another(desk: Desk) -> None:
    parcel = desk.parcels["EPCI E"]
    first = option(desk, "EPCI E", parcel, buyer="A", expires_on=in_days(-5))["commitment"]
    second = option(desk, "EPCI E", parcel, buyer="B", effective_on=in_days(-2))
    assert second["rank"] == 1
    late = desk.ask("EPCI E", "PATCH", f"/commitments/{first}", json={"expires_on": in_days(9), "reason": "avenant"})
    assert (late.status_code, late.json()["code"]) == (409, "commitment.rank_taken")
    said = {"expires_on": in_days(-4), "reason": "avenant"}
    assert desk.ask("EPCI E", "PATCH", f"/commitments/{first}", json=said).status_code == 200


def test_an_option_after_an_interest_waits_in_line(desk: Desk) -> None:
    parcel = desk.parcels["EPCI F"]
    interest = option(desk, "EPCI F", parcel, kind="interest", buyer="C")["commitment"]
    option(desk, "EPCI F", parcel, buyer="D")
    assert option(desk, "EPCI F", parcel, follows=interest)["rank"] == 2


def test_of_two_who_end_a_commitment_at_once_one_is_told(desk: Desk) -> None:
    made = [option(desk, "EPCI B", desk.parcels["EPCI B"], buyer=f"E{n}")["commitment"] for n in range(6)]

    def close(deal: int) -> int:
        body = {"outcome": "withdrawn", "reason": "renonce"}
        return desk.ask("EPCI B", "POST", f"/commitments/{deal}/close", json=body).status_code

    with ThreadPoolExecutor(4) as pool:
        for deal in made:
            assert sorted(pool.map(close, [deal] * 4)) == [200, 409, 409, 409]


def test_the_address_of_a_shared_dossier_is_kept_nowhere(desk: Desk) -> None:
    project = desk.post("agency", "/projects", code_name="Lien", need={"land_m2": {"min": 100}})["id"]
    sites = [{"parcels": [desk.parcels["EPCI A"]]}]
    made = desk.post("agency", f"/projects/{project}/dossiers", sites=sites)["id"]
    key = {"Idempotency-Key": "partage"}
    shared = desk.ask("agency", "POST", f"/dossiers/{made}/link", json={}, headers=key)
    token = desk.good(shared, 201)["address"].rpartition("/")[2]
    with desk.database.connection(Role.GATE) as connection:
        bodies = connection.scalars(
            text("select convert_from(body, 'UTF8') from core.idempotency where body is not null")
        )
        assert not [body for body in bodies if token in body]
    assert desk.client.get(f"/s/{token}").status_code == 200
    assert desk.ask("agency", "DELETE", f"/dossiers/{made}/link").status_code == 204
    assert desk.client.get(f"/s/{token}").status_code == 410


def test_what_a_statement_was_given_is_not_in_its_fault(desk: Desk) -> None:
    with pytest.raises(DBAPIError) as fault, desk.database.connection(Role.WORKER) as connection:
        connection.execute(text("select cast(:name as text) / 0"), {"name": "Anne Exemple"})
    assert "Anne Exemple" not in str(fault.value)

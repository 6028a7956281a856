"""Who follows a search or a project is told what changed, as they may see it, and stops it without an account."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from sqlalchemy import text

from api.clock import today
from api.desk.following.digest import make_digest
from api.desk.following.looking import look
from api.jobs.digest import look_round, tell_round
from geo.derive import work
from geo.derive.parts import EVERYTHING
from geo.store.database import Role
from tests.api.desk.agency_desk import Desk
from tests.api.desk.followed import ATOM, SETTINGS, WIDE, change, check_atom, mails, next_day, person, saved
from tests.conftest import SRID


@pytest.fixture
def lot(desk: Desk) -> int:
    """A lot of more than five hectares, for sale, that anybody sees; as it was again afterwards."""
    parcel = desk.parcels["EPCI C"]
    change(desk, parcel, market="for_sale", visibility="public")
    return parcel


def test_a_digest_tells_what_changed_once_and_nothing_where_nothing_did(desk: Desk, lot: int) -> None:
    contact = person(desk, "agency", "digest@exemple.fr")
    search = saved(desk, "agency", "Plus de 5 ha", audience="public")
    desk.post("agency", "/subscriptions", contact=contact, search=search)
    assert not make_digest(desk.database, SETTINGS, contact, next_day(desk), today(SETTINGS))
    change(desk, lot, market="optioned")
    morning = next_day(desk)
    assert [make_digest(desk.database, SETTINGS, contact, morning, morning.date()) for _ in range(2)] == [True, False]
    later = morning + timedelta(days=1)
    assert not make_digest(desk.database, SETTINGS, contact, later, later.date())
    (mail,) = mails(desk, "digest@exemple.fr")
    assert mail.subject == "Recherche « Plus de 5 ha » : 1 changement"
    assert "Changé : Lot C, Commune C" in mail.body
    assert "Commercialisation : en vente → sous option" in mail.body
    assert f"https://terrains.example.org/collections/parcels/items/{lot}" in mail.html
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_round_waits_for_its_hour_and_tells_each_day_once(desk: Desk, lot: int) -> None:
    contact = person(desk, "agency", "round@exemple.fr", language="en")
    search = saved(desk, "agency", "Round", audience="public")
    desk.post("agency", "/subscriptions", contact=contact, search=search)
    change(desk, lot, market="sold")
    early = datetime.now(UTC).replace(hour=3) + timedelta(days=30)
    assert tell_round(desk.database, SETTINGS, early) == 0
    assert tell_round(desk.database, SETTINGS, early.replace(hour=8)) >= 1
    assert tell_round(desk.database, SETTINGS, early.replace(hour=10)) == 0
    (mail,) = mails(desk, "round@exemple.fr")
    assert mail.subject == 'Search "Round": 1 change'
    assert "Changed: Lot C" in mail.body


def test_what_is_followed_after_the_mail_of_the_day_is_told_the_next_morning(desk: Desk, lot: int) -> None:
    contact = person(desk, "agency", "late@exemple.fr")
    for name in ("Tôt", "Tard"):
        search = saved(desk, "agency", name, audience="public")
        desk.post("agency", "/subscriptions", contact=contact, search=search)
        change(desk, lot, market="optioned" if name == "Tôt" else "sold")
        morning = next_day(desk)
        assert make_digest(desk.database, SETTINGS, contact, morning, morning.date()) is (name == "Tôt")
    later = morning + timedelta(days=1)
    assert make_digest(desk.database, SETTINGS, contact, later, later.date())
    assert "Recherche « Tard »" in mails(desk, "late@exemple.fr")[1].body


def test_a_digest_holds_only_what_its_reader_may_see_when_it_is_sent(desk: Desk, lot: int) -> None:
    search = saved(desk, "agency", "De chacun", audience="company")
    reader = person(desk, "agency", "company@exemple.fr", works_for="SA Exemple")
    desk.post("agency", "/subscriptions", contact=reader, search=search)
    hidden = desk.parcels["EPCI C-private"]
    change(desk, lot, market="optioned")
    change(desk, hidden, market="sold")
    look_round(desk.database, SETTINGS)
    change(desk, lot, visibility="agency")
    morning = next_day(desk)
    assert not make_digest(desk.database, SETTINGS, reader, morning, morning.date())
    assert mails(desk, "company@exemple.fr") == []


def test_what_was_while_land_was_hidden_is_never_told(desk: Desk, lot: int) -> None:
    search = saved(desk, "agency", "Après", audience="public")
    reader = person(desk, "agency", "after@exemple.fr", works_for=None)
    change(desk, lot, visibility="private")
    desk.post("agency", "/subscriptions", contact=reader, search=search)
    change(desk, lot, market="optioned")
    look_round(desk.database, SETTINGS)
    change(desk, lot, market="for_sale", visibility="public")
    morning = next_day(desk)
    assert make_digest(desk.database, SETTINGS, reader, morning, morning.date())
    (mail,) = mails(desk, "after@exemple.fr")
    assert "Nouveau : Lot C" in mail.body
    assert "option" not in mail.body


def test_who_may_be_told_of_what(desk: Desk) -> None:
    search = saved(desk, "agency", "À nous")
    own = person(desk, "agency", "own@exemple.fr")
    others = person(desk, "agency", "others@exemple.fr", works_for="EPCI A")
    unknown = person(desk, "agency", "unknown@exemple.fr", works_for=None)
    desk.post("agency", "/subscriptions", contact=own, search=search)
    for contact in (others, unknown):
        desk.good(desk.ask("agency", "POST", "/subscriptions", json={"contact": contact, "search": search}), 422)
    asked = {"contact": own, "search": search}
    desk.good(desk.ask("agency", "POST", "/subscriptions", json=asked), 409)
    desk.good(desk.ask("other agency", "POST", "/subscriptions", json=asked), 404)
    theirs = person(desk, "other agency", "theirs@exemple.fr")
    desk.good(desk.ask("agency", "POST", "/subscriptions", json=asked | {"contact": theirs}), 404)
    for who in ("nobody", "company"):
        assert desk.ask(who, "POST", "/subscriptions", json=asked).status_code in (401, 403)
        assert desk.ask(who, "GET", "/contacts").status_code in (401, 403)
    assert desk.get("other agency", "/searches")["searches"] == []


def test_a_filter_on_what_its_audience_may_not_know_is_refused(desk: Desk) -> None:
    for audience, status in (("public", 422), ("company", 201)):
        asked = {"name": f"Prix {audience}", "audience": audience, "filter": "price_eur_m2 < 40"}
        assert desk.ask("agency", "POST", "/searches", json=asked).status_code == status
    for wrong in ({"filter": "surface_m2 >>"}, {}, {"filter": WIDE, "need": {}}, {"need": {"schema": "x"}}):
        desk.good(desk.ask("agency", "POST", "/searches", json={"name": "x", **wrong}), 422)
    asked = {"name": "prix COMPANY", "filter": WIDE}
    desk.good(desk.ask("agency", "POST", "/searches", json=asked), 409)


def stopping(desk: Desk, mail: str) -> str:
    sent = mails(desk, mail)[-1]
    found = re.fullmatch("<https://terrains.example.org(/u/[^>]+)>", sent.headers["List-Unsubscribe"])
    assert found is not None
    return found[1]


def test_stopping_by_the_link_of_a_mail(desk: Desk, lot: int) -> None:
    contact = person(desk, "agency", "stop@exemple.fr")
    for name in ("Un", "Deux <b>"):
        desk.post("agency", "/subscriptions", contact=contact, search=saved(desk, "agency", name, audience="public"))
    change(desk, lot, market="optioned")
    morning = next_day(desk)
    assert make_digest(desk.database, SETTINGS, contact, morning, morning.date())
    path = stopping(desk, "stop@exemple.fr")
    html = {"Accept": "text/html"}
    for _ in range(2):  # a scanner of mail follows every link
        page = desk.client.get(path, headers=html)
        assert page.status_code == 200
        assert page.text.count("<form") == 4
    assert "Deux &lt;b&gt;" in page.text
    assert (page.headers["referrer-policy"], page.headers["cache-control"]) == ("no-referrer", "no-store")
    assert "noindex" in page.headers["x-robots-tag"]
    number = re.search(r'name="subscription" value="(\d+)"', page.text)
    assert number is not None
    told = desk.client.post(path, data={"subscription": number[1]}, headers=html)
    assert "C'est fait" in told.text.replace("&#39;", "'")
    assert told.text.count("<form") == 3
    assert desk.client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert [one for one in desk.get("agency", "/subscriptions")["subscriptions"] if one["contact"] == contact] == []
    assert desk.client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200


def feed_of(desk: Desk, path: str) -> str:
    return str(desk.post("agency", f"{path}/feed")["feed"]).partition(":8000")[2]


def test_a_feed_is_valid_stable_and_told_only_once(desk: Desk, lot: int) -> None:
    change(desk, lot, name="Lot <C> & Cie")
    path = feed_of(desk, f"/searches/{saved(desk, 'agency', 'Flux & <co>', audience='public')}")
    empty = ElementTree.fromstring(desk.client.get(path).content)
    assert empty.findall(f"{ATOM}entry") == []
    change(desk, lot, market="optioned")
    look_round(desk.database, SETTINGS)
    answer = desk.client.get(path)
    assert answer.headers["content-type"] == "application/atom+xml"
    check_atom(answer.content)
    first = ElementTree.fromstring(answer.content)
    assert [one.findtext(f"{ATOM}title") for one in first.iter(f"{ATOM}entry")] == ["Changé : Lot <C> & Cie, Commune C"]
    known = {"If-None-Match": answer.headers["etag"]}
    assert desk.client.get(path, headers=known).status_code == 304
    change(desk, lot, market="sold", name="Lot C")
    look_round(desk.database, SETTINGS)
    later = desk.client.get(path, headers=known)
    assert later.status_code == 200
    check_atom(later.content)
    entries = [one.findtext(f"{ATOM}id") for one in ElementTree.fromstring(later.content).iter(f"{ATOM}entry")]
    assert len(entries) == 2
    assert entries[1] == first.find(f"{ATOM}entry").findtext(f"{ATOM}id")  # type: ignore[union-attr]
    change(desk, lot, visibility="private")
    assert "Lot C" not in desk.client.get(path).text


def test_a_feed_ends(desk: Desk) -> None:
    search = saved(desk, "agency", "Fin", audience="public")
    old = feed_of(desk, f"/searches/{search}")
    new = feed_of(desk, f"/searches/{search}")
    assert [desk.client.get(path).status_code for path in (old, new)] == [410, 200]
    assert desk.ask("agency", "DELETE", f"/searches/{search}/feed").status_code == 204
    assert desk.client.get(new).status_code == 410
    assert desk.ask("agency", "DELETE", f"/searches/{search}/feed").status_code == 404
    again = feed_of(desk, f"/searches/{search}")
    assert desk.ask("other agency", "DELETE", f"/searches/{search}").status_code == 404
    assert desk.ask("agency", "DELETE", f"/searches/{search}").status_code == 204
    assert desk.client.get(again).status_code == 410


def test_a_project_is_followed_by_its_need_and_its_shortlist(desk: Desk, lot: int) -> None:
    project = desk.post("agency", "/projects", code_name="Alpha")["id"]
    need = {"schema": "emprise/need/1", "name": "x", "land_m2": {"min": 50_000}}
    desk.good(desk.ask("agency", "POST", f"/projects/{project}/needs", json={"need": need}), 201)
    contact = person(desk, "agency", "project@exemple.fr")
    desk.post("agency", "/subscriptions", contact=contact, project=project)
    change(desk, lot, market="sold")
    morning = next_day(desk)
    assert make_digest(desk.database, SETTINGS, contact, morning, morning.date())
    (mail,) = mails(desk, "project@exemple.fr")
    assert mail.subject == "Projet « Alpha » : 1 changement"
    assert "Ne correspond plus : Lot C" in mail.body
    assert "Commercialisation : en vente → vendu" in mail.body
    check_atom(desk.client.get(feed_of(desk, f"/projects/{project}")).content)


def test_too_wide_a_search_is_not_followed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.store.desk.watches.MOST_PARCELS", 2)
    search = saved(desk, "agency", "Tout", filter="surface_m2 > 0", audience="public")
    told = desk.good(desk.ask("agency", "POST", f"/searches/{search}/feed"), 422)
    assert told["code"] == "search.too_wide"


def test_a_stale_parcel_is_neither_changed_nor_gone(desk: Desk, lot: int) -> None:
    search = saved(desk, "agency", "Figé", audience="public", filter=f"{WIDE} AND market = 'for_sale'")
    path = feed_of(desk, f"/searches/{search}")
    with desk.database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel_derived set surface_m2 = null where parcel = :id"), {"id": lot})
        stale = text("""insert into core.dirty (parcel, parts) values (:id, :parts)
            on conflict (parcel) do update set parts = excluded.parts""")
        connection.execute(stale, {"id": lot, "parts": int(EVERYTHING)})
        watch = connection.scalar(text("select id from core.watch where search = :s"), {"s": search})
    look(desk.database, SRID, watch, today(SETTINGS))
    assert "<entry>" not in desk.client.get(path).text
    work.derive(desk.database, as_of=today(SETTINGS))
    look(desk.database, SRID, watch, today(SETTINGS))
    assert "<entry>" not in desk.client.get(path).text

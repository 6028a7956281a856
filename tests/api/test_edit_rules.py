"""Which version an edit was made from, and why it is made; many at once; programs that can say neither."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from api.clock import today
from geo.cluster import Running
from geo.store.access.keys import Admitted, create_key
from geo.store.database import Database, Role
from tests.api.conftest import quick_settings
from tests.api.editing_place import ITEMS, Editor, feature
from tests.api.planning_place import Place, a_territory
from tests.conformance.proving import EDITING, proves
from tests.conftest import copied

QGIS = "Mozilla/5.0 QGIS/33403/Debian"


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    with copied(cluster, template, "edit_rules") as address:
        database = Database(address, pool_size=4)
        with a_territory(database) as made:
            with database.connection(Role.GATE) as connection:
                organisation = connection.scalar(text("select id from core.organisation where name = 'EPCI A'"))
                _, key = create_key(connection, "QGIS", Admitted("planner", organisation), lenient=True)
            made.keys["lenient"] = key  # type: ignore[index]
            yield made
        database.close()


@pytest.fixture
def own(place: Place) -> Editor:
    return Editor(place, "own")


@pytest.fixture
def parcel(own: Editor) -> int:
    """A parcel of its own for each test."""
    return int(own.draw(feature(name="Lot")).headers["location"].rpartition("/")[2])


def last(place: Place, parcel: int) -> Any:
    with place.database.connection(Role.WORKER) as connection:
        found = text("select op, actor, reason from core.history where row_id = :p order by id desc limit 1")
        return connection.execute(found, {"p": parcel}).one()


def code(answer: Any) -> str:
    return str(answer.json()["code"])


NAMED = {"properties": {"name": "Autre"}}


@proves(f"{EDITING}/optimistic-locking-etags")
def test_an_edit_that_names_no_version_is_asked_for_one(own: Editor, parcel: int) -> None:
    kind = {"Content_Type": "application/merge-patch+json", "Change_Reason": "visite"}
    for method, body in (("PATCH", NAMED), ("DELETE", None)):
        answer = own.send(method, f"{ITEMS}/{parcel}", body, **kind)
        assert (answer.status_code, code(answer)) == (428, "edit.no_if_match")
        assert "--lenient" in answer.json()["detail"]


@proves(f"{EDITING}/optimistic-locking-etags")
def test_an_edit_of_what_has_moved_on_is_told_what_changed(own: Editor, place: Place, parcel: int) -> None:
    read = own.tag(parcel)
    assert own.change(parcel, body={"properties": {"market": "sold", "contact": "accueil"}}).status_code == 200
    assert own.change(parcel, body={"properties": {"market": "for_sale"}}).status_code == 200
    for body, method in ((NAMED, "PATCH"), (feature(), "PUT"), (None, "DELETE")):
        answer = own.change(parcel, method, body, If_Match=read)
        assert (answer.status_code, code(answer)) == (412, "edit.moved_on")
        assert {one["field"] for one in answer.json()["errors"]} == {"market", "contact"}
        for one in answer.json()["errors"]:
            assert "EPCI A" in one["detail"]
            assert "key:" not in one["detail"]
    read = own.tag(parcel)
    assert Editor(place, "admin").change(parcel, body={"properties": {"power_mw": 4}}).status_code == 200
    (said,) = own.change(parcel, body=NAMED, If_Match=read).json()["errors"]
    assert said["detail"].endswith(" par l'administrateur.")
    assert own.change(parcel, body=NAMED, If_Match=f'"v1.dffff", {own.tag(parcel)}').status_code == 200


def test_what_is_no_tag_and_what_matches_nothing(own: Editor, parcel: int) -> None:
    tag = own.tag(parcel)
    version = tag.partition(".")[0] + '"'
    assert own.change(parcel, body=NAMED, If_Match=version).status_code == 200, "what is derived moves by itself"
    again = own.tag(parcel)
    for given, status in (
        (f"W/{again}", 412),
        ('"abc"', 412),
        ("v1", 400),
        ('"v1', 400),
        ('"v1" "v2"', 400),
        ("*", 200),
    ):
        answer = own.change(parcel, body={"properties": {"name": given}}, If_Match=given)
        assert answer.status_code == status, (given, answer.text)


@proves(f"{EDITING}/optimistic-locking-etags")
def test_of_twenty_edits_of_one_version_one_is_written(own: Editor, place: Place, parcel: int) -> None:
    tag = own.tag(parcel)

    def edit(number: int) -> int:
        return own.change(parcel, body={"properties": {"name": f"Lot {number}"}}, If_Match=tag).status_code

    with ThreadPoolExecutor(20) as many:
        found = sorted(many.map(edit, range(20)))
    assert found == [200] + [412] * 19


def test_a_lenient_key_names_no_version_and_is_held_to_one_it_names(place: Place, parcel: int) -> None:
    lenient = Editor(place, "lenient")
    stale = lenient.tag(parcel)
    kind = {"Content_Type": "application/merge-patch+json"}
    assert lenient.send("PATCH", f"{ITEMS}/{parcel}", NAMED, **kind).status_code == 200
    refused = lenient.send("PATCH", f"{ITEMS}/{parcel}", {"properties": {"name": "B"}}, If_Match=stale, **kind)
    assert refused.status_code == 412
    assert lenient.send("DELETE", f"{ITEMS}/{parcel}").status_code == 204


def test_who_would_edit_only_what_is_not_there_or_not_so_is_refused(place: Place, parcel: int) -> None:
    lenient, own = Editor(place, "lenient"), Editor(place, "own")
    for given in ("*", lenient.tag(parcel), f'"other", W/{lenient.tag(parcel)}'):
        for editor in (lenient, own):
            for method, body in (("PATCH", NAMED), ("PUT", feature(name="Autre")), ("DELETE", None)):
                answer = editor.change(parcel, method, body, If_None_Match=given)
                assert (answer.status_code, code(answer)) == (412, "edit.if_none_match"), (given, method)
    assert own.change(parcel, "PATCH", NAMED, If_None_Match='"v0.dffff", "other"').status_code == 200


def test_the_reason_is_a_member_or_a_header(own: Editor, place: Place, parcel: int) -> None:
    own.change(parcel, body=NAMED | {"reason": "  délibération du 3 mars "})
    assert last(place, parcel)[2] == "délibération du 3 mars"
    for sent, kept in (("relev%C3%A9 de terrain", "relevé de terrain"), ("vu à 100 %", "vu à 100 %")):
        headers = {"X-API-Key": place.keys["own"], "If-Match": own.tag(parcel), "Change-Reason": sent.encode()}
        body = {"properties": {"name": sent}}
        kind = {"Content-Type": "application/merge-patch+json"}
        answer = place.client.patch(f"{ITEMS}/{parcel}", json=body, headers=headers | kind)  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.text
        assert last(place, parcel)[2] == kept


@pytest.mark.parametrize("reason", ["", "x", "x" * 2_001, 7])
def test_a_reason_is_a_few_words(own: Editor, parcel: int, reason: object) -> None:
    answer = own.change(parcel, body=NAMED | {"reason": reason})
    assert [one["code"] for one in answer.json()["errors"]] == ["edit.bad_reason"]


def test_an_edit_without_reason_is_refused_unless_from_qgis(own: Editor, place: Place, parcel: int) -> None:
    kind = {"Content_Type": "application/merge-patch+json", "If_Match": "*"}
    refused = own.send("PATCH", f"{ITEMS}/{parcel}", NAMED, **kind)
    assert [one["code"] for one in refused.json()["errors"]] == ["edit.no_reason"]
    assert own.send("PATCH", f"{ITEMS}/{parcel}", NAMED, User_Agent=QGIS, **kind).status_code == 200
    operation, actor, reason = last(place, parcel)
    assert operation == "update"
    assert reason.startswith(f"QGIS, {actor}, ")
    said = today(quick_settings())
    assert reason.endswith((f"{said:%d/%m/%Y}", f"{said:%Y-%m-%d}"))
    lenient = Editor(place, "lenient")
    lenient.send("PATCH", f"{ITEMS}/{parcel}", {"properties": {"name": "C"}}, User_Agent="ogr2ogr/3.9", **kind)
    assert last(place, parcel)[2].startswith("ogr2ogr, key:")

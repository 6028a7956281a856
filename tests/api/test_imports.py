"""Files sent by planners: nothing changes before the confirmation, and never what is not theirs."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from geo.intake.load import Options, load
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows
from tests.api.importing import TWO, Place, a_place, broken, collection
from tests.conftest import REPO, SRID
from tests.intake.test_load import feature


@pytest.fixture
def place(database: Database) -> Iterator[Place]:
    with a_place(database) as made:
        yield made


def test_a_file_is_tried_shown_confirmed_and_loaded(place: Place) -> None:
    sent = place.send(TWO, visibility="public")
    assert sent.status_code == 202
    number = sent.json()["id"]
    assert sent.headers["location"].endswith(f"/imports/{number}")
    assert (sent.json()["status"], sent.json()["options"]) == ("received", {"visibility": "public"})
    assert int(sent.headers["retry-after"]) > 0
    place.work()
    tried = place.told(number)
    assert tried["status"] == "staged"
    assert (tried["rows"]["read"], tried["rows"]["new"], tried["progress"]) == (2, 2, {"share": 1.0, "rows": 2})
    assert place.parcels() == {}, "nothing changes before the confirmation"
    assert place.pieces() == 0, "the content is dropped once it is staged"
    assert [entry["rel"] for entry in tried["links"]] == ["self", "problems", "confirm"]
    merged = place.confirmed(number)
    assert (merged["status"], merged["report"]["written"]) == ("merged", True)
    found = place.parcels()
    assert {key: row.name for key, row in found.items()} == {"1": "Un", "2": "Deux"}
    assert {row.responsible for row in found.values()} == {place.organisations["own"]}
    assert {row.visibility for row in found.values()} == {"public"}
    assert place.ask("POST", f"/imports/{number}/confirm").status_code == 409
    again = place.staged(TWO)
    assert (again["rows"]["unchanged"], again["rows"]["new"]) == (2, 0)


def test_who_sends_is_in_the_history_of_the_land(place: Place) -> None:
    place.confirmed(place.staged(TWO)["id"])
    change = place.staged(collection(feature("1", terr_nom="Nouveau"), feature("2", 1, terr_nom="Deux")))
    assert change["report"]["differences"]["parcels"]["changed"][0]["fields"]["name"] == ["Un", "Nouveau"]
    answer = place.ask("POST", f"/imports/{change['id']}/confirm", headers={"X-Request-Id": "confirming-request"})
    assert answer.json()["status"] == "confirmed"
    place.work()
    with place.database.connection(Role.WORKER) as connection:
        (row,) = connection.execute(text("select actor, request_id, reason from core.history"))
        keys = connection.scalars(text("select actor from core.import")).all()
    assert (row.actor, row.request_id) == (change["actor"], "confirming-request")
    assert row.reason == "load terrains.geojson"
    assert set(keys) == {change["actor"]}
    assert change["actor"].startswith("key:")


def test_who_may_send(place: Place) -> None:
    for who, status in ((None, 401), ("company", 403), ("nobody", 403)):
        assert place.send(TWO, who).status_code == status
        assert place.ask("GET", "/imports", who).status_code == (200 if who == "nobody" else status)
    with place.database.connection(Role.WORKER) as connection:
        assert connection.scalar(text("select count(*) from core.delivery")) == 0
    for who in ("agency", "admin"):
        assert place.send(TWO, who).status_code == 202


def test_another_organisations_import_leaves_no_trace(place: Place) -> None:
    number = place.staged(TWO)["id"]
    for method, path in (
        ("GET", f"/imports/{number}"),
        ("GET", f"/imports/{number}/problems"),
        ("POST", f"/imports/{number}/confirm"),
        ("DELETE", f"/imports/{number}"),
    ):
        for who in ("other", "agency"):
            unknown = place.ask(method, path.replace(str(number), "999"), who)
            answer = place.ask(method, path, who)
            assert (answer.status_code, answer.json()["code"]) == (404, "import.unknown")
            assert answer.json()["title"] == unknown.json()["title"]
    assert place.ask("GET", "/imports", "other").json()["imports"] == []
    assert [one["id"] for one in place.ask("GET", "/imports", "admin").json()["imports"]] == [number]
    assert place.told(number, "admin")["status"] == "staged"


def test_land_of_another_organisation_is_never_changed_nor_told_of(place: Place) -> None:
    secret = feature("1", terr_nom="Secret", terr_m2_prix=99)
    place.confirmed(place.staged(collection(secret), "other", visibility="private")["id"], "other")
    before = place.parcels()["1"]
    tried = place.staged(collection(feature("1", terr_nom="Pris"), feature("2", 1, terr_nom="Deux")))
    assert (tried["rows"]["rejected"], tried["rows"]["new"], tried["rows"]["changed"]) == (1, 1, 0)
    (refused,) = tried["report"]["rejections"]["first"]
    assert refused["code"] == "parcel.not_yours"
    rest = json.dumps(tried)
    assert "Secret" not in rest
    assert "99" not in json.dumps(tried["report"]["differences"])
    assert tried["report"]["rows"]["missing"] == 0
    assert place.ask("POST", f"/imports/{tried['id']}/confirm").status_code == 422
    assert place.confirmed(tried["id"], keep_going=True)["status"] == "merged"
    after = place.parcels()
    assert after["1"] == before
    assert after["2"].responsible == place.organisations["own"]
    drawn = place.ask("GET", f"/imports/{tried['id']}/problems").json()["features"]
    assert [one["properties"]["code"] for one in drawn] == ["parcel.not_yours"]
    assert drawn[0]["properties"]["message"]
    assert drawn[0]["geometry"]["type"] in ("Polygon", "MultiPolygon"), "the row of the file, as it was sent"


def test_overlaps_and_outlines_name_no_land_of_another(place: Place) -> None:
    secret = feature("secret", terr_nom="Secret")
    place.confirmed(place.staged(collection(secret), "other", visibility="private")["id"], "other")
    tried = place.staged(collection(feature("mine"), feature("too")))
    assert tried["report"]["remarks"]["counts"]["geometry.overlaps"] == 1, "it is told before anything is confirmed"
    assert "secret" not in json.dumps(tried).lower()
    merged = place.confirmed(tried["id"])
    assert merged["report"]["remarks"]["counts"]["geometry.overlaps"] == 1
    (said,) = [one for one in merged["report"]["remarks"]["first"] if one["code"] == "geometry.overlaps"]
    assert " m2" not in said["message"], "surfaces are written once, in the manner of the language"
    assert "secret" not in json.dumps(merged).lower()


def test_land_that_is_nobodys_is_not_taken(place: Place) -> None:
    with place.database.connection(Role.WORKER) as connection:
        rows.parcel(connection, "69123_TERRAIN-ECO_1")
        connection.execute(text("update core.source set dataset = 'cnig_terrain'"))
    assert place.staged(TWO)["rows"]["rejected"] == 1


def test_files_of_one_name_are_each_organisations_own(place: Place) -> None:
    plain = [feature("1") | {"properties": {"parcel_uid": "p1", "insee": "69123"}}]
    for who in ("own", "other"):
        tried = place.staged(collection(*plain), who, name="parcelles.geojson")
        assert (tried["rows"]["new"], tried["rows"]["rejected"]) == (1, 0)
        assert tried["report"]["remarks"]["counts"].keys() <= {"field.ignored"}, "nothing is told of the other's land"
        place.confirmed(tried["id"], who)
    with place.database.connection(Role.WORKER) as connection:
        names = set(connection.scalars(text("select dataset from core.source")))
    assert names == {f"{place.organisations[who]}:parcelles" for who in ("own", "other")}


ZONES = collection(
    {
        "type": "Feature",
        "properties": {"LIBELLE": "UX", "TYPEZONE": "U", "IDURBA": "69123_20200101", "PARTITION": "DU_69123"},
        "geometry": feature("1")["geometry"],
    }
)


def test_reference_layers_are_for_the_agency(place: Place) -> None:
    tried = place.staged(ZONES, name="zone_urba.geojson")
    assert (tried["status"], tried["error"]["code"]) == ("refused", "layer.not_yours")
    assert "zones" in tried["error"]["detail"]
    allowed = place.staged(ZONES, "agency", name="zone_urba.geojson")
    assert allowed["status"] == "staged", allowed["error"]
    assert place.confirmed(allowed["id"], "agency")["status"] == "merged"


def test_the_base_refuses_by_itself(place: Place) -> None:
    """The same statements as a load's, with the route and its checks out of the way."""
    with place.database.connection(Role.WORKER) as connection:
        mine, theirs, nobodys = (
            rows.parcel(connection, key, responsible=owner)
            for key, owner in (
                ("a", place.organisations["own"]), ("b", place.organisations["other"]), ("c", None),
            )
        )  # fmt: skip
    own = Actor(organisation=place.organisations["own"])
    with place.database.connection(Role.WORKER, own) as connection:
        changed = set(connection.scalars(text("update core.parcel set name = 'x' returning id")))
        assert changed == {mine}
    for statement in (
        f"update core.parcel set responsible = {place.organisations['other']} where id = {mine}",
        "insert into core.parcel (source, key, origin, market, visibility, digest) "
        "values (1, 'new', 'drawn', 'unknown', 'public', '')",
    ):
        with pytest.raises(ProgrammingError, match="row-level"), place.database.connection(Role.WORKER, own) as one:
            one.execute(text(statement))
    with (
        pytest.raises(ProgrammingError, match="reference layer"),
        place.database.connection(Role.WORKER, own) as connection,
    ):
        connection.execute(text("delete from core.zone"))
    agency = Actor(organisation=place.organisations["agency"])
    with place.database.connection(Role.WORKER, agency) as connection:
        connection.execute(text("delete from core.zone"))
        assert connection.execute(text("update core.parcel set name = 'y'")).rowcount == 0
    assert {theirs, nobodys} == {row.id for row in place.parcels().values() if row.name is None}


def test_a_sender_cannot_forge_a_delivery(place: Place) -> None:
    own = Actor(organisation=place.organisations["own"], actor="key:1")
    for statement in (
        "insert into delivery (file_name, options, status) values ('x', '{}', 'merged')",
        "insert into delivery (file_name, options, organisation) values ('x', '{}', 2)",
        "update delivery set status = 'merged'",
        "delete from delivery",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            place.database.connection(Role.PLANNER, own) as connection,
        ):
            connection.execute(text(statement))
    with place.database.connection(Role.PLANNER, own) as connection:
        made = text(
            "insert into delivery (file_name, options) values ('x', '{}') returning organisation, actor, status"
        )
        assert tuple(connection.execute(made).one()) == (own.organisation, "key:1", "receiving")
    number = place.staged(TWO)["id"]
    piece = text("insert into delivery_piece (delivery, number, content) values (:id, 9, 'x')")
    for who in ("own", "other"):
        actor = Actor(organisation=place.organisations[who])
        with (
            pytest.raises(ProgrammingError, match="row-level"),
            place.database.connection(Role.PLANNER, actor) as connection,
        ):
            connection.execute(piece, {"id": number})


def test_one_bad_row_in_a_thousand_is_listed_and_nothing_written(place: Place) -> None:
    content = collection(*(feature(str(n), n, 0.0001) for n in range(999)), broken("bad", 999))
    tried = place.staged(content)
    assert (tried["rows"]["read"], tried["rows"]["rejected"]) == (1000, 1)
    answer = place.ask("POST", f"/imports/{tried['id']}/confirm?lang=en")
    assert (answer.status_code, answer.json()["code"]) == (422, "import.rows_refused")
    (told,) = answer.json()["errors"]
    assert told["field"].startswith("rows[1000].")
    assert place.parcels() == {}
    assert place.confirmed(tried["id"], keep_going=True)["rows"]["new"] == 999
    assert len(place.parcels()) == 999


def test_keep_going_may_be_said_with_the_file(place: Place) -> None:
    tried = place.staged(collection(feature("1"), broken("2", 1)), keep_going="true")
    assert place.confirmed(tried["id"])["status"] == "merged"


def test_the_file_may_be_the_body_itself(place: Place) -> None:
    answer = place.ask(
        "POST",
        "/imports?name=terrains.geojson&visibility=partners",
        content=TWO,
        headers={"Content-Type": "application/octet-stream"},
    )
    assert answer.status_code == 202
    assert answer.json()["options"] == {"visibility": "partners"}
    place.work()
    assert place.told(answer.json()["id"])["status"] == "staged"


def test_a_body_without_length_arrives_whole(place: Place) -> None:
    """Chunked, and longer than a piece."""
    many = collection(*(feature(str(n), n, 0.0001, terr_nom="x" * 900) for n in range(1200)))
    assert len(many) > 1 << 20
    parts = (many[at : at + 50_000] for at in range(0, len(many), 50_000))
    answer = place.ask("POST", "/imports?name=x.geojson", content=parts, headers={"Content-Type": "application/json"})
    assert answer.status_code == 202
    assert place.pieces() > 1
    place.work()
    assert place.told(answer.json()["id"])["rows"]["new"] == 1200


def test_the_history_is_paged_newest_first(place: Place) -> None:
    numbers = [place.send(TWO, name=f"{n}.geojson").json()["id"] for n in range(3)]
    first = place.ask("GET", "/imports?limit=2").json()
    assert [one["id"] for one in first["imports"]] == numbers[:0:-1]
    (following,) = [entry["href"] for entry in first["links"] if entry["rel"] == "next"]
    second = place.ask("GET", following).json()
    assert [one["id"] for one in second["imports"]] == numbers[:1]
    assert [entry["rel"] for entry in second["links"]] == ["self"]
    assert place.ask("GET", following, "other").status_code == 400, "a page is of who asked for it"


def test_asking_again_costs_little(place: Place) -> None:
    number = place.send(TWO).json()["id"]
    waiting = place.ask("GET", f"/imports/{number}")
    assert waiting.headers["retry-after"]
    tag = waiting.headers["etag"]
    assert place.ask("GET", f"/imports/{number}", headers={"If-None-Match": tag}).status_code == 304
    assert place.ask("GET", f"/imports/{number}?lang=en", headers={"If-None-Match": tag}).status_code == 200
    place.work()
    done = place.ask("GET", f"/imports/{number}", headers={"If-None-Match": tag})
    assert done.status_code == 200
    assert "retry-after" not in done.headers


def test_a_withdrawn_import_is_over(place: Place) -> None:
    number = place.staged(TWO)["id"]
    assert place.ask("DELETE", f"/imports/{number}").status_code == 204
    assert place.told(number)["status"] == "withdrawn"
    assert place.ask("POST", f"/imports/{number}/confirm").status_code == 409
    waiting = place.send(TWO).json()["id"]
    assert place.ask("DELETE", f"/imports/{waiting}").status_code == 204
    place.work()
    assert place.told(waiting)["status"] == "withdrawn", "its job finds nothing to do"
    merged = place.staged(TWO)["id"]
    place.confirmed(merged)
    assert place.ask("DELETE", f"/imports/{merged}").json()["code"] == "import.not_open"
    assert place.pieces() == 0


def test_the_same_key_sends_once(place: Place) -> None:
    key = {"Idempotency-Key": "k1"}
    files = {"file": ("terrains.geojson", TWO)}
    first, again = (place.ask("POST", "/imports", files=files, headers=dict(key)) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    for changed in (
        {"files": {"file": ("terrains.geojson", TWO + b" ")}},
        {"files": files, "data": {"crs": "EPSG:2154"}},
    ):
        other = place.ask("POST", "/imports", headers=dict(key), **changed)
        assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")
    assert place.ask("POST", "/imports", "other", files=files, headers=dict(key)).json()["id"] != first.json()["id"]
    assert len(place.ask("GET", "/imports", "admin").json()["imports"]) == 2
    with place.database.connection(Role.WORKER) as connection:
        assert connection.scalar(text("select count(*) from core.delivery")) == 2, "what came twice is forgotten"


def test_only_so_many_files_wait(place: Place) -> None:
    answers = [place.send(TWO).status_code for _ in range(6)]
    assert answers == [202] * 5 + [429]
    assert place.send(TWO, "other").status_code == 202


UNKNOWN = collection(
    *(feature(str(n), n) | {"properties": {"nom_terrain": f"n{n}", "commune_code": "69123"}} for n in range(2))
)


def test_content_that_is_kept_for_a_mapping_takes_a_place(place: Place) -> None:
    """Else files that nobody recognises would fill the disk."""
    refused = [place.staged(UNKNOWN, name="inventaire.geojson") for _ in range(5)]
    assert {one["error"]["code"] for one in refused} == {"schema.unknown"}
    assert place.send(TWO).status_code == 429
    assert place.ask("DELETE", f"/imports/{refused[0]['id']}").status_code == 204
    assert place.send(TWO).status_code == 202


def test_files_sent_at_once_do_not_take_one_place(place: Place) -> None:
    """Six begin before any of them has arrived: one place too many."""
    kind = {"Content-Type": "application/json"}
    begun = threading.Barrier(6)

    def slowly() -> Iterator[bytes]:
        yield TWO[:10]
        begun.wait(10)
        yield TWO[10:]

    def send(_: int) -> int:
        return int(place.ask("POST", "/imports?name=x.geojson", content=slowly(), headers=kind).status_code)

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(send, range(6)))
    assert answers.count(202) <= 5
    assert 429 in answers


def test_a_mapping_with_a_mistake_costs_no_second_upload(place: Place) -> None:
    number = place.staged(UNKNOWN, name="inventaire.geojson")["id"]
    mistaken = place.confirmed(number, mapping="layer = ")
    assert (mistaken["status"], mistaken["error"]["code"]) == ("refused", "mapping.syntax")
    right = 'layer = "parcels"\nname = "inventaire"\n[columns]\nname = "nom_terrain"\n'
    mended = place.confirmed(number, mapping=right, keep_going=True)
    assert mended["status"] == "staged", mended["error"]
    assert mended["options"]["keep_going"] is True


def test_a_file_nobody_recognises_gets_a_proposal_and_is_read_by_it(place: Place) -> None:
    odd = feature("1") | {"properties": {"nom_terrain": "Les Chaux", "surf_ha": 0.8, "commune_code": "69123"}}
    other = feature("2", 1) | {"properties": {"nom_terrain": "Le Bas", "surf_ha": 0.8, "commune_code": "69123"}}
    tried = place.staged(collection(odd, other), name="inventaire.geojson")
    assert (tried["status"], tried["error"]["code"]) == ("refused", "schema.unknown")
    assert "in the field mapping of the confirmation" in tried["error"]["detail"]
    assert "--" not in tried["error"]["detail"], "options are for the command line"
    (proposal,) = tried["proposals"]
    assert "nom_terrain" in proposal["mapping"]
    assert place.pieces() == 1, "kept, to be read again"
    mapping = 'layer = "parcels"\nname = "inventaire"\n[columns]\nname = "nom_terrain"\n'
    mapped = place.confirmed(tried["id"], mapping=mapping)
    assert mapped["status"] == "staged", mapped["error"]
    assert place.parcels() == {}
    assert place.confirmed(tried["id"])["status"] == "merged"
    assert {row.name for row in place.parcels().values()} == {"Les Chaux", "Le Bas"}
    again = place.staged(collection(odd, other), name="inventaire.geojson")
    assert (again["status"], again["rows"]["unchanged"]) == ("staged", 2), "the mapping is kept"
    strangers = place.staged(collection(odd, other), "other", name="inventaire.geojson")
    assert strangers["status"] == "refused", "each organisation has its own mappings"


def test_an_edited_export_comes_back_with_its_reason(place: Place) -> None:
    place.confirmed(place.staged(TWO)["id"])
    (mine,) = [row for key, row in place.parcels().items() if key == "1"]
    edited = feature("1")
    edited["properties"] = {"id": mine.id, "row_version": mine.version, "name": "Visité"}
    tried = place.staged(collection(edited), update="true", reason="visite du 3 mars", name="parcels.geojson")
    assert (tried["status"], tried["rows"]["changed"]) == ("staged", 1), tried
    assert place.parcels()["1"].name == "Un"
    assert place.confirmed(tried["id"])["status"] == "merged"
    assert place.parcels()["1"].name == "Visité"
    stranger = place.staged(collection(edited), "other", update="true", reason="visite", name="parcels.geojson")
    assert stranger["rows"]["changed"] == 0
    assert place.pieces() == 1, "an update is read again when it is confirmed"


def test_the_sample_comes_in_as_from_the_command(place: Place) -> None:
    sample = (REPO / "sample_parcels.geojson").read_bytes()
    tried = place.staged(sample, "admin", name="sample_parcels.geojson")
    merged = place.confirmed(tried["id"], "admin")
    assert merged["status"] == "merged", merged["error"]
    report = load(place.database, REPO / "sample_parcels.geojson", Options(), srid=SRID)
    assert report.total("unchanged") == report.read == tried["rows"]["read"]


def test_sentences_are_in_the_language_asked(place: Place) -> None:
    number = place.staged(collection(feature("1"), broken("2", 1)))["id"]
    told = {lang: place.told(number, lang=lang)["report"]["rejections"]["first"][0]["message"] for lang in ("fr", "en")}
    assert told["fr"] != told["en"]
    drawn = place.ask("GET", f"/imports/{number}/problems?lang=fr")
    assert drawn.headers["content-type"] == "application/geo+json"
    assert drawn.json()["features"][0]["properties"]["message"] == told["fr"]


def test_names_are_data(place: Place) -> None:
    for given, kept in (
        ("../../x.geojson", "x.geojson"),
        ("C:\\land\\x.geojson", "x.geojson"),
        ("a!b.geojson", "ab.geojson"),
    ):
        answer = place.ask(
            "POST", "/imports", params={"name": given}, content=TWO, headers={"Content-Type": "application/json"}
        )
        assert answer.json()["file"] == kept
    for given in ("..", "/", "é" * 101):
        answer = place.ask(
            "POST", "/imports", params={"name": given}, content=TWO, headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) in ((422, "upload.no_name"), (400, "parameter.refused"))


LOTS = collection(*(feature(str(n), n) | {"properties": {"parcel_uid": f"L-{n}"}} for n in range(3)))


@pytest.mark.parametrize("server_first", [True, False])
def test_a_file_loaded_on_the_server_and_sent_is_the_same_land(
    place: Place, tmp_path: Path, server_first: bool
) -> None:
    path = tmp_path / "lots.geojson"
    path.write_bytes(LOTS)
    on_server = Options(responsible=place.organisations["own"])
    if server_first:
        assert load(place.database, path, on_server, srid=SRID).total("new") == 3
        tried = place.staged(LOTS, name="lots.geojson")
        assert (tried["rows"]["new"], tried["rows"]["unchanged"]) == (0, 3)
        place.confirmed(tried["id"])
    else:
        place.confirmed(place.staged(LOTS, name="lots.geojson")["id"])
        assert load(place.database, path, on_server, srid=SRID).total("unchanged") == 3
    assert len(place.parcels()) == 3
    of_another = place.staged(LOTS, "other", name="lots.geojson")
    assert (of_another["rows"]["new"], of_another["rows"]["rejected"]) == (3, 0)
    place.confirmed(of_another["id"], "other")
    with place.database.connection(Role.WORKER) as connection:
        found = connection.execute(text("select responsible, count(*) from core.parcel group by 1")).all()
    assert dict(map(tuple, found)) == {place.organisations["own"]: 3, place.organisations["other"]: 3}


def test_a_filiation_file_is_sent_like_any_other(place: Place) -> None:
    lot = "690;290;000;0000299;1;20260305;WRITER;00001"
    lines = f"{lot};1;AB0001;\n{lot};2;AB0002;AB0003;\n"
    refused = place.staged(lines.encode(), "own", name="dfi.txt")
    assert (refused["status"], refused["error"]["code"]) == ("refused", "layer.not_yours")
    tried = place.staged(lines.encode(), "agency", name="dfi.txt")
    assert (tried["status"], tried["rows"]["new"]) == ("staged", 1)

    def recorded() -> list[list[str]]:
        with place.database.connection(Role.WORKER) as connection:
            return list(connection.scalars(text("select daughters from core.filiation")))

    assert recorded() == [], "nothing changes before the confirmation"
    assert place.confirmed(tried["id"], "agency")["status"] == "merged"
    assert recorded() == [["69290000AB0002", "69290000AB0003"]]
    assert place.pieces() == 0
    again = place.staged(lines.encode(), "agency", name="dfi.txt")
    assert (again["rows"]["new"], again["rows"]["unchanged"]) == (0, 1)


def test_an_administrator_names_whose_land_it_becomes_and_nobody_else_does(place: Place) -> None:
    sent = place.confirmed(place.staged(TWO, "admin", responsible="OTHER")["id"], "admin")
    assert sent["status"] == "merged"
    assert {row.responsible for row in place.parcels().values()} == {place.organisations["other"]}
    assert place.send(TWO, "admin", responsible="personne").json()["code"] == "upload.unknown_organisation"
    refused = place.send(TWO, "own", responsible="other")
    assert (refused.status_code, refused.json()["code"]) == (403, "upload.not_for_others")
    assert place.send(TWO, "own", responsible="own").status_code == 202
    with place.database.connection(Role.WORKER) as connection:
        assert connection.scalar(text("select count(*) from core.delivery")) == 2, "refused ones leave nothing"

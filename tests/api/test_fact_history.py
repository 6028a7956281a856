"""Changes of facts: told to who answers for the land, with the organisation that made them; to nobody else."""

from geo.store.database import Database
from tests.api.planning_place import a_territory

EDIT = {"Content-Type": "application/merge-patch+json"}


def test_changes_of_facts_are_for_who_answers_for_the_land(database: Database) -> None:
    with a_territory(database) as place:
        parcel = place.parcels["public"]
        path, record = f"/collections/parcels/items/{parcel}", f"/parcels/{parcel}/history"
        for who, said in (("own", {"price_eur_m2": 45, "site_id": "ZA"}), ("admin", {"market": "optioned"})):
            tag = place.ask(who, "GET", path).headers["etag"]
            body = {"properties": said, "reason": f"{who} : courrier du 3 mars"}
            answer = place.ask(who, "PATCH", path, json=body, headers=EDIT | {"If-Match": tag})
            assert answer.status_code == 200, answer.text
        for who in ("own", "admin"):
            newest, first = place.get(who, record)["facts"]
            assert (newest["organisation"], newest["reason"]) == (None, "admin : courrier du 3 mars")
            assert newest["facts"] == [{"name": "market", "old": "for_sale", "new": "optioned"}]
            assert (first["organisation"], first["reason"]) == ("EPCI A", "own : courrier du 3 mars")
            told = {one["name"]: (one["old"], one["new"]) for one in first["facts"]}
            assert told == {"price_eur_m2": (None, 45), "site_id": (None, "ZA")}
            assert "key:" not in str(place.get(who, record))
        for who in ("agency", "neighbour"):
            assert place.get(who, record)["facts"] == []
        assert [place.ask(who, "GET", record).status_code for who in ("company", "nobody")] == [403, 401]

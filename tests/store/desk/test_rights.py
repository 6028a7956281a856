"""Who may see and write what of enquiries, projects and consultations, asked of the real roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from geo.cluster import Running
from geo.store.database import Actor, Database, Role
from geo.store.desk import consultations, enquiries, projects
from geo.store.desk.projects import Proposal, Site
from tests import land_rows as rows
from tests.conftest import copied

NOW = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)


@dataclass
class Place:
    """Two agencies, two territories; an enquiry, a project and a consultation of the first agency."""

    database: Database
    organisations: dict[str, int]
    parcel: int
    enquiry: int = 0
    project: int = 0
    consultation: int = 0
    consulted: int = 0

    @contextmanager
    def as_(self, name: str) -> Iterator[Connection]:
        kind = "territory" if name.startswith("EPCI") else "agency"
        actor = Actor(organisation=self.organisations[name], organisation_kind=kind, actor=f"key:{name}")
        with self.database.connection(Role.PLANNER, actor) as connection:
            yield connection

    @contextmanager
    def company(self, project: int) -> Iterator[Connection]:
        with self.database.connection(Role.COMPANY, Actor(project=project)) as connection:
            yield connection


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    with copied(cluster, template, "desk_rights") as address:
        database = Database(address, pool_size=2)
        with database.connection(Role.WORKER) as connection:
            kinds = {"Agence": "agency", "Autre": "agency", "EPCI A": "territory", "EPCI B": "territory"}
            organisations = {name: rows.organisation(connection, name, kind) for name, kind in kinds.items()}
            parcel = rows.parcel(connection, "A", responsible=organisations["EPCI A"])
        made = Place(database, organisations, parcel)
        with made.as_("Agence") as connection:
            made.enquiry = enquiries.add(connection, new(organisations["Agence"]))
            made.project = projects.add(connection, organisations["Agence"], "Ardoise")
            projects.add_need(connection, made.project, {"land_m2": {"min": 5}}, "début")
            sites = [Site((parcel,), "secret de chargé d'affaires"), Site((parcel, parcel + 1), "un autre")]
            projects.set_shortlist(connection, made.project, sites, None)
            made.consultation = consultations.add(
                connection,
                organisations["Agence"],
                {"land_m2": {"min": 5}},
                NOW + timedelta(7),
                project=made.project,
                enquiry=None,
                message=None,
            )
            made.consulted = consultations.ask(
                connection, made.consultation, organisations["Agence"], organisations["EPCI A"], None, "fr"
            )
        yield made
        database.close()


def new(organisation: int | None, source: str = "direct") -> enquiries.New:
    return enquiries.New(organisation, source, NOW, NOW, "Bonjour", None, "fr")


def refused(place: Place, name: str, statement: str, **values: Any) -> None:
    with pytest.raises(DBAPIError, match=r"policy|permission|does not exist"), place.as_(name) as connection:
        connection.execute(text(statement), values)


def test_only_who_follows_an_enquiry_sees_and_changes_it(place: Place) -> None:
    for name in ("Autre", "EPCI A"):
        with place.as_(name) as connection:
            assert enquiries.one(connection, place.enquiry) is None
            assert connection.execute(text("update enquiry set status = 'closed'")).rowcount == 0
        with pytest.raises(DBAPIError, match="policy"), place.as_(name) as connection:
            enquiries.add(connection, new(place.organisations["Agence"]))
    with pytest.raises(DBAPIError, match="does not exist"), place.company(place.project) as connection:
        connection.execute(text("select * from enquiry"))


def test_what_came_in_stays_and_versions_are_the_base_s(place: Place) -> None:
    with place.as_("Agence") as connection:
        before = enquiries.one(connection, place.enquiry)
        connection.execute(text("update enquiry set mail = 'autre chose', version = 99, actor = 'personne'"))
        after = enquiries.one(connection, place.enquiry)
        assert before is not None
        assert after is not None
        assert (after.mail, after.version) == ("Bonjour", before.version + 1)


def test_the_worker_writes_the_public_form_alone(place: Place) -> None:
    with place.database.connection(Role.WORKER) as connection:
        enquiries.add(connection, new(None, "form"))
    with pytest.raises(DBAPIError, match="policy"), place.database.connection(Role.WORKER) as connection:
        enquiries.add(connection, new(None, "direct"))
    for statement in ("delete from core.enquiry", "delete from core.project", "update core.need set why = 'x'"):
        with pytest.raises(DBAPIError, match="permission"), place.database.connection(Role.WORKER) as connection:
            connection.execute(text(statement))


def test_a_project_stays_its_organisation_s(place: Place) -> None:
    other = place.organisations["Autre"]
    with place.as_("Agence") as connection:
        connection.execute(text("update project set organisation = :o where id = :p"), {"o": other, "p": place.project})
    with place.as_("Autre") as connection:
        for view in ("project", "need", "project_status", "shortlist", "proposed", "consultation", "consulted"):
            assert connection.scalar(text(f"select count(*) from {view}")) == 0, view
    for statement in (
        "insert into need (project, version, document) values (:p, 9, '{}')",
        "insert into shortlist (project, parcels, rank, reason) values (:p, '{1}', 9, 'x')",
        "insert into proposed (project, parcels, means, proposed_on) values (:p, '{1}', 'mail', '2026-11-20')",
        "insert into need_answer (need, as_of, digest, counts, sites) select 1, '2026-11-20', '', '{}', '{}'",
    ):
        refused(place, "Autre", statement, p=place.project)
    refused(place, "Agence", "insert into project_status (project, status) values (:p, 'sited')", p=place.project)
    refused(place, "Agence", "delete from proposed where project = :p", p=place.project)
    refused(place, "Agence", "update proposed set note = 'x' where project = :p", p=place.project)


def test_its_company_sees_what_was_proposed_and_writes_nothing(place: Place) -> None:
    with place.company(place.project) as connection:
        assert projects.told_shortlist(connection, place.project) == []
    with place.as_("Agence") as connection:
        projects.propose(connection, place.project, Proposal((place.parcel,), "mail", NOW.date(), note="entre nous"))
    with place.company(place.project) as connection:
        (told,) = projects.told_shortlist(connection, place.project)
        assert list(told.parcels) == [place.parcel]
        known = projects.needs(connection, place.project, why=False)
        assert [row.document for row in known] == [{"land_m2": {"min": 5}}]
        assert connection.execute(text("update project set code_name = 'x'")).rowcount == 0
    for column, view in (("reason", "shortlist"), ("note", "proposed"), ("why", "need"), ("lost_why", "project")):
        with pytest.raises(DBAPIError, match="does not exist"), place.company(place.project) as connection:
            connection.execute(text(f"select {column} from {view}"))
    added = "insert into need (project, version, document) values (:p, 9, '{}')"
    with pytest.raises(DBAPIError, match="policy"), place.company(place.project) as connection:
        connection.execute(text(added), {"p": place.project})
    with place.company(place.project + 1) as connection:
        assert projects.one(connection, place.project) is None


def test_who_is_consulted_sees_its_own_asking_and_not_the_project(place: Place) -> None:
    with place.as_("EPCI A") as connection:
        row = consultations.one(connection, place.consultation)
        assert row is not None
        assert (row.project, row.actor, row.need) == (None, None, {"land_m2": {"min": 5}})
        assert connection.scalar(text("select count(*) from consultation_entry")) == 0
        assert not consultations.close(connection, place.consultation)
    with place.as_("EPCI B") as connection:
        assert consultations.one(connection, place.consultation) is None
        assert consultations.of_link(connection, place.consulted) is None


def test_answers_are_of_who_was_asked_and_stay_as_they_were(place: Place) -> None:
    with place.as_("EPCI A") as connection:
        asking = consultations.of_link(connection, place.consulted)
        assert asking is not None
        number = consultations.answer(connection, asking, "confirm", place.parcel, {})
        assert not consultations.decide(connection, number, "accepted", None, None), "deciding is for who asks"
    forged = "insert into consultation_answer (consulted, asker, organisation, kind) values (:c, :a, :o, 'decline')"
    mine, theirs = place.organisations["EPCI B"], place.organisations["Agence"]
    refused(place, "EPCI B", forged, c=place.consulted, a=theirs, o=mine)
    refused(place, "EPCI B", forged, c=place.consulted, a=mine, o=mine)
    refused(place, "EPCI A", forged, c=place.consulted, a=mine, o=place.organisations["EPCI A"])
    refused(place, "Agence", forged, c=place.consulted, a=theirs, o=mine)
    with place.as_("Agence") as connection:
        connection.execute(text("update consultation_answer set kind = 'decline', parcel = null, author = 'x'"))
        (row,) = consultations.answers(connection, place.consultation)
        assert (row.kind, row.parcel, row.author) == ("confirm", place.parcel, "key:EPCI A")
        assert consultations.decide(connection, number, "accepted", None, None)
        assert not consultations.decide(connection, number, "refused", "trop tard", None), "it was decided"

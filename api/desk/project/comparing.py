"""Two to eight sites of a project side by side: one table, the same criteria for each."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.catalogues import sentence
from api.deps import Session
from api.desk.project.changed_since import need_row
from api.matching.needs import need_of
from api.problems import Problem
from api.wording import reason
from geo.match.explain import UnseenParcelError, explain
from geo.store.desk import projects

Told = dict[str, Any]
LEAST, MOST = 2, 8


def comparison(session: Session, project: int, parcels: Sequence[int], today: date, lang: str) -> Told:
    """The criteria of the need as rows, the sites as columns; ``parcels``: these, else the head of the shortlist.

    Raises:
        Problem: no such project or parcel (404), no need (409), fewer than two sites or more than eight (422).
    """
    need = need_row(session, project)
    ids = list(dict.fromkeys(parcels)) or _shortlisted(session, project)
    if not LEAST <= len(ids) <= MOST:
        raise Problem("invalid", "desk.compare", least=LEAST, most=MOST, given=len(ids))
    asked = need_of(need.document)
    try:
        told = explain(session.database, session.principal.audience, session.actor, asked, ids, today)
    except UnseenParcelError as unseen:
        raise Problem("not-found", "parcel.unknown", id=unseen.id) from None
    columns = told["parcels"]
    names = list(dict.fromkeys(each["name"] for one in columns for each in one["criteria"]))
    return {
        "project": project,
        "need_version": need.version,
        "as_of": today.isoformat(),
        "sites": [_site(one) for one in columns],
        "criteria": [_row(name, columns, lang) for name in names],
    }


def _shortlisted(session: Session, project: int) -> list[int]:
    """The parcels of the first sites of the shortlist, each parcel for itself."""
    with session.begin() as connection:
        rows = projects.shortlist(connection, project)
    return list(dict.fromkeys(number for row in rows for number in row.parcels))[:MOST]


def _site(one: Told) -> Told:
    parcel = one["parcel"]
    readiness = one["readiness"] or {}
    return {
        "parcels": one["parcel_ids"],
        "name": parcel["name"],
        "commune_name": parcel["commune_name"],
        "market": parcel["market"],
        "surface_m2": parcel["surface_m2"],
        "standing": one["standing"],
        "fit": one["fit"],
        "score": one["score"],
        "start": readiness.get("start"),
    }


def _row(name: str, columns: Sequence[Told], lang: str) -> Told:
    cells = []
    for one in columns:
        found = next((each for each in one["criteria"] if each["name"] == name), None)
        cells.append(
            None
            if found is None
            else {
                "verdict": found["verdict"],
                "fact": found["fact"],
                "source": found["source"],
                "on": found["on"],
                "says": reason(found, lang),
            }
        )
    return {"name": name, "label": sentence(f"criterion.{name}", lang), "cells": cells}

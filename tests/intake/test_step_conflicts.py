"""A file that says otherwise of a step than a planner recorded: the record stays, the report tells."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from api.intake_sentences import told_of
from geo.derive import work
from geo.intake.load import Options, load
from geo.intake.report import Report
from geo.match.readiness.one import readiness_of
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.conftest import SRID
from tests.intake.test_load import feature, write

AS_OF = date(2026, 11, 22)


def loaded(database: Database, path: Path, **facts: Any) -> Report:
    report = load(database, write(path, [feature("1", 0, **facts), feature("2", 2)]), Options(), srid=SRID)
    assert report.written
    work.derive(database, as_of=AS_OF)
    return report


def record(database: Database, step: str, state: str, on: str = "2026-05-04") -> None:
    with database.connection(Role.WORKER) as connection:
        organisation = rows.organisation(connection, f"EPCI {step}")
        connection.execute(
            text("""insert into core.step_state (parcel, step, state, effective_on, actor, organisation)
                    values (1, :step, :state, cast(:on as date), 'test', :organisation)"""),
            {"step": step, "state": state, "on": on, "organisation": organisation},
        )


def told(report: Report) -> list[tuple[object, ...]]:
    return [(one.row, one.field, one.params["entered"], one.params["stated"]) for one in report.conflicts()]


def test_each_load_tells_what_a_planner_recorded_otherwise(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "terrains.geojson"
    raw = {"terr_stade_amngt": "non aménagé, non viabilisé"}
    assert told(loaded(database, path, **raw)) == []
    record(database, "VRD", "done")
    record(database, "DPU", "not_needed")
    record(database, "FLORA4", "done")
    for _ in range(2):
        report = loaded(database, path, **raw)
        assert told(report) == [(1, "VRD", "done", "to_do")], (
            "what only follows from plans and sizes quarrels with nobody"
        )
    running = loaded(database, path, terr_stade_amngt="viabilisation en cours")
    assert told(running) == [(1, "VRD", "done", "running")]
    assert running.conflicts_found() == 1
    (found,) = running.conflicts()
    said = told_of(found, "fr")
    assert said == (
        "ligne 1, terrain 1, VRD (Travaux de viabilisation) : « fait » depuis le 04/05/2026 (EPCI VRD) reste\u202f; "
        "le fichier dit « en cours » (terr_stade_amngt=viabilisation en cours)"
    )
    assert json.dumps(running.to_json()), "a report is JSON"
    document = readiness_of(database, Role.ADMIN, None, 1, None, AS_OF)
    assert document is not None
    assert [one["step"] for one in document["conflicts"]] == ["VRD"]  # type: ignore[attr-defined]
    states = {one["code"]: one["state"] for one in document["steps"]}  # type: ignore[attr-defined]
    assert states["VRD"] == "done", "the record stands"


@pytest.mark.parametrize("stage", ["viabilisé non aménagé", "inconnu"])
def test_a_file_that_agrees_or_does_not_know_quarrels_not(database: Database, tmp_path: Path, stage: str) -> None:
    path = tmp_path / "terrains.geojson"
    loaded(database, path)
    record(database, "VRD", "done")
    assert told(loaded(database, path, terr_stade_amngt=stage)) == []

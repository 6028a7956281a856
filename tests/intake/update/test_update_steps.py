"""An edited file that says otherwise of a step than a planner recorded: the record stays, the report tells."""

import json
from datetime import date
from pathlib import Path

from rich.console import Console
from sqlalchemy import text

from api.cli.updating import print_update
from api.intake_sentences import told_update
from geo.derive import work
from geo.intake.update.report import UpdateReport
from geo.match.readiness.one import readiness_of
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.intake.update.test_update import back, edited, setting, written

AS_OF = date(2026, 11, 22)
RAW = "non aménagé, non viabilisé"


def some_land(database: Database) -> None:
    """Two parcels; on both a planner has recorded that servicing is done, on the second an administrator."""
    with database.connection(Role.WORKER) as connection:
        own = rows.organisation(connection, "CC Exemple")
        for n in range(2):
            stage = {"stade_amngt": "viabilisé non aménagé"}
            parcel = rows.parcel(connection, f"T-{n}", rows.square(n * 200, 0), responsible=own, **stage)
            connection.execute(
                text("""insert into core.step_state (parcel, step, state, effective_on, actor, organisation)
                        values (:parcel, 'VRD', 'done', '2026-05-04', 'test', :organisation)"""),
                {"parcel": parcel, "organisation": None if n else own},
            )
    work.derive(database, as_of=AS_OF)


def told(report: UpdateReport, lang: str = "fr") -> list[str]:
    document = told_update(report.to_json(), lang)
    return [one["message"].replace("\u202f", " ") for one in json.loads(json.dumps(document))["step_conflicts"]]


def test_an_edit_tells_what_a_planner_recorded_otherwise(database: Database, tmp_path: Path) -> None:
    some_land(database)
    path = written(database, tmp_path / "out")
    edited(path, lambda features: [setting(place, stade_amngt=RAW)(features) for place in (0, 1)])
    trial = back(database, path, dry_run=True)
    assert not trial.written
    report = back(database, path)
    assert report.written
    assert (
        told(trial)
        == told(report)
        == [
            "ligne 1, terrain 1, VRD (Travaux de viabilisation) : « fait » depuis le 04/05/2026 (CC Exemple) reste ; "
            f"le fichier dit « à faire » (terr_stade_amngt={RAW})",
            "ligne 2, terrain 2, VRD (Travaux de viabilisation) : « fait » depuis le 04/05/2026 (administrateur) "
            f"reste ; le fichier dit « à faire » (terr_stade_amngt={RAW})",
        ]
    )
    console = Console(record=True, width=200, no_color=True)
    print_update(report, "en", console)
    shown = console.export_text()
    assert all(line in shown.replace("\u202f", " ") for line in told(report, "en"))
    assert "(2)" in shown
    work.derive(database, as_of=AS_OF)
    document = readiness_of(database, Role.ADMIN, None, 1, None, AS_OF)
    assert document is not None
    assert [one["step"] for one in document["conflicts"]] == ["VRD"]  # type: ignore[attr-defined]
    assert next(one["state"] for one in document["steps"] if one["code"] == "VRD") == "done"  # type: ignore[attr-defined]


def test_an_edit_of_something_else_tells_nothing(database: Database, tmp_path: Path) -> None:
    some_land(database)
    path = written(database, tmp_path / "out")
    edited(
        path,
        lambda features: [setting(0, name="Autre")(features), setting(1, stade_amngt="viabilisé et aménagé")(features)],
    )
    report = back(database, path)
    assert (report.written, told(report)) == (True, [])

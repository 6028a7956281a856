"""Every zone label of the shared data, decided, against two independent readings of their wording and codes."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pyogrio
import pytest

from geo.land.doubts import Judged, doubted
from geo.land.vocabulary import Industry
from geo.land.zoning import ZoneFacts, decide

REPOSITORY = Path(__file__).parents[2]
DATA = Path(os.environ.get("EMPRISE_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
JUDGED = Path(__file__).with_name("zone_labels_judged.csv")

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"../shared/data is absent: {DATA}")

Label = tuple[str, str, str, str]


def documents() -> Iterator[tuple[str, str]]:
    yield "megeve", f"/vsigzip/{DATA}/megeve_74173/zone_urba.geojson.gz"
    yield "megeve", f"/vsizip/{DATA}/megeve_74173/raw_zone_urba_l93.zip"
    for archive in sorted((DATA / "zone_urba_cnig").glob("*.zip")):
        inside = {"41175_PLU_20140603": "/ZONE_URBA.shp", "200011781_PLUi_20180101": "/ZONE_URBA.shp"}
        yield archive.stem.split("_")[0], f"/vsizip/{archive}{inside.get(archive.stem, '')}"


def zones() -> Iterator[tuple[Label, ZoneFacts]]:
    for document, path in documents():
        frame = pyogrio.read_dataframe(path, read_geometry=False)
        frame.columns = [column.lower() for column in frame.columns]
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records"):
            facts = ZoneFacts(**{name: row.get(name) for name in ("typezone", "libelle", "libelong", "destdomi")})
            yield (document, facts.typezone or "", facts.libelle or "", facts.destdomi or ""), facts


def decided() -> dict[Label, set[str]]:
    """What is decided of every label, each plan read as a whole."""
    plans: dict[str, list[tuple[Label, Judged]]] = {}
    for label, facts in zones():
        plans.setdefault(label[0], []).append(
            (label, Judged(facts.libelle, facts.destdomi, facts.libelong, decide(facts)))
        )
    found: dict[Label, set[str]] = {}
    for judged in plans.values():
        for (label, _), decision in zip(judged, doubted([one for _, one in judged]), strict=True):
            found.setdefault(label, set()).add(decision.verdict.value)
    return found


@pytest.mark.parametrize("reader", ["reader_1", "reader_2"])
def test_labels_are_decided_as_two_people_read_them_apart(reader: str) -> None:
    """Each judged every label from LIBELONG, DESTDOMI and TYPEZONE alone, without the other and without our answer."""
    with JUDGED.open(encoding="utf-8") as file:
        judged = {
            (row["document"], row["typezone"], row["libelle"], row["destdomi"]): row[reader]
            for row in csv.DictReader(file)
        }
    found = decided()
    assert found.keys() == judged.keys()
    answered = {label for label, verdicts in found.items() if verdicts != {Industry.UNKNOWN.value}}
    wrong = {label: (found[label], judged[label]) for label in answered if found[label] != {judged[label]}}
    assert 1 - len(wrong) / len(answered) >= 0.95, wrong
    assert len(answered) / len(found) >= 0.70


def test_one_label_of_two_plans_gets_two_verdicts() -> None:
    """UE is public equipment at Megève and Pezou, activity in two plans of Cher: the label decides nothing."""
    verdicts = {document: decide(facts).verdict for (document, _, libelle, _), facts in zones() if libelle == "UE"}
    assert verdicts == {
        "megeve": Industry.FORBIDDEN,
        "200011781": Industry.ALLOWED,
        "241800432": Industry.ALLOWED,
        "41175": Industry.FORBIDDEN,
    }
    assert decide(ZoneFacts(typezone="U", libelle="UE")).verdict is Industry.UNKNOWN

"""docs/networks.md, command by command, on the real files it names."""

import json
import re
import shlex
from pathlib import Path

from tests.cli.conftest import Command
from tests.conftest import REPO
from tests.intake.written_files import collection, feature, square

DOCUMENT = (REPO / "docs" / "networks.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL) for line in block.splitlines()]
FILES = dict(re.findall(r"`(\w+\.(?:csv|json))`:\n\n```\w+\n(.*?)```", DOCUMENT, re.DOTALL))


def test_every_command_of_the_page_does_what_it_says(emprise: Command, shared: Path, tmp_path: Path) -> None:
    """Two hectares at Bron, beside its aerodrome, and two in Megève."""
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    land = [
        feature(square(4.925, 45.737, 0.002), terr_id="69029_TERRAIN-ECO_00001", terr_stade_comm="en vente"),
        feature(square(6.61, 45.86, 0.002), terr_id="74173_TERRAIN-ECO_00001", terr_stade_comm="en vente"),
    ]
    (tmp_path / "terrains.geojson").write_bytes(collection(land))
    emprise("load", tmp_path / "terrains.geojson", "--visibility", "public")
    told = []
    for line in COMMANDS:
        program, *arguments = shlex.split(line)
        assert program == ".venv/bin/emprise"
        told.append(emprise(*(_found(one, tmp_path, shared) for one in arguments)).stdout)
    networks, own, communes, scot, aid, times, answer = told
    assert "418" in networks
    assert "58" in networks
    assert "4\u202f020" in communes
    assert "172" in communes
    assert re.search(r"réseaux +2 +2 +0 ", own)
    assert re.search(r" 4 +4 +0 ", scot), scot  # two areas of four communes: a row each
    assert "1" in aid
    assert "4" in times
    assert "8 min" in answer
    assert "échangeur autoroutier" in answer
    document = json.loads(emprise("match", tmp_path / "besoin.json", "--json").stdout)
    (match,) = document["matches"]
    judged = {one["name"]: one for one in match["criteria"]}
    assert judged["near"]["detail"]["known_on"] is not None
    assert judged["aid_zone"]["fact"] == "AFR-c"
    assert judged["labour"]["fact"] > 500_000
    assert document["counts"]["rejected"] == {"place": 1}
    out = tmp_path / "parcels.geojson"
    emprise("export", out)
    first, second = sorted(
        (one["properties"] for one in json.loads(out.read_text())["features"]), key=lambda p: p["id"]
    )
    assert first["areas"] == ["aid_zone/AFR-c", "epci/200046977", "saved/est", "scot/SEPAL"]
    assert first["distance_m"]["airport"] < 2_000
    assert first["distance_m"]["motorway_junction"] < 1_000
    assert second["areas"] == ["epci/200034882"]
    assert {"airport", "station", "freight_station", "siding"} <= second["distance_m"].keys()


def _found(argument: str, folder: Path, shared: Path) -> str:
    """A file the page wrote, a real one, or no file at all."""
    for place in (folder, shared):
        if (place / argument).is_file():
            return str(place / argument)
    return argument

"""docs/cadastre.md, command by command, in its order."""

import json
import re
import shlex
from pathlib import Path

from tests.cli.conftest import Command
from tests.conftest import REPO
from tests.intake.test_lineage import FAR, LEFT, RIGHT, WHOLE, box, cadastre_file, dfi

DOCUMENT = (REPO / "docs" / "cadastre.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL) for line in block.splitlines()]


def test_every_command_of_the_page_does_what_it_says(emprise: Command, tmp_path: Path) -> None:
    """Three lots: one is divided, then two more in the version that the filiation file explains."""
    lots = {1: WHOLE, 4: box(0, 200, 80, 60), 5: box(0, 400, 80, 60), 9: FAR}
    quarter = {2: LEFT, 3: RIGHT} | {number: lots[number] for number in (4, 5, 9)}
    next_quarter = {2: LEFT, 3: RIGHT, 9: FAR} | {
        number: box(east, north, 40, 60)
        for number, east, north in ((6, 0, 200), (7, 40, 200), (8, 0, 400), (10, 40, 400))
    }
    said = json.loads(cadastre_file(tmp_path, {number: lots[number] for number in (1, 4, 5)}).read_text())
    for feature in said["features"]:
        facts = feature["properties"]
        feature["properties"] = {
            "terr_id": f"69290_TERRAIN-ECO_{facts['numero']:0>5}",
            "terr_refcad": facts["id"],
            "terr_stade_comm": "en vente",
        }
    (tmp_path / "terrains.geojson").write_text(json.dumps(said))
    emprise("load", cadastre_file(tmp_path, lots, "cadastre-2026-07.json"), tmp_path / "terrains.geojson")
    cadastre_file(tmp_path, quarter, "cadastre-2026-10.json")
    cadastre_file(tmp_path, next_quarter, "cadastre-2027-01.json")
    dfi(tmp_path, ([4], [6, 7]), ([5], [8, 10]))

    told = []
    for line in COMMANDS:
        program, *arguments = shlex.split(line)
        assert program == ".venv/bin/emprise"
        if arguments[:2] == ["review", "1"]:
            numbers = [str(one["id"]) for one in json.loads(emprise("review", "--json").stdout)]
        if arguments[0] == "review" and arguments[1:] > ["--json"]:
            arguments[1] = numbers[int(arguments[1]) - 1]
        told.append(emprise(*(str(tmp_path / one) if (tmp_path / one).is_file() else one for one in arguments)).stdout)
    dry, loaded, *_, kept = told
    for said in (dry, loaded):
        assert "1 parcelle cadastrale n'existe plus" in said
        assert "1 terrain est touché" in said
    assert "garde son contour" in kept
    assert json.loads(emprise("review", "--json").stdout) == []

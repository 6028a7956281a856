"""docs/market.md, command by command."""

import re
import shlex
from pathlib import Path

from tests.cli.conftest import Command
from tests.cli.written_days import of_today
from tests.conftest import REPO

DOCUMENT = of_today((REPO / "docs" / "market.md").read_text(encoding="utf-8"))
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL) for line in block.splitlines()]
(LAND,) = re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)
(SHOWN,) = re.findall(r"```text\n(.*?)```", DOCUMENT, re.DOTALL)


def test_every_command_of_the_page_does_what_it_says(emprise: Command, tmp_path: Path) -> None:
    (tmp_path / "terrains.geojson").write_text(LAND, encoding="utf-8")
    told: dict[str, list[str]] = {}
    for line in COMMANDS:
        program, *arguments = shlex.split(line)
        assert program == ".venv/bin/emprise"
        found = [str(tmp_path / one) if one.endswith(".geojson") else one for one in arguments]
        told.setdefault(" ".join(arguments[:2]), []).append(emprise(*found).stdout)
    then, after, voted, promised = told["market show"]
    assert then == SHOWN
    assert "en vente" in after.splitlines()[0]
    assert "sous option" in voted.splitlines()[0]
    assert "promesse" in promised.splitlines()[0]
    before, later = (_available(table) for table in told["stock --as-of"])
    assert later - before == _hectares(told["stock --as-of"][0], "optioned") > 7
    first, second, promesse = told["commitment record"]
    assert "rang 1" in first
    assert "rang 2" in second
    assert "Projet Alpha" in promesse, "what carries a commitment on has its buyer"
    assert "suivi d'un autre" in told["commitment show"][0]
    assert told["proposal accept"][0].startswith("n° 1 (acceptée)")
    assert "1 terrain demandé à 1 personne" in told["still-available send"][0]
    assert "sans réponse" in told["still-available list"][0]
    assert "attend son tour derrière : engagement n° 1" in second
    history = emprise("history", 2, "--organisation", "CC des Monts d'Or").stdout
    assert "prix, €/m² : — → 45" in history
    assert "(proposition n° 1 acceptée)" in history
    assert "administrateur" not in history, "it was written for an organisation"
    again = emprise("commitment", "record", "option", 2, "--on", "2026-06-01", "--rank", 1, "--reason", "xyz")
    refused = emprise("commitment", "record", "option", 2, "--on", "2026-06-01", "--rank", 1, "--reason", "x", code=1)
    assert "rang 2" not in again.stdout
    assert "premier rang libre est 2" in refused.stderr


def _hectares(table: str, market: str) -> float:
    rows = [line.split(";") for line in table.splitlines()]
    return sum(float(row[5]) for row in rows if row[2:4] == ["market", market])


def _available(table: str) -> float:
    return _hectares(table, "for_sale") + _hectares(table, "for_lease")

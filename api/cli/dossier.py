"""`emprise dossier NEED.json --sites 3,5,1 --out dossier.pdf`: a document on sites, straight from a need."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.usage import Misuse

ENDINGS = (".pdf", ".docx", ".html")


def dossier(
    need: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    sites: Annotated[str, typer.Option(metavar="IDS")],
    out: Annotated[Path, typer.Option(metavar="FILE")],
    title: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
    by: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
    text: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
    say: Annotated[list[str] | None, typer.Option(metavar="ID=TEXT")] = None,
    logo: Annotated[Path | None, typer.Option(metavar="FILE", exists=True, dir_okay=False)] = None,
    anonymous: Annotated[bool, typer.Option("--anonymous")] = False,
    no_scores: Annotated[bool, typer.Option("--no-scores")] = False,
    force: Annotated[bool, typer.Option("--force")] = False,
) -> None:
    """Make a document on 1 to 8 sites for a need: plan, reasons, dates, sources."""
    wanted = _sites(sites)
    said = dict(_said(one) for one in say or ())
    if out.suffix.lower() not in ENDINGS:
        raise Misuse("dossier_out", value=out.name)
    for one in said:
        if one not in wanted:
            raise Misuse("dossier_say", value="+".join(map(str, one)))
    from api.cli.making_dossier import Making, run

    run(Making(need, wanted, out, title, by, text or "", said, logo, anonymous, not no_scores, force))


def _sites(given: str) -> tuple[tuple[int, ...], ...]:
    """``3,5+8,1``: three sites, the second of two parcels."""
    found = tuple(_parcels(one) for one in given.split(","))
    if not 0 < len(found) <= 8:
        raise Misuse("dossier_sites", value=given)
    return found


def _parcels(given: str) -> tuple[int, ...]:
    parts = [part.strip() for part in given.split("+")]
    if not all(part.isascii() and part.isdigit() and 0 < int(part) < 2**63 for part in parts):
        raise Misuse("dossier_sites", value=given)
    return tuple(map(int, parts))


def _said(given: str) -> tuple[tuple[int, ...], str]:
    place, sign, text = given.partition("=")
    if not sign:
        raise Misuse("dossier_say", value=given)
    return _parcels(place), text

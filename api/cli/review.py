"""`emprise review`: offered land whose cadastral parcels changed, and what is decided of it."""

from enum import StrEnum
from typing import Annotated

import typer

from api.cli.usage import Misuse


class Choice(StrEnum):
    """What may be decided."""

    KEEP = "keep"
    FOLLOW = "follow"
    SPLIT = "split"


def review(
    number: Annotated[int | None, typer.Argument()] = None,
    decision: Annotated[Choice | None, typer.Argument()] = None,
    reason: Annotated[str | None, typer.Option()] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List offered land that a new cadastre touches, or decide what becomes of one.

    keep: nothing changes; follow: references and outline become those of the new cadastral parcels; split: each
    becomes a parcel of its own.
    """
    from api.cli.language import terminal_language
    from api.cli.reviewing import decide_one, list_open
    from api.cli.session import opened
    from api.settings import load_settings

    if (number is None) != (decision is None):
        raise Misuse("review_both")
    if number is not None and not (reason or "").strip():
        raise Misuse("review_reason")
    settings = load_settings()
    with opened(settings) as database:
        if number is None or decision is None:
            list_open(database, terminal_language(), as_json=as_json)
        else:
            decide_one(database, settings, number, decision.value, reason or "", terminal_language())

"""`emprise step ID STEP STATE`: record where a procedure stands on a parcel, or take a record back."""

from typing import Annotated

import typer

from api.cli.usage import Misuse
from geo.land.vocabulary import StepState


def step(
    parcel: Annotated[int, typer.Argument()],
    code: Annotated[str, typer.Argument()],
    state: Annotated[StepState | None, typer.Argument()] = None,
    on: Annotated[str | None, typer.Option(metavar="DAY")] = None,
    reason: Annotated[str | None, typer.Option()] = None,
    evidence: Annotated[str | None, typer.Option()] = None,
    expires: Annotated[str | None, typer.Option(metavar="DAY")] = None,
    corrects: Annotated[int | None, typer.Option(min=1, metavar="NUMBER")] = None,
    withdraw: Annotated[int | None, typer.Option(min=1, metavar="NUMBER")] = None,
    organisation: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Record where a procedure stands on a parcel, or take a record back."""
    from api.cli.stepping import Asked, keep_step

    if not (reason or "").strip() or (withdraw is None) == (state is None or on is None):
        raise Misuse("step_asked")
    keep_step(
        Asked(
            parcel,
            code,
            state and state.value,
            on,
            reason or "",
            evidence,
            expires,
            corrects,
            withdraw,
            organisation,
            as_json,
        )
    )

"""What each type of problem is: the page that a problem's ``type`` names."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.catalogues import sentence
from api.deps import Language
from api.problems import KINDS, Problem

router = APIRouter(tags=["problems"])


@router.get("/problems/{kind}", name="problem", summary="A type of problem")
async def problem_kind(kind: Annotated[str, Path(max_length=60)], lang: Language) -> dict[str, object]:
    """The status and the title of a type of problem."""
    if kind not in KINDS:
        raise Problem("not-found", "path.unknown")
    return {"type": f"/problems/{kind}", "status": KINDS[kind], "title": sentence(f"problem.{kind}", lang)}

"""The catalogue of steps this process computes with: the shipped one, or the file that ``EMPRISE_CATALOGUE`` names."""

from pathlib import Path

from api.catalogues import sentence
from api.settings import Settings
from api.settings_sources import SettingsError
from api.system_sentences import reason_of
from geo.readiness import catalogue_file
from geo.readiness.catalogue import BadCatalogueError, Catalogue, Complaint, Step


class BadSteps(ValueError):  # noqa: N818 - its sentence tells what to mend
    """A catalogue of steps cannot be used."""


def use_catalogue(settings: Settings, lang: str) -> None:
    """Compute with the catalogue of the settings from now on.

    Raises:
        SettingsError: the file that the setting names cannot be used; the sentence says what, where and how.
    """
    if settings.catalogue is None:
        catalogue_file.use(None)
        return
    try:
        catalogue_file.use(read_steps(settings.catalogue, lang))
    except BadSteps as error:
        raise SettingsError(("steps.setting", {"message": str(error)})) from None


def read_steps(path: Path, lang: str) -> Catalogue:
    """The catalogue of a file.

    Raises:
        BadSteps: a sentence for each step that is wrong, with its line and an example of right.
    """
    try:
        return catalogue_file.read_edited(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadSteps(sentence("steps.absent", lang, file=path)) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = reason_of(error, lang) if isinstance(error, OSError) else str(error)
        raise BadSteps(sentence("steps.unreadable", lang, file=path, reason=reason)) from None
    except BadCatalogueError as error:
        head = sentence("steps.bad_file", lang, file=path, count=len(error.complaints))
        raise BadSteps("\n".join([head, *(told_complaint(one, lang) for one in error.complaints)])) from None


def told_complaint(one: Complaint, lang: str) -> str:
    """One line on what is wrong with a step, and where."""
    message = sentence(f"steps.{one.code}", lang, **one.params)
    frame = _FRAMES[bool(one.step), one.line is not None]
    return sentence(frame, lang, step=one.step, line=one.line, message=message)


_FRAMES = {
    (True, True): "steps.on_step_at_line",
    (True, False): "steps.on_step",
    (False, True): "steps.at_line",
    (False, False): "steps.on_file",
}


def told_changes(before: Catalogue, after: Catalogue, lang: str) -> list[str]:
    """What an edited catalogue changes, a line a field."""
    lines = [line for code, step in after.steps.items() for line in _changes(before.steps.get(code), step, lang)]
    steps = {code for code, step in after.steps.items() if step != before.steps.get(code)}
    head = sentence("steps.changes", lang, count=len(steps)) if steps else sentence("steps.same", lang)
    return [head, *lines]


def _changes(before: Step | None, after: Step, lang: str) -> list[str]:
    if before is None:
        return [sentence("steps.change.added", lang, step=after.code)]
    told = {
        "steps.change.months": (_months(before), _months(after)),
        "steps.change.cost": (_cost(before), _cost(after)),
        "steps.change.needs": (", ".join(before.needs), ", ".join(after.needs)),
        "steps.change.gates": (", ".join(before.gates), ", ".join(after.gates)),
        "steps.change.label": (before.label[lang], after.label[lang]),
        "steps.change.expires": (str(before.expires or ""), str(after.expires or "")),
        "steps.change.attest": (str(before.attest), str(after.attest)),
    }
    nothing = sentence("steps.nothing", lang)
    lines = [
        sentence(code, lang, step=after.code, before=old or nothing, after=new or nothing)
        for code, (old, new) in told.items()
        if old != new
    ]
    if not lines and before != after:
        return [sentence("steps.change.other", lang, step=after.code)]
    return lines


def _months(step: Step) -> str:
    """The durations of the law in force last."""
    return "-".join(f"{value:g}" for value in step.terms[-1].months) if step.terms else ""


def _cost(step: Step) -> str:
    cost = step.cost
    if cost is None:
        return ""
    amounts = (cost.minimum, cost.typical, cost.maximum)
    return "-".join("?" if value is None else f"{value:g}" for value in amounts) + f" {cost.unit}"

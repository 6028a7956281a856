"""What commands read: a need from a file, the language from the terminal."""

import json
import os
from pathlib import Path

from api.catalogues import DEFAULT_LANGUAGE, LANGUAGES, sentence
from api.matching.needs import need_of
from api.problems import Problem, problem_document
from api.security.strict_json import read_json
from api.settings import Settings
from geo.match.need import Need


class BadFile(ValueError):  # noqa: N818 - its sentence tells what to mend
    """A file that a command was given cannot be used."""


def terminal_language() -> str:
    """The language of the terminal when it is one of ours, else French."""
    asked = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return asked[:2] if asked[:2] in LANGUAGES else DEFAULT_LANGUAGE


def read_need_file(path: Path, settings: Settings, lang: str | None = None) -> Need:
    """The need of a file, read as strictly as over HTTP; mistakes are told in ``lang``, else the terminal's language.

    Raises:
        BadFile: every mistake with its field and an example of right.
    """
    try:
        return need_of(read_json(path.read_bytes(), settings.max_json_depth))
    except Problem as problem:
        raise BadFile(f"{path}: {told(problem, lang or terminal_language())}") from None


def told(problem: Problem, lang: str) -> str:
    """A problem as lines of a terminal: what is wrong, then each field with its mistake and an example."""
    document = problem_document(problem, lang, None)
    lines = [sentence("need.file", lang) if problem.errors else str(document.get("detail", document["title"]))]
    for error in (refusal.told(lang) for refusal in problem.errors):
        start = f"  {error['field']} : " if error["field"] else "  "
        line = f"{start}{error['detail']}"
        if "example" in error:
            example = json.dumps(error["example"], ensure_ascii=False)
            line += f" ({sentence('need.example', lang, example=example)})"
        lines.append(line)
    return "\n".join(lines)

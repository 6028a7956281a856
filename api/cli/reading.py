"""What commands read: a need from a file, the language from the terminal."""

import os
from pathlib import Path

from api.catalogues import DEFAULT_LANGUAGE, LANGUAGES
from api.problems import Problem, problem_document
from api.security.strict_json import read_json
from api.settings import Settings
from geo.match.need import Need
from geo.match.reading import NeedError, read_need


class BadFile(ValueError):  # noqa: N818 - its sentence tells what to mend
    """A file that a command was given cannot be used."""


def terminal_language() -> str:
    """The language of the terminal when it is one of ours, else French."""
    asked = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return asked[:2] if asked[:2] in LANGUAGES else DEFAULT_LANGUAGE


def read_need_file(path: Path, settings: Settings) -> Need:
    """The need of a file, read as strictly as over HTTP.

    Raises:
        BadFile: every mistake with its field and an example of right.
    """
    try:
        return read_need(read_json(path.read_bytes(), settings.max_json_depth))
    except NeedError as error:
        raise BadFile(f"{path}: {error}") from None
    except Problem as problem:
        lang = terminal_language()
        told = problem_document(problem, lang, None)
        raise BadFile(f"{path}: {told.get('detail', told['title'])}") from None

"""What commands read: a need from a file."""

import json
from dataclasses import replace
from pathlib import Path

from api.catalogues import COMMAND, sentence
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.matching.needs import check_known, need_of
from api.problems import Problem, problem_document
from api.security.strict_json import read_json
from api.settings import Settings
from geo.match.need.need import Need
from geo.store.database import Database, Role


def read_need_file(path: Path | None, settings: Settings, *, preset: str | None = None) -> Need:
    """The need of a file, over a preset or the preset alone, read as strictly as over HTTP.

    Raises:
        BadFile: every mistake with its field and an example of right, in the language of the command.
    """
    try:
        document = {} if path is None else read_json(path.read_bytes(), settings.max_json_depth)
        if preset is not None and isinstance(document, dict):
            document = {**document, "preset": preset}
        return need_of(document)
    except Problem as problem:
        raise BadFile(f"{path or preset}: {told(problem, terminal_language())}") from None


def check_known_kinds(path: Path | None, database: Database, need: Need) -> None:
    """Whether anybody knows the kinds of network a need of a file asks for.

    Raises:
        BadFile: each that nobody does, with an example of right.
    """
    try:
        check_known(database, Role.ADMIN, None, need)
    except Problem as problem:
        raise BadFile(f"{path}: {told(problem, terminal_language())}") from None


def told(problem: Problem, lang: str, heading: str = "need.file") -> str:
    """A problem as lines of a terminal: what is wrong, then each field with its mistake and an example."""
    problem.params |= {"way": COMMAND}
    problem.errors = tuple(replace(one, params={**one.params, "way": COMMAND}) for one in problem.errors)
    document = problem_document(problem, lang, None)
    lines = [sentence(heading, lang) if problem.errors else str(document.get("detail", document["title"]))]
    for error in (refusal.told(lang) for refusal in problem.errors):
        line = str(error["detail"])
        if error["field"]:
            line = sentence("option.mistake", lang, name=error["field"], message=line)
        if "example" in error:
            example = json.dumps(error["example"], ensure_ascii=False)
            line += f" ({sentence('need.example', lang, example=example)})"
        lines.append(f"  {line}")
    return "\n".join(lines)

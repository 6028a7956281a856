"""What commands read: a need from a file."""

import json
from pathlib import Path

from api.catalogues import sentence
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.matching.needs import need_of
from api.problems import Problem, problem_document
from api.security.strict_json import read_json
from api.settings import Settings
from geo.match.need import Need


def read_need_file(path: Path, settings: Settings) -> Need:
    """The need of a file, read as strictly as over HTTP; mistakes are told in the language of the command.

    Raises:
        BadFile: every mistake with its field and an example of right.
    """
    try:
        return need_of(read_json(path.read_bytes(), settings.max_json_depth))
    except Problem as problem:
        raise BadFile(f"{path}: {told(problem, terminal_language())}") from None


def told(problem: Problem, lang: str, heading: str = "need.file") -> str:
    """A problem as lines of a terminal: what is wrong, then each field with its mistake and an example."""
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

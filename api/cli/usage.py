"""Wrong use of a command, told: what is wrong, where, and an example of right, in the language of the terminal."""

import re
from collections.abc import Sequence
from typing import Any

import typer

from api.catalogues import catalogue, sentence
from api.cli.help import choices_of, key_of, key_of_parameter, kind_of, name_of
from api.cli.language import NoLanguage, terminal_language

_QUOTED = re.compile(r"'([^']*)'")
_NEGATIVE = re.compile(r"-\d.*")
"""An amount below zero, which stands where an option might."""


class Misuse(typer.BadParameter):
    """Options that do not go together; ``code`` is that of a sentence ``use.…``, filled with ``params``."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def told_language(error: NoLanguage) -> str:
    """A language we do not speak."""
    return sentence("use.bad_lang", terminal_language(), said=error.said)


def told_misuse(error: Any, arguments: Sequence[str] = ()) -> str:
    """A usage error of a command as lines of a terminal.

    ``error`` is what typer raises: an exception with ``ctx`` (the command) and, where it is about one, ``param``;
    ``arguments`` are those of the line, for errors that do not say so themselves.
    """
    lang = terminal_language()
    said = _said(error, arguments, lang)
    ctx = getattr(error, "ctx", None)
    path = _path(arguments, lang) if ctx is None else ctx.command_path
    lines = [said]
    if not isinstance(error, Misuse) or "emprise " not in said:
        example = sentence(f"{key_of(path)}.example", lang)
        lines.append(sentence("use.example", lang, line=example))
    return "\n".join([*lines, sentence("use.all", lang, line=path)])


def _path(arguments: Sequence[str], lang: str) -> str:
    """The command that the line names: as many of its first words as are commands."""
    path = "emprise"
    for word in arguments:
        if f"{key_of(f'{path} {word}')}.example" not in catalogue(lang):
            break
        path = f"{path} {word}"
    return path


def _said(error: Any, arguments: Sequence[str], lang: str) -> str:
    if isinstance(error, Misuse):
        return sentence(f"use.{error.code}", lang, **error.params)
    kind = type(error).__name__
    if kind == "BadParameter":
        return _value(error, arguments, lang)
    if kind in _TOLD:
        return _TOLD[kind](error, lang)
    return _of_the_line(error, lang)


def _missing(error: Any, lang: str) -> str:
    param = error.param
    help_ = sentence(f"{key_of(error.ctx.command_path)}.{key_of_parameter(param)}", lang)
    return sentence("use.missing", lang, what=name_of(param, lang), help=help_[:1].lower() + help_[1:])


def _value(error: Any, arguments: Sequence[str], lang: str) -> str:
    """A value that does not fit: typer tells it in quotes, and only in English what would."""
    what = str(error.param_hint or "").strip("'") if error.param is None else name_of(error.param, lang)
    found = _QUOTED.search(error.message)
    wanted = "" if error.param is None else _wanted(error.param, lang)
    value = found[1] if found else _given(what, arguments)
    if value is None:
        return sentence("use.value_unseen", lang, what=what, wanted=wanted)
    return sentence("use.value", lang, what=what, value=value, wanted=wanted)


def _given(option: str, arguments: Sequence[str]) -> str | None:
    """What the line says after an option; None where it is no option."""
    for place, word in enumerate(arguments):
        name, joined, value = word.partition("=")
        if name == option:
            return value if joined else next(iter(arguments[place + 1 :]), None)
    return None


def _wanted(param: Any, lang: str) -> str:
    choices = choices_of(param)
    if choices:
        return sentence("use.wanted.choice", lang, known=", ".join(choices))
    kind, least, most = kind_of(param), getattr(param, "min", None), getattr(param, "max", None)
    if kind == "path":
        return sentence("use.wanted.file", lang)
    if kind == "int" and least is not None:
        return sentence("use.wanted.least" if most is None else "use.wanted.range", lang, least=least, most=most)
    return sentence(f"use.wanted.{kind}", lang)


def _no_option(error: Any, lang: str) -> str:
    if _NEGATIVE.fullmatch(error.option_name):
        return sentence("use.negative", lang)
    if error.possibilities:
        likely = ", ".join(sorted(error.possibilities))
        return sentence("use.no_option_likely", lang, option=error.option_name, likely=likely)
    return sentence("use.no_option", lang, option=error.option_name)


def _option_use(error: Any, lang: str) -> str:
    takes_none = "not take" in error.message
    return sentence("use.takes_none" if takes_none else "use.no_value", lang, option=error.option_name)


def _of_the_line(error: Any, lang: str) -> str:
    """What typer says of the whole line: a command that is not there, or a word too many."""
    known = getattr(error.ctx.command, "commands", None) if error.ctx else None
    found = _QUOTED.search(error.message)
    if known:
        if found is None:
            return sentence("use.missing_command", lang)
        return sentence("use.no_command", lang, name=found[1], known=", ".join(known))
    extra = re.findall(r"\(([^)]*)\)", error.message)
    if not extra:
        return sentence("use.extra_unnamed", lang)
    return sentence("use.extra", lang, extra=extra[-1])


_TOLD = {
    "MissingParameter": _missing,
    "NoSuchOption": _no_option,
    "BadOptionUsage": _option_use,
}
"""By the name of typer's exception: typer keeps the classes themselves to itself."""

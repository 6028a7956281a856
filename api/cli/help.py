"""The help of each command, in the language of the terminal: its texts stand in the catalogues (``help.COMMAND``)."""

import re
import shutil
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from api.catalogues import LANGUAGES, catalogue, sentence
from api.cli.language import OPTION, terminal_language
from api.words import layer_word

WIDEST, NARROWEST = 110, 40
_LONGEST_NAME = 26
_WORD = re.compile(r"\w+")

_OF_LAYERS = frozenset({"as", "collection"})
"""Options whose values are layers: people know these by other words."""

Row = tuple[str, str]
Run = TypeVar("Run", bound=Callable[..., Any])


class Command(TyperCommand):
    """A command whose help comes from the catalogues."""

    def get_help(self, ctx: Any) -> str:
        """The help as a text."""
        return helped(ctx)


class Group(TyperGroup):
    """A command of commands whose help comes from the catalogues."""

    def get_help(self, ctx: Any) -> str:
        """The help as a text."""
        return helped(ctx)


class App(typer.Typer):
    """A typer application whose commands help in the language of the terminal."""

    def __init__(self, **said: Any) -> None:
        super().__init__(cls=Group, rich_markup_mode=None, **said)

    def command(self, name: str | None = None, **said: Any) -> Callable[[Run], Run]:
        """Add a command."""
        return super().command(name, cls=Command, **said)


def helped(ctx: Any) -> str:
    """Usage, what the command does, its arguments, options and commands, and an example."""
    lang, path = terminal_language(), key_of(ctx.command_path)
    parts = [
        sentence("help.usage", lang, line=_usage(ctx, lang)),
        *(_wrapped(part) for part in sentence(path, lang).split("\n\n")),
        *_section("help.arguments", _arguments(ctx, path, lang), lang),
        *_section("help.options", _options(ctx, path, lang), lang),
        *_section("help.commands", _commands(ctx, path, lang), lang),
        f"{sentence('help.example', lang)}\n  {sentence(f'{path}.example', lang)}",
    ]
    return "\n\n".join(parts) + "\n"


def key_of(command_path: str) -> str:
    """The code of a command's texts: ``emprise db stop`` is ``help.db.stop``, ``emprise`` itself ``help.emprise``."""
    _, *names = command_path.split()
    return ".".join(["help", *(names or ["emprise"])])


def key_of_parameter(param: Any) -> str:
    """The last part of the code of an argument or option: its name, ``json`` for ``--json``."""
    name = param.name.removesuffix("_")
    return "json" if name == "as_json" else str(name)


def name_of(param: Any, lang: str) -> str:
    """What a user calls an argument or an option."""
    if param.param_type_name == "option":
        return str(param.opts[0])
    return _metavar(param.name, lang) + ("..." if param.nargs != 1 else "")


def choices_of(param: Any) -> list[str]:
    """The words an argument or option takes; none where it takes any."""
    found = param.type_descriptor
    return [str(getattr(one, "value", one)) for one in found.choices or ()] if found.is_choice else []


def kind_of(param: Any) -> str:
    """``int``, ``float``, ``path`` or ``str``: what a value is read as."""
    found = param.type_descriptor
    if found.is_path:
        return "path"
    if "float" in str(found.annotation):
        return "float"
    return "int" if found.is_ranged or "int" in str(found.annotation) else "str"


def _width() -> int:
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns))


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _width(), break_on_hyphens=False, break_long_words=False)


def _usage(ctx: Any, lang: str) -> str:
    names = [name_of(one, lang) for one in ctx.command.params if one.param_type_name == "argument"]
    required = [one.required for one in ctx.command.params if one.param_type_name == "argument"]
    told = [name if must else f"[{name}]" for name, must in zip(names, required, strict=True)]
    if isinstance(ctx.command, TyperGroup):
        told = [_metavar("command", lang), _metavar("args", lang)]
    return " ".join([ctx.command_path, f"[{_metavar('options', lang)}]", *told])


def _arguments(ctx: Any, path: str, lang: str) -> Iterator[Row]:
    for one in ctx.command.params:
        if one.param_type_name == "argument":
            yield name_of(one, lang), _told(one, path, lang)


def _options(ctx: Any, path: str, lang: str) -> Iterator[Row]:
    for one in ctx.command.params:
        if one.param_type_name == "option" and not one.hidden:
            names = ", ".join([*one.opts, *one.secondary_opts])
            yield names if one.is_flag else f"{names} {_value(one, lang)}", _told(one, path, lang)
    default = sentence("help.default", lang, value=sentence("help.default.terminal", lang))
    yield f"{OPTION} {'|'.join(LANGUAGES)}", f"{sentence('help.lang', lang)} ({default})"
    yield "--help", sentence("help.help", lang)


def _commands(ctx: Any, path: str, lang: str) -> Iterator[Row]:
    inside = "help" if path == "help.emprise" else path
    for name in getattr(ctx.command, "commands", {}):
        yield name, sentence(f"{inside}.{name}", lang).split("\n\n")[0]


def _told(param: Any, path: str, lang: str) -> str:
    """What a parameter means, the words it takes when they do not fit beside its name, and what it is by default."""
    text = sentence(f"{path}.{key_of_parameter(param)}", lang)
    more = []
    choices = choices_of(param)
    if len("|".join(choices)) > _LONGEST_NAME - len(param.opts[0]):
        named = key_of_parameter(param) in _OF_LAYERS
        more.append(", ".join(_with_word(one, lang) for one in choices) if named else " | ".join(choices))
    if param.required and param.param_type_name == "option":
        more.append(sentence("help.required", lang))
    shown = param.show_default if isinstance(param.show_default, str) else param.default
    if shown not in (None, False):
        worded = f"help.default.{shown}"
        value = sentence(worded, lang) if worded in catalogue(lang) else shown
        more.append(sentence("help.default", lang, value=value))
    return f"{text} ({' ; '.join(more)})" if more else text


def _with_word(layer: str, lang: str) -> str:
    word = layer_word(layer, lang)
    return layer if word == layer else f"{layer} = {word}"


def _value(param: Any, lang: str) -> str:
    choices = "|".join(choices_of(param))
    if choices and len(choices) <= _LONGEST_NAME - len(param.opts[0]):
        return choices
    return _metavar(param.metavar or ("name" if choices else kind_of(param)), lang)


def _metavar(said: str, lang: str) -> str:
    """The word that stands for a value, in the language; one of no catalogue stays as it is."""

    def word(found: re.Match[str]) -> str:
        key = f"metavar.{found[0].lower()}"
        return sentence(key, lang) if key in catalogue(lang) else found[0]

    return _WORD.sub(word, said)


def _section(title: str, rows: Iterator[Row], lang: str) -> Sequence[str]:
    """Two columns; a name that is too long for its column stands on a line of its own."""
    listed = list(rows)
    if not listed:
        return ()
    indent = min(_LONGEST_NAME, max(len(name) for name, _ in listed)) + 4
    lines = [sentence(title, lang)]
    for name, text in listed:
        told = textwrap.wrap(text, _width() - indent, break_on_hyphens=False, break_long_words=False) or [""]
        if len(name) > indent - 4:
            lines.append(f"  {name}")
        else:
            lines.append(f"  {name:{indent - 2}}{told.pop(0)}")
        lines += [" " * indent + line for line in told]
    return ("\n".join(lines),)

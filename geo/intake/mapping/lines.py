"""What is wrong in a mapping, and on which line: every refusal comes with an example of right."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geo.intake.problems import Unreadable

_PLACE = re.compile(r"at line (\d+), column (\d+)")
_HEADER = re.compile(r"\s*\[+([^\]]+)\]")


def syntax_error(name: str, error: Exception) -> Unreadable:
    """The refusal of a text that is no TOML."""
    found = _PLACE.search(str(error))
    line, column = (int(found[1]), int(found[2])) if found else (1, 1)
    return Unreadable("mapping.syntax", name=name, line=line, column=column)


def line_of(text: str, section: str, key: str) -> int:
    """The line (from 1) on which ``key`` of ``section`` stands; the section's own line when it is written inside."""
    written = re.compile(rf"""\s*(?:[\w."'-]*\.)?["']?{re.escape(key)}["']?\s*[=.]""")
    current, best = "", 1
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            current = header[1].strip().replace('"', "").replace("'", "").replace(" ", "")
            if current == section or current == f"{section}.{key}".lstrip("."):
                best = number
            if current == f"{section}.{key}".lstrip("."):
                return number
        elif (current == section or section.startswith(f"{current}.") or not current) and written.match(line):
            return number
    return best


@dataclass(frozen=True, slots=True)
class Refusal:
    """Makes the refusals of one mapping and checks the plain types of its values."""

    name: str
    written: str

    def __call__(self, code: str, section: str, key: str, **params: object) -> Unreadable:
        """The refusal of a key."""
        line = line_of(self.written, section, key)
        return Unreadable(code, name=self.name, line=line, key=key, **params)

    def unknown_keys(
        self, section: str, table: Mapping[str, object], known: Iterable[str], at: str | None = None
    ) -> None:
        """Raise when a table has a key nobody knows; ``at`` is the key the table is written under, on one line."""
        for key in table:
            if key not in known:
                line = line_of(self.written, section, at or key)
                raise Unreadable("mapping.unknown_key", name=self.name, line=line, key=key, known=list(known))

    def table(self, section: str, table: Mapping[str, object], key: str, at: str | None = None) -> dict[str, object]:
        """A table within a table; empty when absent."""
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self(
                "mapping.wrong_value", section, at or key, example=f"[{key}]" if at is None else f"{key} = {{ ... }}"
            )
        return value

    def text(
        self, section: str, table: Mapping[str, object], key: str, example: str, at: str | None = None
    ) -> str | None:
        """A text, None when absent."""
        value = table.get(key)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        raise self("mapping.wrong_value", section, at or key, example=example)

    def texts(
        self, section: str, table: Mapping[str, object], key: str, example: str, at: str | None = None
    ) -> tuple[str, ...]:
        """One text or several; none when absent."""
        value = table.get(key, [])
        several = [value] if isinstance(value, str) else value
        if not isinstance(several, list) or not all(isinstance(one, str) and one for one in several):
            raise self("mapping.wrong_value", section, at or key, example=example)
        return tuple(several)

    def lists(self, section: str, table: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
        """For each field the values meant, numbers as text."""
        found = {}
        for key, value in table.items():
            several = value if isinstance(value, list) else [value]
            if not several or not all(isinstance(one, str | int | float) for one in several):
                raise self("mapping.wrong_value", section, key, example=f'{key} = ["O", "N"]')
            found[key] = tuple(str(one) for one in several)
        return found

    def scalar(self, section: str, key: str, value: object, example: str) -> str | float | int | bool | None:
        """A plain value."""
        finite = not isinstance(value, int | float) or abs(value) < 2**63
        if value is None or (isinstance(value, str | int | float | bool) and finite):
            return value
        raise self("mapping.wrong_value", section, key, example=example)

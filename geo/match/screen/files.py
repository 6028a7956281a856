"""Columns on disk: one file a column, mapped into every process that reads them, so that a machine holds them once."""

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from geo.match.screen.columns import FACTS, METRES, Columns, Kinds, columns_of, no_kinds
from geo.store.feed import Moment
from geo.store.feed_rows import RECIPE

FORM = f"3 {RECIPE}"
"""Of the files, and of the facts in them: those of another are not read."""
META = "meta.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """Columns as they are on disk, what their numbers stand for, and of which moment they are."""

    columns: Columns
    kinds: dict[str, Kinds]
    moment: Moment
    folder: Path


class _Writing:
    """Columns written as they come, chunk after chunk."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count, self.bytes = folder, 0, 0
        self.files: dict[str, BinaryIO] = {}
        self.types: dict[str, str] = {}

    def add(self, part: Columns) -> None:
        for name in dict.fromkeys([*part.columns, *self.files]):
            self._write(name, part)
        self._file("profiles", "|u1").write(part.profiles.tobytes())
        self.count, self.bytes = self.count + len(part), self.bytes + len(part.profiles)

    def _write(self, name: str, part: Columns) -> None:
        if name == "profiles":
            return
        column = part.columns.get(name, np.full(len(part), np.nan))
        if name == "profile":
            column = np.where(column < 0, -1, column + self.bytes)
        self._file(name, column.dtype.str).write(column.tobytes())

    def _file(self, name: str, kind: str) -> BinaryIO:
        if name not in self.files:
            self.files[name] = (self.folder / name).open("wb")
            self.types[name] = kind
            if name.startswith(METRES):  # unknown in all that came before
                self.files[name].write(np.full(self.count, np.nan).tobytes())
        return self.files[name]

    def close(self) -> None:
        for file in self.files.values():
            file.close()


def write(folder: Path, parts: Iterable[Columns], kinds: Mapping[str, Kinds], moment: Moment) -> Kept:
    """Write columns to a new folder, under another name until they are whole."""
    made = folder.with_name(folder.name + ".making")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True, mode=0o700)
    writing = _Writing(made)
    try:
        writing.add(columns_of(dict.fromkeys(FACTS, ()), no_kinds()))  # a base without land has its columns too
        for part in parts:
            writing.add(part)
    finally:
        writing.close()
    meta = {
        "form": FORM,
        "base": moment.base,
        "snapshot": moment.snapshot,
        "types": writing.types,
        "kinds": {name: [[_told(one) for one in value] for value in known.values] for name, known in kinds.items()},
    }
    (made / META).write_text(json.dumps(meta), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    made.rename(folder)
    found = read(folder)
    assert found is not None  # noqa: S101 - written a moment ago
    return found


def read(folder: Path) -> Kept | None:
    """The columns of a folder, mapped; None where there are none, or of another form."""
    try:
        meta = json.loads((folder / META).read_text(encoding="utf-8"))
        if meta["form"] != FORM:
            return None
        found = {name: _mapped(folder / name, kind) for name, kind in meta["types"].items()}
    except (OSError, ValueError, KeyError):
        return None
    kinds = {name: Kinds() for name in meta["kinds"]}
    for name, values in meta["kinds"].items():
        for value in values:
            kinds[name].number(tuple(_meant(one) for one in value))
    profiles = found.pop("profiles")
    return Kept(Columns(found, profiles), kinds, Moment(meta["base"], meta["snapshot"]), folder)


def _mapped(file: Path, kind: str) -> Any:
    return np.memmap(file, kind, "r").view(np.ndarray) if file.stat().st_size else np.empty(0, kind)


def _told(one: Any) -> Any:
    """A value as JSON has it; a set becomes an object, for no fact is one."""
    return {"set": sorted(one)} if isinstance(one, frozenset) else one


def _meant(one: Any) -> Any:
    if not isinstance(one, dict):
        return one
    return frozenset(tuple(item) if isinstance(item, list) else item for item in one["set"])

"""The fields of an exported parcel: which an update writes, which it refuses to change, which are computed."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from geo.intake.layers import cnig
from geo.intake.layers.columns import brief
from geo.intake.layers.records import PARCELS
from geo.intake.layers.values import GIVEN_UP, UNLISTED, Reader, quantity, text
from geo.intake.problems import Rejection
from geo.land.vocabulary import Market, Visibility
from geo.store.edits import FACTS
from geo.store.extract import EDITED_AS

_READERS: Mapping[str, Reader] = {column.name: column.read for column in PARCELS.columns if column.read is not None}

EDITABLE: Mapping[str, str] = {EDITED_AS.get(column, column): column for column in FACTS}
"""Fields of a file that an update writes, and the column of each."""

FIXED = (
    "origin",
    "source_id",
    "source",
    "responsible",
    "owner_siren",
    "buyer",
    "sale_amount",
    "synthetic",
)
"""Facts with another way in (a load, a commitment, an administrator): changing one refuses the row."""

COMPUTED = (
    "surface_m2",
    "buildable_m2",
    "zone_label",
    "zone_type",
    "industry",
    "commune",
    "commune_name",
    "epci",
    "epci_name",
    "outline",
)
"""Computed from the facts: a changed value is told and not taken."""

MOVING = ("ready_p50", "ready_p80", "ready_class", "updated_at", "distance_m", "areas")
"""Computed too, and other by themselves, each day or with each load: never looked at."""

_REQUIRED = ("market", "visibility")
WORDS: Mapping[str, Sequence[str]] = {
    "market": [str(word) for word in Market],
    "visibility": [str(word) for word in Visibility],
    "stade_amngt": cnig.STADE_AMNGT,
    "stade_comm": cnig.STADE_COMM,
    "etat_occup": cnig.ETAT_OCCUP,
    "usage": cnig.USAGE,
    "maitrise_fonc": cnig.MAITRISE_FONC,
    "pollution": cnig.SOL_POLLUTION,
}
"""The closed lists of the fields that have one."""
_YES_OR_NO = frozenset(column.name for column in PARCELS.columns if column.holds is bool)
_LOST = GIVEN_UP | {UNLISTED}
"""A load keeps a word off its list among the published facts; an edit has nowhere to keep it."""
_BRACKETS = re.compile(r"^\s*\(\d+:|[\[\]()'\"]")
_DECIMAL_FLAG = re.compile(r"\s*([01])[.,]0+\s*")
_MEASURE = quantity(low=-1e12)
_MEASURED_M2 = 0.006
"""Surfaces leave rounded to the hundredth of a square metre."""


def read(field: str, raw: object) -> tuple[object, str | None]:
    """The value of an editable field as the base keeps it, and the code of why it cannot be taken."""
    return _read(field, raw) if isinstance(raw, list | dict) else _remembered(field, raw)


def _read(field: str, raw: object) -> tuple[object, str | None]:
    if type(raw) is date:
        return raw, None
    if field == "cadastral_ids":
        raw = _listed(raw)
    elif field in _YES_OR_NO:
        raw = _yes_or_no(raw)
    value, code = _READERS[EDITABLE[field]](raw)
    if code in _LOST or (field == "cadastral_ids" and code is not None):
        return value, code
    if value is None and field in _REQUIRED:
        return None, "update.required"
    return value, None


_remembered = lru_cache(maxsize=1 << 13, typed=True)(_read)
"""Most values of a file are those of other rows, or of the base."""


def _listed(raw: object) -> object:
    """A list as programs without lists write it: JSON, ``(2:a,b)``, ``['a' 'b']``."""
    if isinstance(raw, str) and raw.lstrip()[:1] in ("[", "("):
        return _BRACKETS.sub(" ", raw)
    return raw


def unreadable(row: int, field: str, told: object, code: str) -> Rejection:
    """The refusal of a row for one value: an edit is not guessed at, as a load would."""
    known = WORDS.get(field)
    said: dict[str, object] = {"field": field, "text": "" if told is None else told}
    if known is not None:
        code = "update.no_word" if told is None else "update.word"
        return Rejection(row, field, brief(told), code, params=said | {"known": known})
    code = "update.number" if code in ("value.not_a_number", "value.out_of_range") else "update.value"
    return Rejection(row, field, brief(told), code, params=said)


def _yes_or_no(raw: object) -> object:
    """Programs without an empty yes-or-no write 1.0 for yes, in a table as text."""
    if isinstance(raw, float) and raw.is_integer():
        return int(raw)
    found = _DECIMAL_FLAG.fullmatch(raw) if isinstance(raw, str) else None
    return found[1] if found else raw


def known(field: str, value: object) -> object:
    """A value of the base or of its history (JSON) as :func:`read` gives it, so that the two compare."""
    if field not in EDITABLE:
        return value
    found, code = read(field, value)
    return value if code in _LOST else found


def differs(field: str, told: object, current: object) -> bool:
    """Whether a field that is not edited says something else than the base."""
    if told == current:
        return False
    if isinstance(current, bool):
        return told is not None and str(_yes_or_no(told)).lower() not in (str(current).lower(), str(int(current)))
    if isinstance(current, int | float):
        number, _ = _MEASURE(told)
        return not isinstance(number, float) or abs(number - current) > _MEASURED_M2
    return _spelt(told, current) != _spelt(current, current)


def _spelt(value: object, like: object) -> object:
    """A value as text; codes of digits get back the zeros that spreadsheets eat in front."""
    found = text(value if isinstance(value, int | float) else str(value))[0] if value is not None else None
    if found is None:
        return None
    spelt, code = str(found), str(like)
    return spelt.zfill(len(code)) if code.isdigit() and spelt.isdigit() else spelt


def shown(value: object) -> object:
    """A value as a report keeps it."""
    return value if isinstance(value, date | list) else brief(value)

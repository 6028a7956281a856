"""The plan a row belongs to: its partition, kind and state, and the days from and to which it counts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from geo.intake.layers.days import day
from geo.intake.layers.draft import Draft

KINDS = {kind.lower(): kind for kind in ("PLU", "PLUi", "POS", "CC", "RNU", "PSMV")} | {"plus": "PLU"}
_CODE = r"(?P<code>\d{9}|(?:\d\d|2[AB])\d{3})"
# CNIG since 2014: 30014_PLU_20171013, 200011781_PLUi_20180101_A; before: 3001420171013
_IDURBA = re.compile(rf"{_CODE}_(?:(?P<kind>[A-Z]+)_)?(?P<day>\d{{8}})(?:_(?P<part>[A-Z0-9]{{1,3}}))?", re.IGNORECASE)
_OLD_IDURBA = re.compile(rf"{_CODE}(?P<day>\d{{8}})(?:\D.*)?", re.IGNORECASE)
_STARTS = re.compile(rf"{_CODE}_", re.IGNORECASE)
_FILE = re.compile(
    rf"{_CODE}_(?P<kind>[A-Z]+)(?:_[A-Z]+)*_(?P<day>\d{{8}})(?:_(?P<part>[A-Z]))?(?=[._]|$)", re.IGNORECASE
)
_WRITTEN_RULES = re.compile(r"reglement\D*_(?P<day>\d{8})", re.IGNORECASE)

STATES: Mapping[str, str] = {
    "01": "planned",  # en cours de procédure
    "02": "planned",  # arrêté
    "03": "in_force",  # opposable
    "04": "ended",  # annulé
    "05": "ended",  # remplacé
    "06": "ended",  # abrogé
    "07": "planned",  # approuvé: not enforceable yet, unless a later day is given
    "08": "in_force",  # partiellement annulé; the annulled perimeter is information 98
    "09": "ended",  # caduc
}
"""ETAT of DOC_URBA (CNIG PLU, every version)."""
_LEFT_BY_TIME = ("05", "06", "09")
"""Plans that did count until the day they state."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the name of a document says: code of commune or intercommunal body, kind, day of approval, sector."""

    code: str
    kind: str | None = None
    approved_on: date | None = None
    part: str | None = None


def named(text: object) -> Named | None:
    """Read IDURBA, in its spelling of today or of 2013; None when it is neither."""
    spelt = str(text).strip() if text is not None else ""
    found = _IDURBA.fullmatch(spelt) or _OLD_IDURBA.fullmatch(spelt)
    return None if found is None else _of(found.groupdict())


def of_file(name: str) -> Named | None:
    """Read the name of a file or archive that follows the standard (``41175_PLU_20140603.zip``)."""
    found = _FILE.match(name)
    return None if found is None else _of(found.groupdict())


def _of(groups: Mapping[str, str | None]) -> Named:
    kind = KINDS.get((groups.get("kind") or "").lower())
    return Named(str(groups["code"]).upper(), kind, _day(groups["day"]), (groups.get("part") or "").upper() or None)


def _day(text: str | None) -> date | None:
    value = day(text)[0] if text else None
    return value if isinstance(value, date) else None


def state_of(etat: object, ended_on: object, later: bool) -> str | None:
    """in_force, planned or ended for an ETAT; None when there is none. ``later``: a day to come into force is given."""
    code = str(etat).strip().zfill(2) if etat is not None else ""
    if (code == "07" and later) or (code in _LEFT_BY_TIME and ended_on is not None):
        return "in_force"
    return STATES.get(code)


def complete(draft: Draft) -> None:
    """Fill the document's columns; a row that names no document is refused.

    Approved: the day in IDURBA, else DATAPPRO, else what DOC_URBA says, else the only day of the file's rows, else
    that in the name of the file or of the written rules, else the last DATVALID. Enforceable: DATVALID when it is
    not before that, else the day of approval.
    """
    fields = draft.fields
    known = [named(idurba) for idurba in fields["idurba"]]
    _from_table(draft)
    _partitions(draft, known)
    draft.fill("plan_kind", lambda i: _kind(draft, known[i], fields["partition"][i]))
    fields["plan_kind"] = [KINDS.get(str(kind).lower()) for kind in fields["plan_kind"]]
    stated = fields["approved_on"]
    fields["approved_on"] = [(name.approved_on if name else None) or stated[i] for i, name in enumerate(known)]
    _approved_together(draft)
    _enforceable(draft)
    later = [_is_later(e, a) for e, a in zip(fields["enforceable_on"], fields["approved_on"], strict=True)]
    etats, ends = fields["plan_etat"], fields["plan_ended_on"]
    fields["plan_state"] = [state_of(etats[i], ends[i], later[i]) for i in range(draft.size)]


def _from_table(draft: Draft) -> None:
    """What DOC_URBA says of the document a row names."""
    table = draft.context.documents
    if not table:
        return
    only = next(iter(table.values())) if len(table) == 1 else None
    empty: Mapping[str, object] = {}
    rows = [table.get(str(idurba).upper()) or only or empty for idurba in draft.fields["idurba"]]
    for name in ("idurba", "plan_kind", "plan_etat", "approved_on", "plan_ended_on"):
        said = [row.get(name) for row in rows]
        draft.fill(name, said.__getitem__)


def _partitions(draft: Draft, known: list[Named | None]) -> None:
    """DU_ and the code of the commune (PLU) or of the intercommunal body (PLUi), as the Géoportail names it.

    When the rows that name their document all name one, the others belong to it: one file is one document.
    """
    fields = draft.fields
    files = fields.get("nomfic", [None] * draft.size)
    names = [_partition(one) or _start(file) for one, file in zip(known, files, strict=True)]
    distinct = {name for name in names if name}
    only = distinct.pop() if len(distinct) == 1 else None
    by_file = _partition(of_file(draft.context.file))
    communes = fields.get("commune_insee", [None] * draft.size)
    draft.fill("partition", lambda i: names[i] or only or by_file or _of_commune(draft, communes[i]))
    for place, partition in enumerate(fields["partition"]):
        if partition is None and place not in draft.table.left_out:
            draft.table.refuse(place, "partition", None, "zone.no_document")


def _partition(name: Named | None) -> str | None:
    if name is None:
        return None
    if name.kind == "PSMV":
        return f"PSMV_{name.code}"
    sector = f"_{name.part}" if name.part and len(name.code) == 9 else ""
    return f"DU_{name.code}{sector}"


def _start(file: object) -> str | None:
    found = _STARTS.match(str(file)) if file is not None else None
    return f"DU_{found['code'].upper()}" if found else None


def _of_commune(draft: Draft, commune: object) -> str | None:
    code = commune or draft.context.commune
    prefix = "RNU" if draft.context.schema == "gpu_municipality" else "DU"
    return None if code is None else f"{prefix}_{code}"


def _kind(draft: Draft, name: Named | None, partition: object) -> str | None:
    of_schema = {"cnig_secteur_cc": "CC", "gpu_municipality": "RNU"}.get(draft.context.schema)
    by_name = name or of_file(draft.context.file)
    if of_schema or (by_name and by_name.kind):
        return of_schema or (by_name.kind if by_name else None)
    return "PLUi" if re.match(r"DU_\d{9}", str(partition)) else None


def _approved_together(draft: Draft) -> None:
    """The day of approval of rows that state none, from what else the file says."""
    fields = draft.fields
    days = {value for value in fields["approved_on"] if value is not None}
    if len(days) > 1:
        return  # several documents: which one these rows belong to is not ours to guess
    by_file = of_file(draft.context.file)
    rules = {_rules_day(file) for file in fields.get("nomfic", ())} - {None}
    valid = [value for value in fields["valid_on"] if isinstance(value, date)]
    guess = next(iter(days), None) or (by_file.approved_on if by_file else None)
    guess = guess or (rules.pop() if len(rules) == 1 else None) or max(valid, default=None)
    draft.fill("approved_on", lambda _: guess)


def _rules_day(file: object) -> date | None:
    found = _WRITTEN_RULES.search(str(file)) if file is not None else None
    return _day(found["day"]) if found else None


def _enforceable(draft: Draft) -> None:
    fields = draft.fields
    days = zip(fields["valid_on"], fields["approved_on"], strict=True)
    fields["enforceable_on"] = [None if v is None else max(v, a) if a else v for v, a in days]  # type: ignore[call-overload]


def _is_later(enforceable: object, approved: object) -> bool:
    return isinstance(enforceable, date) and isinstance(approved, date) and enforceable > approved

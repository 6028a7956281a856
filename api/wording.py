"""The parts of an answer in words: reasons, changes of a need, numbers, surfaces, days."""

import re
from collections.abc import Mapping
from datetime import datetime, time
from string import Formatter
from typing import Any

from api.catalogues import catalogue, marked, sentence

Document = Mapping[str, Any]

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
HECTARE_M2 = 10_000
BOUNDS = {"proved": "relaxation.at_least", "open": "relaxation.at_most", "to_check": "relaxation.at_least"}
"""How a number that is only bounded is told."""


def reason(criterion: Document, lang: str) -> str:
    """One criterion in words, never with a blank in it.

    The sentence is that of the code for several buildings where there are several, for this criterion, else of the
    code; without the facts it names, its bare form; without any, what the criterion is about. Of a criterion of several
    parts, those of its verdict are told.
    """
    parts = [part for part in criterion["detail"].get("parts", ()) if part["verdict"] == criterion["verdict"]]
    if len(parts) > 1:
        told = ({"name": criterion["name"], "fact": None, "code": part["code"], "detail": part} for part in parts)
        return ", ".join(reason(one, lang) for one in told)
    facts = {"fact": criterion["fact"], **criterion["detail"]}
    code = criterion["code"]
    several = (f"{code}.several",) if _is_several(facts.get("buildings")) else ()
    for key in (*several, f"{code}.{criterion['name']}", code):
        for form in (key, f"{key}.bare"):
            if form in catalogue(lang) and not _missing(form, facts, lang):
                return sentence(form, lang, **{name: shown(value, lang) for name, value in facts.items()})
    return sentence(f"criterion.{criterion['name']}", lang)


def _is_several(buildings: object) -> bool:
    return isinstance(buildings, int) and buildings > 1


def _missing(key: str, facts: Mapping[str, object], lang: str) -> bool:
    """Whether a sentence names a fact that is not known."""
    names = (name for _, name, _, _ in Formatter().parse(catalogue(lang)[key]) if name is not None)
    return any(facts.get(name) is None for name in names)


def relaxation(one: Document, lang: str) -> str:
    """A change of the need, with what must change together with it, and how many parcels it opens, or may open."""
    counts = {"proved": one["opens"], "open": one.get("open", 0), "to_check": one.get("to_check", 0)}
    what = [sentence(f"relaxation.{name}", lang, count=count) for name, count in counts.items() if count > 0]
    if not one.get("exact", True):
        bounds = [
            "relaxation.at_most" if name == "open" else "relaxation.at_least" for name in counts if counts[name] > 0
        ]
        what = [sentence(bound, lang, what=told) for bound, told in zip(bounds, what, strict=True)]
    return sentence("relaxation.opens", lang, change=changed(one["change"], lang), what=", ".join(what))


def changed(change: Document, lang: str) -> str:
    """A change of the need, with what must change together with it."""
    told = _changed(change, lang)
    for other in change.get("also", ()):
        words = _changed(other, lang)
        told = sentence("relaxation.and", lang, first=told, other=words[0].lower() + words[1:])
    return told


def _changed(change: Document, lang: str) -> str:
    key = "relaxation" + re.sub(r"/\d+(?=/)", "", change["path"]).replace("/", ".")
    key = key if key in catalogue(lang) else key.rpartition(".")[0]
    if key not in catalogue(lang):
        return sentence("relaxation.other", lang, criterion=sentence(f"criterion.{change['criterion']}", lang))
    before, to = _values(change, lang)
    return sentence(key, lang, before=before, to=to)


def _values(change: Document, lang: str) -> tuple[object, object]:
    values = change["from"], change["to"]
    if change["criterion"] not in ("land_m2", "footprint_m2"):
        return _size(values[0], lang), _size(values[1], lang)
    before, to = (surface(value, lang) for value in values)
    if before == to:  # they differ by less than hectares show
        before, to = (sentence("number.m2", lang, value=shown(float(value), lang)) for value in values)
    return before, to


def _size(value: object, lang: str) -> object:
    """A building by its sides, setbacks one after the other, anything else as it is shown."""
    if isinstance(value, Mapping) and set(value) <= {"length_m", "width_m", "count"}:
        return f"{number(value['length_m'], lang)} × {number(value['width_m'], lang)} m"
    if isinstance(value, Mapping) and set(value) == {"road", "neighbour"}:
        return f"{number(value['road'], lang)} / {number(value['neighbour'], lang)}"
    return shown(value, lang)


def shown(value: object, lang: str) -> object:
    """A fact as people write it: days and numbers in the manner of the language, kinds and steps by their names."""
    if isinstance(value, str) and DAY.fullmatch(value):
        return day(value, lang)
    if isinstance(value, str) and f"kind.{value}" in catalogue(lang):
        return sentence(f"kind.{value}", lang)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value, lang)
    if isinstance(value, list) and value and all(isinstance(one, dict) and "label" in one for one in value):
        return ", ".join(str(one["label" if lang == "fr" else "label_en"]) for one in value)
    return value


def instant(said: str, lang: str) -> str:
    """An ISO instant with its preposition: on a day at a time, or at the end of the day."""
    at = datetime.fromisoformat(said)
    when = day(said[:10], lang)
    if at.time() == time.max:
        return sentence("plan.instant.end", lang, day=when)
    return sentence("plan.instant", lang, day=when, time=f"{at:%H:%M}", offset=at.isoformat()[-6:])


def number(value: float, lang: str) -> str:
    """A number with the decimals that tell, grouped by thousands."""
    if isinstance(value, int) or float(value).is_integer():
        return marked(f"{value:,.0f}", lang)
    digits = 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3
    return marked(f"{value:,.{digits}f}".rstrip("0").rstrip("."), lang)


def surface(value: float | None, lang: str) -> str:
    """A surface as people say it: hectares from one up, square metres below."""
    if value is None:
        return "?"
    if value >= HECTARE_M2:
        return sentence("number.ha", lang, value=marked(f"{value / HECTARE_M2:,.2f}", lang))
    return sentence("number.m2", lang, value=marked(f"{value:,.0f}", lang))


def share(value: float, lang: str) -> str:
    """A share from 0 to 1, per cent with a decimal where it tells."""
    return sentence("number.percent", lang, value=number(round(100 * value, 1), lang))


def score(interval: Document, lang: str) -> str:
    """A score, or its bounds where facts are missing."""
    low, high = (f"{interval[end]:.2f}" for end in ("min", "max"))
    return marked(low if low == high else f"{low}-{high}", lang)


def day(value: str | None, lang: str) -> str:
    """A day as people write it; a dash when there is none."""
    if value is None:
        return "—"
    return f"{value[8:]}/{value[5:7]}/{value[:4]}" if lang == "fr" else value

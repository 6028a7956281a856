"""What a need asks, as rows of a table: a name and what is asked, the wishes marked as such."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from api.catalogues import sentence
from api.wording import day, number, surface

Need = Mapping[str, Any]
"""A need as it is kept: the JSON of geo/match/need/need.py."""

Row = tuple[str, str]

FLOWS = {"water_m3h": "m³/h", "gas_m3h": "Nm³/h", "effluents_m3d": "m³/j"}
DATES = ("start_by", "power_by", "production_by")
SURFACES = ("footprint_m2", "floor_m2")


def need_rows(need: Need, lang: str) -> list[Row]:
    """The rows in the order a reader asks for them; what the need does not say is left out."""
    return [
        (sentence(f"dossier.need.{name}", lang), f"{told} ({sentence('dossier.wish', lang)})" if wished else told)
        for name, told in _said(need, lang)
        for wished in (name in (need.get("wishes") or {}),)
    ]


def with_places(need: Need, names: Mapping[str, str]) -> Need:
    """The need with the areas and communes of its place by their names, where they are known."""
    place = need.get("place")
    if place is None:
        return need
    told = {name: [names.get(code, code) for code in place[name]] for name in ("named", "communes") if place.get(name)}
    return {**need, "place": {**place, **told}}


def _said(need: Need, lang: str) -> Iterator[Row]:
    for name, teller in TELLERS.items():
        if need.get(name) is not None:
            told = teller(name, need, lang)
            if told:
                yield name, told


def _buildings(name: str, need: Need, lang: str) -> str:
    told = " ; ".join(_building(one, lang) for one in need[name])
    setback = need.get("setback_m")
    if isinstance(setback, int | float) and setback:
        told += f", {sentence('dossier.need.setback', lang, metres=number(setback, lang))}"
    elif isinstance(setback, Mapping):
        sides = {side: number(value, lang) for side, value in setback.items()}
        told += f", {sentence('dossier.need.setbacks', lang, **sides)}"
    return told


def _building(one: Need, lang: str) -> str:
    count = f"{one['count']} × " if one.get("count", 1) > 1 else ""
    if "length_m" in one:
        return f"{count}{number(one['length_m'], lang)} × {number(one['width_m'], lang)} m"
    if "area_m2" in one:
        return f"{count}{surface(one['area_m2'], lang)}"
    return sentence("dossier.need.outline", lang)


def _land(name: str, need: Need, lang: str) -> str:
    low, high = need[name].get("min"), need[name].get("max")
    if low is not None and high is not None:
        return sentence("dossier.need.between", lang, low=surface(low, lang), high=surface(high, lang))
    return sentence(
        "dossier.need.least" if high is None else "dossier.need.most", lang, value=surface(high or low, lang)
    )


def _surface(name: str, need: Need, lang: str) -> str:
    return surface(need[name], lang)


def _icpe(name: str, need: Need, lang: str) -> str:
    said = need[name]
    codes = said.get("rubriques") or ()
    parts = [sentence(f"dossier.need.icpe.{said['regime']}", lang)] if said.get("regime") else []
    parts += [sentence(f"dossier.need.seveso.{said['seveso']}", lang)] if said.get("seveso") else []
    parts += [sentence("dossier.need.ied", lang)] if said.get("ied") else []
    parts += [sentence("dossier.need.rubriques", lang, count=len(codes), codes=", ".join(codes))] if codes else []
    return ", ".join(parts)


def _power(name: str, need: Need, lang: str) -> str:
    said = need[name]
    told = [sentence("dossier.need.opening", lang, mw=number(said["at_opening"], lang))]
    told += [f"{number(step['mw'], lang)} MW ({day(step['on'], lang)})" for step in said.get("ramp") or ()]
    return ", ".join(told)


def _date(name: str, need: Need, lang: str) -> str:
    """The day, and how sure it must be where that is asked."""
    on = day(str(need[name]), lang)
    if need.get("probability") is None:
        return sentence("dossier.need.by_day", lang, day=on)
    return sentence("dossier.need.by", lang, day=on, chance=f"{float(need['probability']) * 100:.0f}")


def _flow(name: str, need: Need, lang: str) -> str:
    unit = FLOWS[name] if lang == "fr" else FLOWS[name].replace("/j", "/d")
    return f"{number(need[name], lang)} {unit}"


def _wanted(name: str, need: Need, lang: str) -> str:
    return sentence("page.yes", lang) if need[name] else ""


def _word(name: str, need: Need, lang: str) -> str:
    return sentence(f"dossier.need.{name}.{need[name]}", lang)


def _price(name: str, need: Need, lang: str) -> str:
    return sentence("dossier.need.most", lang, value=f"{number(need[name], lang)} €/m²")


def _height(name: str, need: Need, lang: str) -> str:
    return f"{number(need[name], lang)} m"


def _labour(name: str, need: Need, lang: str) -> str:
    said = need[name]
    return sentence("dossier.need.jobs", lang, count=said["jobs"], minutes=number(said["minutes"], lang))


def _place(name: str, need: Need, lang: str) -> str:
    said = need[name]
    named: Sequence[str] = [
        *(sentence("dossier.department", lang, code=code) for code in said.get("departments") or ()),
        *(said.get("communes") or ()),
        *(said.get("named") or ()),
    ]
    return ", ".join(named) or sentence("dossier.need.drawn", lang)


TELLERS: Mapping[str, Callable[[str, Need, str], str]] = {
    "place": _place,
    "buildings": _buildings,
    "land_m2": _land,
    **dict.fromkeys(SURFACES, _surface),
    "height_m": _height,
    "use": _word,
    "icpe": _icpe,
    "power_mw": _power,
    **dict.fromkeys(FLOWS, _flow),
    "rail_siding": _wanted,
    "fibre": _wanted,
    "labour": _labour,
    **dict.fromkeys(DATES, _date),
    "tenure": _word,
    "price_max_eur_m2": _price,
}
"""In the order told."""

"""One site of a dossier in words: what it is, its plan, what speaks for it and against it, its dates, its sources."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api.catalogues import catalogue, number, sentence
from api.desk.dossier.calendar_drawing import calendar_drawing
from api.desk.dossier.plan_drawing import plan_drawing, scale_of
from api.desk.dossier.sources_told import source_told
from api.desk.dossier.words import Key, Plan, Row, Site, Table, Verdicts
from api.wording import HECTARE_M2, day, reason, surface
from geo.land.constraints import kinds
from geo.land.vocabulary import Industry
from geo.match.dossier.site_plan import reference

Facts = Mapping[str, Any]

QUANTILES = ("p10", "p50", "p80")
MILESTONES = ("start", "start_cleared", "power", "production")
VERDICTS = {"fail": "against", "unknown": "to_check", "pass": "for"}
DRAWN = ("parcel", "buildable", "placed", "later", "building", "neighbour")
LAMBERT_93 = 2154
MOST_REFERENCES = 12


def site_told(place: int, site: Facts, facts: Facts, heading: str | None, text: Sequence[str], lang: str) -> Site:
    """The site that stands at this place, counted from 1."""
    hidden = facts["anonymous"]
    dates = site["readiness"]
    names = {} if dates is None else {step["code"]: _label(step, lang) for step in dates["steps"]}
    return Site(
        title=heading or _title(place, site, hidden, lang),
        place=_place(site["land"], hidden, lang),
        facts=list(_facts(site, hidden, lang)),
        text=text,
        plan=_plan(site, facts, lang),
        no_plan=sentence("dossier.plan.none", lang),
        verdicts=list(_verdicts(site, lang)),
        dates=None if dates is None else _dates(dates, hidden, lang),
        path=_path(dates, names, lang),
        calendar=_calendar(dates, names, lang),
        notes=list(_notes(site, names, lang)),
        sources=_sources(site["sources"], lang),
    )


def _title(place: int, site: Facts, hidden: bool, lang: str) -> str:
    if hidden:
        return sentence("dossier.site.anonymous", lang, letter=chr(ord("A") + place - 1))
    names = [name for name in site["land"]["names"] if name]
    told = " + ".join(names[:3]) or ", ".join(map(reference, site["land"]["cadastral_ids"][:3]))
    return sentence("dossier.site", lang, place=place, name=told or sentence("dossier.unnamed", lang))


def _place(land: Facts, hidden: bool, lang: str) -> str:
    if hidden:
        return sentence("dossier.department", lang, code=land["department"]) if land["department"] else ""
    return " – ".join(part for part in (", ".join(land["communes"]), ", ".join(land["epcis"])) if part)


def _facts(site: Facts, hidden: bool, lang: str) -> Iterator[Row]:
    """Names and values; what is unknown is left out here: what matters of it is asked under the criteria."""
    for name, told in (*_land(site["land"], hidden, lang), *(() if hidden else _named(site["land"], lang))):
        if told:
            yield sentence(f"dossier.fact.{name}", lang), told


def _land(land: Facts, hidden: bool, lang: str) -> Iterator[tuple[str, str]]:
    for name in ("surface_m2", "buildable_m2"):
        if land[name] is not None:
            told = area_told(land[name], hidden, lang)
            yield name, sentence("dossier.about", lang, value=told) if hidden else told
    if hidden and land["parcels"] > 1:
        yield "parcels", number(land["parcels"], lang)
    if land["market"]:
        yield "market", sentence(f"market.{land['market']}", lang)
    if land["industry"]:
        yield "industry", sentence(f"industry.{land['industry']}", lang)


def area_told(value: float | None, rounded: bool, lang: str) -> str:
    """A surface; one that was rounded without figures it does not have."""
    if not rounded or value is None or value < HECTARE_M2:
        return surface(value, lang)
    return sentence("number.ha", lang, value=number(value / HECTARE_M2, lang))


def _named(land: Facts, lang: str) -> Iterator[tuple[str, str]]:
    if land["zone_label"]:
        kind = f" ({land['zone_type']})" if land["zone_type"] and land["zone_type"] != land["zone_label"] else ""
        yield "zone", f"{land['zone_label']}{kind}"
    if land["price_eur_m2"] is not None:
        yield "price", f"{number(land['price_eur_m2'], lang)} €/m²"
    if land["power_mw"] is not None:
        yield "power", f"{number(land['power_mw'], lang)} MW"
    references = [reference(idu) for idu in land["cadastral_ids"]]
    if references:
        more = len(references) - MOST_REFERENCES
        told = ", ".join(references[:MOST_REFERENCES])
        yield "cadastre", told if more <= 0 else sentence("dossier.and_more", lang, first=told, count=more)
    if land["responsible"]:
        yield "responsible", ", ".join(land["responsible"])
    if land["lon"] is not None:
        yield "position", sentence("dossier.position", lang, lat=f"{land['lat']:.5f}", lon=f"{land['lon']:.5f}")


def _plan(site: Facts, facts: Facts, lang: str) -> Plan | None:
    plan = site["plan"]
    if plan is None:
        return None
    hidden = facts["anonymous"]
    says = sentence("dossier.plan.says", lang, scale=scale_of(plan, lang))
    drawn = {area["kind"] for area in plan["areas"]}
    keys = [Key(kind, _key(kind, hidden, lang)) for kind in DRAWN if kind in drawn]
    keys += [_constraint_key(one, lang) for one in site["constraints"] if one["mark"] and one["effect"] in drawn]
    caption = "dossier.plan.caption.anonymous" if hidden else "dossier.plan.caption"
    grid = "Lambert-93" if facts["crs"] == LAMBERT_93 else f"EPSG:{facts['crs']}"
    return Plan(plan_drawing(plan, says, lang), keys, sentence(caption, lang, scale=scale_of(plan, lang), grid=grid))


def _key(kind: str, hidden: bool, lang: str) -> str:
    return sentence("dossier.key.envelope" if hidden and kind == "parcel" else f"dossier.key.{kind}", lang)


def _constraint_key(one: Facts, lang: str) -> Key:
    return Key(one["effect"], f"{one['mark']} : {constraint_told(one, lang)}")


def constraint_told(one: Facts, lang: str) -> str:
    """What a constraint is called and what it does to a building."""
    known = kinds().get(one["kind"])
    name = one["label"] or (known.label[lang] if known else one["kind"])
    return sentence(f"dossier.constraint.{one['effect']}", lang, name=name)


def _verdicts(site: Facts, lang: str) -> Iterator[Verdicts]:
    for verdict in ("pass", "unknown", "fail"):
        kind = VERDICTS[verdict]
        rows = [_criterion(one, lang) for one in site["criteria"] if one["verdict"] == verdict]
        title = sentence(f"dossier.verdict.{kind}", lang)
        if any(said or ask for _, said, ask in rows):
            yield Verdicts(kind, title, rows)
        elif rows:
            names = (about[0].lower() + about[1:] if about[1:2].islower() else about for about, _, _ in rows)
            yield Verdicts(kind, title, (), f"{capital(', '.join(names))}.")


def _criterion(one: Facts, lang: str) -> tuple[str, str, str]:
    """A criterion, what is known of it, and who can answer; masked ones have neither fact nor code."""
    said = reason(one, lang) if "code" in one else ""
    who = one.get("who") or one.get("detail", {}).get("who")
    if one["verdict"] == "fail" and one["role"] != "must":
        said = f"{said} ({sentence('dossier.wish', lang)})".strip()
    ask = sentence(f"who.{who}", lang) if one["verdict"] == "unknown" and who else ""
    return capital(about_told(one["name"], lang)), said, ask


def about_told(name: str, lang: str) -> str:
    """What a criterion is about; one that is named after what it refuses has a name of its own here."""
    own = f"dossier.criterion.{name}"
    return sentence(own if own in catalogue(lang) else f"criterion.{name}", lang)


def capital(text: str) -> str:
    """The text as a sentence begins; what is in capitals stays."""
    return text[:1].upper() + text[1:]


def _dates(dates: Facts, hidden: bool, lang: str) -> Table:
    heads = [sentence(f"dossier.date.{name}", lang) for name in ("milestone", *QUANTILES)]
    rows = [
        [capital(sentence(f"readiness.{name}", lang)), *(ended(dates[name][one], hidden, lang) for one in QUANTILES)]
        for name in MILESTONES
        if dates[name] is not None
    ]
    return Table(heads, rows)


def ended(said: str | None, hidden: bool, lang: str) -> str:
    """A day, or its month where days are masked; never, where a step is blocked."""
    return sentence("plan.never", lang) if said is None else month_or_day(said, hidden, lang)


def month_or_day(said: str, hidden: bool, lang: str) -> str:
    """A day as people write it, or only its month."""
    if not hidden:
        return day(said, lang)
    return f"{said[5:7]}/{said[:4]}" if lang == "fr" else said[:7]


def _label(step: Facts, lang: str) -> str:
    return str(step["label"] if lang == "fr" else step["label_en"])


def _path(dates: Facts | None, names: Mapping[str, str], lang: str) -> str:
    codes = [] if dates is None else [code for code in dates["critical_path"] if code in names]
    return sentence("dossier.path", lang, steps=" → ".join(names[code] for code in codes)) if codes else ""


def _calendar(dates: Facts | None, names: Mapping[str, str], lang: str) -> Any:
    if dates is None or dates["calendar"] is None:
        return None
    return calendar_drawing(dates["calendar"], names, dates["critical_path"], sentence("dossier.calendar.says", lang))


def _notes(site: Facts, names: Mapping[str, str], lang: str) -> Iterator[str]:
    """What else a reader must know: what is being recomputed, steps nobody knows the state of, constraints unseen."""
    dates = site["readiness"] or {}
    asked = any(one["name"] == "use" for one in site["criteria"])
    if site["land"]["industry"] == Industry.FORBIDDEN and not asked:
        yield sentence("dossier.industry_forbidden", lang)
    if site["land"].get("stale"):
        yield sentence("dossier.stale", lang)
    for one in dates.get("questions", ()):
        label = names.get(one["step"], one["step"])
        yield sentence("note.unknown", lang, label=label, who=sentence(f"who.{one['who']}", lang))
    for code in dates.get("blocked", ()):
        yield sentence("note.blocked", lang, label=names.get(code, code))
    unmarked = [one for one in site["constraints"] if not one["mark"]]
    if unmarked:
        told = sentence("words.several", lang).join(constraint_told(one, lang) for one in unmarked)
        yield sentence("dossier.constraints", lang, constraints=told)


def _sources(sources: Sequence[Facts], lang: str) -> Table | None:
    if not sources:
        return None
    rows = [
        [
            source_told(one["source"], lang),
            day(one["on"], lang),
            ", ".join(_about(name, lang) for name in one["about"]),
        ]
        for one in sources
    ]
    return Table([sentence(f"dossier.source.{name}", lang) for name in ("name", "on", "about")], rows)


def _about(name: str, lang: str) -> str:
    key = f"dossier.about.{name}"
    return sentence(key, lang) if key in catalogue(lang) else about_told(name, lang)

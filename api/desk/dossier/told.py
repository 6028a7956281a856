"""The facts of a dossier put into words: the cover, the table of sites, how it was reckoned."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.catalogues import sentence
from api.desk.dossier.site_told import area_told, ended, month_or_day, site_told
from api.desk.dossier.words import Dossier, Table
from api.desk.project.need_told import need_rows, with_places
from api.wording import day, score

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cover:
    """What a planner says of a dossier: its title, who makes it, words before the sites and with each of them."""

    title: str
    by: str | None = None
    text: str = ""
    headings: Sequence[str | None] = ()
    texts: Sequence[str] = ()


def dossier_told(facts: Facts, cover: Cover, lang: str) -> Dossier:
    """The dossier in a language; the planner's own words stay as they are."""
    sites = facts["sites"]
    anonymous = facts["anonymous"]
    headings = [*cover.headings, *[None] * len(sites)]
    texts = [*cover.texts, *[""] * len(sites)]
    told = [
        site_told(place, site, facts, headings[place - 1], paragraphs(texts[place - 1]), lang)
        for place, site in enumerate(sites, 1)
    ]
    return Dossier(
        lang=lang,
        title=cover.title,
        kind=sentence("dossier.kind.anonymous" if anonymous else "dossier.kind", lang),
        by=sentence("dossier.by", lang, who=cover.by) if cover.by and not anonymous else "",
        on=sentence("dossier.on", lang, day=day(facts["as_of"], lang)),
        text=paragraphs(cover.text),
        need=need_rows(with_places(facts["need"], facts.get("places", {})), lang),
        summary=_summary(facts, [one.title for one in told], lang),
        sites=told,
        method=list(_method(facts, lang)),
        version=_version(facts, lang),
    )


def paragraphs(text: str) -> list[str]:
    """A planner's text by its paragraphs; a line that ends alone is none."""
    return [" ".join(part.split()) for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


def _summary(facts: Facts, titles: Sequence[str], lang: str) -> Table:
    scored = any(site["score"] is not None for site in facts["sites"])
    built = any(site["fit"] is not None for site in facts["sites"])
    names = ["site", "surface", *(["fit"] if built else []), "market", "start", *(["score"] if scored else [])]
    rows = [_summed(site, title, names, facts, lang) for site, title in zip(facts["sites"], titles, strict=True)]
    return Table([sentence(f"dossier.column.{name}", lang) for name in names], rows)


def _summed(site: Facts, title: str, names: Sequence[str], facts: Facts, lang: str) -> list[str]:
    land, dates = site["land"], site["readiness"]
    start = None if dates is None else dates["start"]
    market = land["market"]
    cells = {
        "site": title,
        "surface": area_told(land["surface_m2"], facts["anonymous"], lang),
        "fit": "" if site["fit"] is None else sentence(f"dossier.fit.{site['fit']}", lang),
        "market": sentence(f"market.{market}", lang) if market else sentence("dossier.not_told", lang),
        "start": sentence("dossier.not_known", lang)
        if start is None
        else ended(start["p80"], facts["anonymous"], lang),
        "score": "" if site["score"] is None else score(site["score"], lang),
    }
    return [cells[name] for name in names]


def _method(facts: Facts, lang: str) -> Iterator[str]:
    """How to read it: what is proved and on what, what the dates are, what an unknown is."""
    if facts["anonymous"]:
        yield sentence("dossier.method.anonymous", lang)
    if any(site["fit"] is not None for site in facts["sites"]):
        yield sentence("dossier.method.fit", lang)
    yield sentence("dossier.method.dates", lang)
    yield sentence("dossier.method.unknown", lang)
    if any(site["score"] is not None for site in facts["sites"]):
        yield sentence("dossier.method.score", lang)
    yield sentence("dossier.method.day", lang, day=day(facts["as_of"], lang))


def _version(facts: Facts, lang: str) -> str:
    told = {name: facts["version"][name] for name in ("software", "catalogue", "data")}
    return sentence("dossier.version", lang, **told, day=month_or_day(facts["as_of"], False, lang))

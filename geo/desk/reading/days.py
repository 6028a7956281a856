"""Days: "été 2027", "début des travaux T3 2027", "mise en service fin 2028"."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from geo.desk.reading.said import Assumption, Said, clause, nearest, quoted

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier january jan",
            "février fevrier february feb",
            "mars march",
            "avril april",
            "mai may",
            "juin june",
            "juillet july",
            "août aout august",
            "septembre september sept",
            "octobre october",
            "novembre november",
            "décembre decembre december",
        ),
        1,
    )
    for name in names.split()
}
SEASONS = {
    **dict.fromkeys(("printemps", "spring"), ((3, 20), (6, 20))),
    **dict.fromkeys(("été", "ete", "summer"), ((6, 21), (9, 22))),
    **dict.fromkeys(("automne", "autumn"), ((9, 23), (12, 20))),
}
"""Of a year, from one equinox or solstice to the next; winter, which lies in two years, is not read."""
PARTS = {
    **dict.fromkeys(("début", "debut", "beginning", "early"), (1, 4)),
    **dict.fromkeys(("mi", "mid", "milieu", "middle"), (5, 8)),
    **dict.fromkeys(("fin", "end", "late"), (9, 12)),
}
YEAR = r"(?P<year>20[2-4]\d)\b"
PERIOD = re.compile(
    rf"(?P<day>\b\d{{1,2}})/(?P<of>\d{{1,2}})/(?P<full>20[2-4]\d)\b"
    rf"|\b(?P<name>{'|'.join((*SEASONS, *MONTHS))})\.?[ -](?:of |de |)?{YEAR}"
    rf"|\b(?:[tq](?P<quarter>[1-4])|(?P<nth>[1-4])(?:er|e|ème|eme|st|nd|rd|th) (?:trimestre|quarter))"
    rf"[ /-]?(?:de |of |)(?P<quarter_year>20[2-4]\d)\b"
    rf"|\b(?:[sh](?P<half>[12])|(?P<half_name>premier|second|deuxième|first) (?:semestre|half))"
    rf"[ /-]?(?:de |of |)(?P<half_year>20[2-4]\d)\b"
    rf"|\b(?P<part>{'|'.join(PARTS)})[ -](?:de |of |l['’]année |)(?P<part_year>20[2-4]\d)\b"
    rf"|\b(?P<word>en|pour|horizon|courant|d['’]ici|avant|in|by|before|during)[ à]{{1,3}}(?P<ends>fin )?"
    r"(?P<bare>20[2-4]\d)\b",
    re.IGNORECASE,
)
PRODUCTION = re.compile(
    r"mise en service|mise en production|production|exploitation|ouverture|opérationnel|emménag|livraison|"
    r"in service|operational|opening|start of production|\bsop\b",
    re.IGNORECASE,
)
WORKS = re.compile(
    r"travaux|chantier|construction|premier coup de pioche|works\b|groundbreaking|construire", re.IGNORECASE
)


def days(text: str) -> Iterator[Said]:
    """Every period that is written, as the last day of it; of what, where the sentence says."""
    for found in PERIOD.finditer(text):
        period = _period(found)
        if period is None:
            continue
        first, last = period
        before, after = clause(text, *found.span(), before=80, after=25)
        after = re.split("[,;]", after, maxsplit=1)[0]
        works, production = nearest(WORKS, before, after), nearest(PRODUCTION, before, after)
        field, assumed = "start_by", []
        if production is not None and (works is None or production < works):
            field = "production_by"
        elif works is None:
            assumed.append(Assumption("works_meant"))
        if first != last:
            assumed.append(Assumption("last_day", {"day": last.isoformat()}))
        yield Said(field, last.isoformat(), quoted(text, *found.span()), found.start(), tuple(assumed))


def _period(found: "re.Match[str]") -> tuple[date, date] | None:
    """First and last day; None for a day that does not exist."""
    said = found.groupdict()
    try:
        if said["full"]:
            day = date(int(said["full"]), int(said["of"]), int(said["day"]))
            return day, day
    except ValueError:
        return None
    if said["name"]:
        return _named(said["name"].lower(), int(said["year"]))
    if said["quarter_year"]:
        quarter = int(said["quarter"] or said["nth"])
        return _months(int(said["quarter_year"]), 3 * quarter - 2, 3 * quarter)
    if said["half_year"]:
        first = said["half"] == "1" or (said["half_name"] or "").lower() in ("premier", "first")
        return _months(int(said["half_year"]), *((1, 6) if first else (7, 12)))
    if said["part_year"]:
        return _months(int(said["part_year"]), *PARTS[said["part"].lower()])
    year = int(said["bare"])
    ended = said["word"].lower() in ("avant", "before") and not said["ends"]
    return _months(year - 1 if ended else year, 1, 12)


def _named(name: str, year: int) -> tuple[date, date]:
    if name in SEASONS:
        first, last = SEASONS[name]
        return date(year, *first), date(year, *last)
    return _months(year, MONTHS[name], MONTHS[name])


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    after = date(year + last // 12, last % 12 + 1, 1)
    return date(year, first, 1), after - timedelta(days=1)

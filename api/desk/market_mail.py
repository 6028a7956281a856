"""Mails on the market: land that is free again, who is asked next, terms that end soon."""

from datetime import date

from api.catalogues import sentence
from api.intake_sentences import day as written_day
from api.settings import Settings
from geo.store.desk.openings import Ending, Opening, OpenProject, Person, Waiting

Mail = tuple[str, str]
"""Subject and body."""


def opened_mail(
    settings: Settings, opening: Opening, project: OpenProject, standing: str, name: str | None, to: Person
) -> Mail:
    """To a project's people: land that nothing but the market had kept from it is available."""
    lang = to.language
    facts = {
        "land": _land(opening.parcel, name, lang),
        "project": project.code_name,
        "on": _day(opening.on, lang),
        "before": sentence(f"market.was.{opening.before}", lang),
        "address": _item(settings, opening.parcel),
    }
    left = sentence(f"market.mail.left.{standing}", lang)
    return _mail("market.mail.opened", lang, left=left, **facts)


def next_mail(settings: Settings, opening: Opening, waiting: Waiting, to: Person, *, own: bool) -> Mail:
    """To who answers for the land, and to the project that waits: it is next, and a person decides."""
    lang = to.language
    facts = {
        "land": _land(opening.parcel, opening.name if own else opening.shared_name, lang),
        "on": _day(opening.on, lang),
        "before": sentence(f"market.was.{opening.before}", lang),
        "deal": waiting.deal,
        "rank": waiting.rank,
        "kind": sentence(f"commitment.kind.{waiting.kind}", lang),
        "project": waiting.project_name,
        "address": _item(settings, opening.parcel),
    }
    return _mail("market.mail.next.own" if own else "market.mail.next.project", lang, **facts)


def expiring_mail(settings: Settings, one: Ending, to: Person, today: date, *, own: bool) -> Mail:
    """To who answers for the land, and to the project: the term of a commitment ends."""
    lang = to.language
    names = one.names if own else one.shared_names
    lands = [_land(parcel, name, lang) for parcel, name in zip(one.parcels, names, strict=True)]
    facts = {
        "land": sentence("words.several", lang).join(lands),
        "deal": one.deal,
        "kind": sentence(f"commitment.kind.{one.kind}", lang),
        "until": _day(one.expires_on, lang),
        "days": (one.expires_on - today).days,
        "project": one.project_name,
        "address": _item(settings, one.parcels[0]),
    }
    return _mail("market.mail.expiring.own" if own else "market.mail.expiring.project", lang, **facts)


def _mail(code: str, lang: str, **facts: object) -> Mail:
    signed = sentence("market.mail.end", lang)
    return sentence(f"{code}.subject", lang, **facts), f"{sentence(f'{code}.body', lang, **facts)}\n\n{signed}\n"


def _land(parcel: int, name: str | None, lang: str) -> str:
    return sentence("market.mail.land" if name else "market.mail.land.unnamed", lang, name=name, id=parcel)


def _day(on: date, lang: str) -> str:
    return written_day(on.isoformat(), lang)


def _home(settings: Settings) -> str:
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def _item(settings: Settings, parcel: int) -> str:
    return f"{_home(settings)}/collections/parcels/items/{parcel}"

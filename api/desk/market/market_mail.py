"""Mails on the market: land that is free again or taken since, who is asked next, terms that end soon."""

from datetime import date

from api.catalogues import sentence
from api.settings import Settings
from api.wording import day
from geo.store.desk.closings import Closing
from geo.store.desk.openings import Ending, Opening, OpenProject, Waiting
from geo.store.desk.subscriptions import Person

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
        "on": day(opening.on.isoformat(), lang),
        "before": sentence(f"market.was.{opening.before}", lang),
        "address": _sheet(settings, opening.parcel),
    }
    left = sentence(f"market.mail.left.{standing}", lang)
    return _mail("market.mail.opened", lang, left=left, **facts)


def gone_mail(settings: Settings, one: Closing, to: Person) -> Mail:
    """To a project's people who were told that land is available: it is so no more."""
    lang = to.language
    facts = {
        "land": _land(one.parcel, one.name, lang),
        "project": one.project_name,
        "on": day(one.on.isoformat(), lang),
        "now": sentence(f"market.was.{one.market}", lang),
        "address": _sheet(settings, one.parcel),
    }
    return _mail("market.mail.gone", lang, **facts)


def next_mail(settings: Settings, opening: Opening, waiting: Waiting, to: Person, keeper: str | None) -> Mail:
    """To who answers for the land (``keeper``: their name), and to the project that waits (None): it is next."""
    lang = to.language
    facts = {
        "land": _land(opening.parcel, opening.shared_name if keeper is None else opening.name, lang),
        "on": day(opening.on.isoformat(), lang),
        "before": sentence(f"market.was.{opening.before}", lang),
        "deal": waiting.deal,
        "rank": waiting.rank,
        "kind": sentence(f"commitment.kind.{waiting.kind}", lang),
        "project": waiting.project_name,
        "keeper": keeper,
        "address": _sheet(settings, opening.parcel),
    }
    return _mail("market.mail.next.project" if keeper is None else "market.mail.next.own", lang, **facts)


def expiring_mail(settings: Settings, one: Ending, to: Person, today: date, keeper: str | None) -> Mail:
    """To who answers for the land (``keeper``: their name), and to the project (None): a term ends."""
    lang = to.language
    names = one.shared_names if keeper is None else one.names
    lands = [_land(parcel, name, lang) for parcel, name in zip(one.parcels, names, strict=True)]
    facts = {
        "land": sentence("words.several", lang).join(lands),
        "deal": one.deal,
        "kind": sentence(f"commitment.kind.{one.kind}", lang),
        "until": day(one.expires_on.isoformat(), lang),
        "days": (one.expires_on - today).days,
        "project": one.project_name,
        "keeper": keeper,
        "address": _sheet(settings, one.parcels[0]),
    }
    return _mail("market.mail.expiring.project" if keeper is None else "market.mail.expiring.own", lang, **facts)


def _mail(code: str, lang: str, **facts: object) -> Mail:
    signed = sentence("market.mail.end", lang)
    return sentence(f"{code}.subject", lang, **facts), f"{sentence(f'{code}.body', lang, **facts)}\n\n{signed}\n"


def _land(parcel: int, name: str | None, lang: str) -> str:
    return sentence("market.mail.land" if name else "market.mail.land.unnamed", lang, name=name, id=parcel)


def _sheet(settings: Settings, parcel: int) -> str:
    """Where the land's sheet is read, and what holds it is prolonged, ended or moved up."""
    return f"{settings.address}/app/#/parcels/{parcel}"

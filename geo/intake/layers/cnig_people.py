"""Natural persons are kept out: what of a published row is about one, and is dropped on its way in.

Decided in docs/decisions/no-natural-persons.md. Each value dropped is reported without being repeated, and what was
reported of it before (a repair quotes what it mends) is taken back.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from geo.intake.layers.columns import Table
from geo.intake.layers.draft import Draft
from geo.intake.layers.people import has_a_title, is_a_company, is_a_person, is_mobile, of_an_office, reaches_an_office
from geo.land.text import fold
from geo.land.vocabulary import Market

WITHHELD = "(withheld)"
SOLE_TRADER = re.compile(
    r"1\d{0,3}( 0)?|ei|personne physique|(micro |auto )?entrepreneur.*|(micro |auto )entreprise|entreprise individuelle"
)
"""Legal categories of Insee that are a person's own enterprise, folded: 1000 *entrepreneur individuel*, those from
1100 on that it replaced, and their names. The name of such an enterprise is the person's."""
LEGAL_FORMS = (
    *("etab_nat_juridique", "categoriejuridiqueunitelegale", "categorie_juridique", "cat_juridique", "nat_juridique"),
    *("nature_juridique", "forme_juridique", "nj"),
)
"""Fields that state a legal form: that of the standard, that of Sirene, and what lists of companies call it."""
_UNSAID = frozenset({"inconnu", "inconnue", "nc", "nd", "na", "nan", "none", "null", "non renseigne"})
_TRADES_ALONE = re.compile(r"\b(ei|eirl|auto entrepreneur|micro entreprise|entrepreneur individuel)\b")
OF_A_SOLE_TRADER = ("etab_raison_sociale", "etab_adresse", "etab_contact_mail", "etab_contact_tel", "etab_description")

_COLUMNS: Mapping[str, str] = {"etab_nom": "name", "terr_acquereur": "buyer", "contact": "contact"}
"""Official fields among these rules that have a column, and our own field."""
_Facts = dict[str, object]


def withhold(draft: Draft, published: list[_Facts]) -> None:
    """Take out of the published facts, and of the columns beside them, what is about a natural person."""
    rule = _RULES.get(draft.layer.name)
    if rule is None:
        return
    dropped: set[tuple[int, str]] = set()
    for place, facts in enumerate(published):
        for name in list(rule(draft, place, facts)):
            dropped |= {(draft.table.rows[place], known) for known in (name, _COLUMNS.get(name, name))}
            _drop(draft, place, name, facts)
    if dropped:
        _unsay(draft.table, dropped)


def _drop(draft: Draft, place: int, name: str, facts: _Facts) -> None:
    value, column = facts.pop(name, None), _COLUMNS.get(name)
    if column is not None:
        value = draft.fields[column][place] if value is None else value
        draft.fields[column][place] = None
    if value is not None:
        draft.table.repair(place, name, WITHHELD, None, "person.withheld")


def _unsay(table: Table, dropped: set[tuple[int, str]]) -> None:
    """Take back what was reported of values that are not kept: it quotes them."""
    table.repairs = [o for o in table.repairs if o.code == "person.withheld" or (o.row, o.field) not in dropped]
    table.remarks = [o for o in table.remarks if (o.row, o.field) not in dropped]


def _establishment(draft: Draft, place: int, facts: _Facts) -> Iterator[str]:
    legal, name = fold(str(facts.get("etab_raison_sociale") or "")), draft.fields["name"][place]
    if _of_one_person(_legal_form(draft, place), legal, name):
        if name is None or not legal or is_a_person(str(name)) or set(fold(str(name)).split()) & set(legal.split()):
            yield "etab_nom"
        yield from OF_A_SOLE_TRADER
        return
    if not of_an_office(facts.get("etab_contact_mail")):
        yield "etab_contact_mail"
    if is_mobile(facts.get("etab_contact_tel")):
        yield "etab_contact_tel"


def _legal_form(draft: Draft, place: int) -> str:
    """The legal form a row states, folded, whichever field says it; empty when none does."""
    for name in LEGAL_FORMS:
        if name in draft.present:
            draft.table.used.add(draft.present[name])
            said = fold(str(draft.raw(name)[place] or ""))
            if said and said not in _UNSAID:
                return said
    return ""


def _of_one_person(form: str, legal: str, name: object) -> bool:
    """Whether an establishment is a natural person's own: its legal form says so, else its names may be a person's."""
    if form:
        return bool(SOLE_TRADER.fullmatch(form))
    return any(is_a_person(said) or _TRADES_ALONE.search(said) for said in (legal, fold(str(name or ""))))


def _parcel(draft: Draft, place: int, facts: _Facts) -> Iterator[str]:
    owner, tenure, market, buyer, contact = (
        draft.fields[name][place] for name in ("owner_kind", "maitrise_fonc", "market", "buyer", "contact")
    )
    if owner != "personne morale" or has_a_title(str(facts.get("proprio_nom", ""))):
        # names of owners are published for legal persons only; of a mixed list nobody can say whose name is whose.
        # A company may bear its founder's name: where the row says that it is one, only a title speaks against it.
        yield "proprio_nom"
    if not of_an_office(facts.get("source_contact")):
        yield "source_contact"
    if buyer is not None and (is_a_person(str(buyer)) or _bought_it(str(buyer), tenure, market)):
        yield "terr_acquereur"
    if contact is not None and not reaches_an_office(str(contact)):
        yield "contact"


_RULES: Mapping[str, Callable[[Draft, int, _Facts], Iterator[str]]] = {
    "establishments": _establishment,
    "parcels": _parcel,
}


def _bought_it(buyer: str, tenure: object, market: object) -> bool:
    """Whether sold land that is a natural person's was bought by that person: nothing says it was a company."""
    return tenure == "personne physique" and market == Market.SOLD and not is_a_company(buyer)

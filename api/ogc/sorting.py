"""The order of a list (``sortby``): any property one may filter on, and the day asked about."""

from collections.abc import Mapping

from api.problems import Problem
from geo.store.cql2.terms import Kind, Term
from geo.store.dated import SHOWN, Dated
from geo.store.items.dates import READY_ON, ByDate
from geo.store.items.question import Order

MOST_KEYS = 5
COLUMNS = {name: Dated(probability=probability) for probability, name in SHOWN.items()}


def orders(said: str | None, known: Mapping[str, Term], by: ByDate | None) -> tuple[Order, ...]:
    """The orders that ``sortby`` names, separated by commas; a minus sign in front: the largest first.

    ``by``: the day asked about, of what has one.

    Raises:
        Problem: 400, a name that is not known or comes twice, or too many.
    """
    if said is None:
        return ()
    names = [_plain(name) for name in said.split(",")]
    bare = [name.removeprefix("-") for name in names]
    possible = [*(name for name, term in known.items() if term.kind is not Kind.LIST), *([READY_ON] if by else [])]
    for name, key in zip(names, bare, strict=True):
        if key not in possible:
            raise Problem("bad-parameter", "sort.not_listed", given=name, known=possible)
    if len(set(bare)) < len(bare) or len(bare) > MOST_KEYS:
        raise Problem("bad-parameter", "sort.twice", given=said, most=MOST_KEYS)
    if names == ["id"]:
        return ()
    return tuple(_order(key, known, by, descending=name != key) for name, key in zip(names, bare, strict=True))


def _plain(name: str) -> str:
    return name.removeprefix("+").removeprefix(" ")  # a plus sign in an address is a space


def _order(key: str, known: Mapping[str, Term], by: ByDate | None, *, descending: bool) -> Order:
    if by and (key == READY_ON or key in COLUMNS):
        return by.order(COLUMNS.get(key), descending=descending)
    term = known[key]
    sql = f'{term.sql} collate "C"' if term.kind is Kind.TEXT else str(term.sql)
    return Order(sql, term.kind, descending, total=key == "id")

"""Whether the kinds of networks a need asks for are known: by the vocabulary, or by what is loaded."""

from collections.abc import Collection, Iterator

from sqlalchemy import text

from geo.land.place_kinds import words
from geo.match.need.kinds import NETWORKS
from geo.match.need.need import Need
from geo.match.need.reading import NeedError, NeedProblem
from geo.store.database import Actor, Database, Role

EXAMPLE = "motorway_junction"

# A table of travels may know the way to the nearest of a kind of which no object is loaded.
LOADED = text("""
    select unnest(string_to_array(kind, '+')) from network
    union select target from travel_time where target = any(:asked)
""")


def check_kinds(database: Database, role: Role, actor: Actor | None, need: Need) -> None:
    """Refuse a need that asks for a kind of network nobody knows: it may be misspelt, and no land would ever answer.

    Raises NeedError.
    """
    asked = unlisted(need)
    if not asked:
        return
    with database.connection(role, actor) as connection:
        loaded = frozenset(connection.execute(LOADED, {"asked": sorted(asked)}).scalars())
    problems = unheard(need, loaded)
    if problems:
        raise NeedError(problems)


def unlisted(need: Need) -> frozenset[str]:
    """The kinds a need asks for that no vocabulary has: of one's own, or misspelt."""
    return frozenset(kind for _, kind, _ in _asked(need)) - words()[NETWORKS].keys()


def unheard(need: Need, loaded: Collection[str]) -> tuple[NeedProblem, ...]:
    """What is wrong with a need that asks for kinds that no vocabulary has and that are not ``loaded``."""
    known = sorted({*words()[NETWORKS], *loaded})
    return tuple(
        NeedProblem(
            field,
            "need.kind_unknown",
            f"asks for {kind}, which is no kind of network; known: {', '.join(known)}",
            {"kind": kind, "known": known},
            example,
        )
        for field, kind, example in _asked(need)
        if kind not in known
    )


def _asked(need: Need) -> Iterator[tuple[str, str, object]]:
    """Each kind with its field and an example of right."""
    for kind in need.max_km or {}:
        yield f"max_km.{kind}", kind, {EXAMPLE: 5}
    for number, one in enumerate(need.near or ()):
        yield f"near[{number}].kind", one.kind, EXAMPLE

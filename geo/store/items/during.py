"""The features of a stretch of days (OGC API Features, ``datetime``)."""

from datetime import date

from geo.store.cql2.compiler import Clause
from geo.store.items.collection import Collection


def during(collection: Collection, since: date | None, until: date | None) -> Clause | None:
    """Features that are on some day from ``since`` to ``until``, both included; None is an open end.

    A feature without any time is among them: the standard keeps what no time can rule out
    (requirement /req/core/fc-time-response, C). None: no feature is ruled out.
    """
    if collection.span is None or (since, until) == (None, None):
        return None
    tests, values = [], dict[str, object]()
    if until is not None and collection.span.start is not None:
        tests.append(f"({collection.span.start} is null or {collection.span.start} <= :during_until)")
        values["during_until"] = until
    if since is not None and collection.span.end is not None:
        tests.append(f"({collection.span.end} is null or {collection.span.end} >= :during_since)")
        values["during_since"] = since
    return Clause(" and ".join(tests), values) if tests else None

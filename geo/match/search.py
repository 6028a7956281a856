"""One need asked of the base, with the eyes of one audience."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from geo.derive.dates import Asked, Key, keep
from geo.derive.readiness import standings
from geo.match import candidates, parts, readiness
from geo.match.answer import Answer, answer
from geo.match.assembly import assemblies
from geo.match.candidate import Candidate
from geo.match.criteria.dates import MILESTONES
from geo.match.criteria.order import ORDER, Rule
from geo.match.criterion import Role as Must
from geo.match.criterion import Verdict
from geo.match.document import to_document
from geo.match.need import Need
from geo.match.ranking import SCORE
from geo.readiness.catalogue_file import in_use
from geo.readiness.kept import Kept
from geo.store.database import Actor, Database, Role

SRID = text("select find_srid(:schema, 'parcel', 'geom')")
DATA_VERSION = text("select coalesce(max(updated_at)::text, '') || '/' || count(*) from parcel")


def search(
    database: Database, role: Role, actor: Actor | None, need: Need, as_of: date, sort: str = SCORE
) -> dict[str, object]:
    """The answer of design §8 to ``need`` over what ``actor`` may see as ``role``.

    The database is let go before the fits are decided: they may take long and hold no connection.
    """
    catalogue = in_use()
    with database.connection(role, actor) as connection:
        found = candidates.load(connection, role, need=need)
        dates = readiness.read(connection, catalogue, need, as_of, found)
        srid = connection.execute(SRID, {"schema": f"as_{role.value}"}).scalar_one()
        data = str(connection.scalar(DATA_VERSION))
    versions = {"software": version("emprise"), "catalogue": catalogue.version, "data": data}
    dated = {candidate.id for candidate in found if worth_dating(need, candidate)}
    made = answer(
        need,
        found,
        lambda candidate: dates(candidate) if candidate.id in dated else None,
        as_of=as_of,
        versions=versions,
        sort=sort,
    )
    if made.parts:
        made = _assembled(database, role, need, made)
    shown = [part.id for match in (*made.matches, *made.to_check) for part in match.parts]
    with database.connection(Role.WORKER) as connection:
        dates.lands.update(standings(connection, shown, as_of))
    document = to_document(made, lonlat_of(srid))
    if not need.already:
        _keep(database, dates.dates.asked, dates.computed())
    return document


def _assembled(database: Database, role: Role, need: Need, made: Answer) -> Answer:
    """The answer with sites of several parcels after it, for a need that no parcel meets alone."""
    ids = [part.candidate.id for part in made.parts]
    with database.connection(Role.WORKER) as connection:
        pairs = parts.pairs_among(connection, ids)
        owners = parts.owners_of(connection, role, ids)
    found = assemblies(need, made.parts, pairs, owners, made.as_of, made.sorted_by)
    return replace(
        made,
        matches=(*made.matches, *found.sites),
        to_check=(*made.to_check, *found.to_check),
        assembled=found.found,
    )


def worth_dating(need: Need, candidate: Candidate) -> bool:
    """Whether dates can matter: at most one other must fails, so that a relaxation may still let the parcel in."""
    rules = [rule for rule in ORDER if rule.name not in MILESTONES and rule.asked(need)]
    failing = (rule for rule in rules if rule.role(need) is Must.MUST and _fails(rule, need, candidate))
    return len(list(islice(failing, 2))) < 2


def _fails(rule: Rule, need: Need, candidate: Candidate) -> bool:
    return rule.evaluate(need, candidate, None).verdict is Verdict.FAIL


def _keep(database: Database, asked: Asked, computed: Mapping[Key, Kept]) -> None:
    """Keep what was computed for the next need of its class; an answer is not lost because that fails."""
    if computed:
        with suppress(SQLAlchemyError), database.connection(Role.WORKER) as connection:
            keep(connection, asked, computed)


def lonlat_of(srid: int) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """A function from planar coordinates (N, 2) of the CRS to longitude, latitude (N, 2) in degrees."""
    transformer = Transformer.from_crs(srid, 4326, always_xy=True)

    def to_lonlat(planar: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(planar[:, 0], planar[:, 1]))

    return to_lonlat

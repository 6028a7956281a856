"""The dates of land for a changed need: asked again only where the change chooses other procedures."""

from collections.abc import Sequence
from datetime import date

from geo.match.judged import Readiness
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate
from geo.match.readiness import readiness
from geo.match.readiness.readiness import Readinesses
from geo.match.relaxing.trial import ReadinessFor
from geo.readiness.catalogue import Catalogue
from geo.store.database import Actor, Database, Role


def asked_again(
    database: Database, role: Role, actor: Actor | None, catalogue: Catalogue, known: Readinesses, as_of: date
) -> ReadinessFor:
    """The readinesses for changed needs, with the eyes of one audience; ``known`` are those of the need as it is.

    Each asks for a connection of its own, and for none where every parcel stays in the class it is in.
    """

    def readiness_for(changed: Need, land: Sequence[Candidate]) -> Readiness:
        dated = [one for one in land if one.id in known.keys]
        names, _ = readiness.classes_of(catalogue, changed, dated)
        if all(names[one.id] == known.keys[one.id][1] for one in dated):
            return known
        with database.connection(role, actor) as connection:
            return readiness.read(connection, catalogue, changed, as_of, dated)

    return readiness_for

"""One need asked of the base, with the eyes of one audience."""

from collections.abc import Callable
from datetime import date
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from sqlalchemy import text

from geo.derive.readiness import keep
from geo.match import candidates, readiness
from geo.match.answer import answer
from geo.match.document import to_document
from geo.match.need import Need
from geo.readiness.catalogue_file import default
from geo.store.database import Actor, Database, Role

SRID = text("select find_srid(:schema, 'parcel', 'geom')")
DATA_VERSION = text("select coalesce(max(updated_at)::text, '') || '/' || count(*) from parcel")


def search(database: Database, role: Role, actor: Actor | None, need: Need, as_of: date) -> dict[str, object]:
    """The answer of design §8 to ``need`` over what ``actor`` may see as ``role``.

    The database is let go before the fits are decided: they may take long and hold no connection.
    """
    catalogue = default()
    with database.connection(role, actor) as connection:
        found = candidates.load(connection, role)
        dates = readiness.read(connection, catalogue, need, as_of, found)
        srid = connection.scalar(SRID, {"schema": f"as_{role.value}"}) or 2154
        data = str(connection.scalar(DATA_VERSION))
    if dates.computed:
        with database.connection(Role.WORKER) as connection:
            keep(connection, dates.computed)
    versions = {"software": version("emprise"), "catalogue": catalogue.version, "data": data}
    to_lonlat = lonlat_of(srid)
    return to_document(answer(need, found, dates, as_of=as_of, versions=versions), to_lonlat)


def lonlat_of(srid: int) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """A function from planar coordinates (N, 2) of the CRS to longitude, latitude (N, 2) in degrees."""
    transformer = Transformer.from_crs(srid, 4326, always_xy=True)

    def to_lonlat(planar: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(planar[:, 0], planar[:, 1]))

    return to_lonlat

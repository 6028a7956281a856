"""Whether an anonymous dossier tells a site apart: how much published land is as it says, before an agreement."""

from collections.abc import Mapping
from typing import Any

from api.catalogues import sentence
from geo.match.dossier.anonymous import told_alike
from geo.store.database import Database, Role
from geo.store.desk.alike import alike

FEWEST = 5
"""Below, who reads the dossier finds the land among so few that it is hardly anonymous."""
Told = dict[str, Any]


def warnings(database: Database, facts: Mapping[str, Any], lang: str) -> list[Told]:
    """The sites of an anonymous dossier that few published parcels are like, and how many; else none.

    Looked up as anyone may: by department, about the surface, and the market where it is told. A site of several
    parcels is not looked for: the public index lists none such.
    """
    if not facts["anonymous"]:
        return []
    found = []
    with database.connection(Role.PUBLIC) as connection:
        for place, site in enumerate(facts["sites"], 1):
            land = site["land"]
            if land["parcels"] > 1:
                continue
            surfaces = told_alike(land["surface_m2"])
            count = alike(connection, land["department"], surfaces, land["market"], FEWEST)
            if count < FEWEST:
                detail = sentence("dossier.few_alike", lang, site=place, count=count)
                found.append({"site": place, "alike": count, "detail": detail})
    return found

"""The OpenAPI document as an audience gets it: a column it does not have is not named."""

from collections.abc import Mapping
from typing import Any

from api.ogc.property_parameters import known
from geo.store.database import Role
from geo.store.items.collection import COLLECTIONS


def seen_by(document: Mapping[str, Any], role: Role) -> dict[str, Any]:
    """The document without the query parameters of properties that ``role`` does not have."""
    paths = dict(document["paths"])
    for name, collection in COLLECTIONS.items():
        hidden = known(Role.ADMIN, collection).keys() - known(role, collection).keys()
        for path in [path for path in paths if hidden and path.startswith(f"/collections/{name}/")]:
            paths[path] = {method: _without(operation, hidden) for method, operation in paths[path].items()}
    return {**document, "paths": paths}


def _without(operation: Mapping[str, Any], hidden: set[str]) -> dict[str, Any]:
    parameters = operation.get("parameters", [])
    kept = [one for one in parameters if one.get("in") != "query" or one.get("name") not in hidden]
    return {**operation, "parameters": kept} if kept != parameters else dict(operation)

"""Which test proves which conformance class: what is declared without a proof fails (test_declared.py)."""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., None])

SPEC = "http://www.opengis.net/spec"
CORE = f"{SPEC}/ogcapi-features-1/1.0/conf/core"
HTML_PAGES = f"{SPEC}/ogcapi-features-1/1.0/conf/html"
OAS30 = f"{SPEC}/ogcapi-features-1/1.0/conf/oas30"
GEOJSON = f"{SPEC}/ogcapi-features-1/1.0/conf/geojson"
CRS = f"{SPEC}/ogcapi-features-2/1.0/conf/crs"
QUERYABLES = f"{SPEC}/ogcapi-features-3/1.0/conf/queryables"
QUERYABLE_PARAMETERS = f"{SPEC}/ogcapi-features-3/1.0/conf/queryables-query-parameters"
FILTER = f"{SPEC}/ogcapi-features-3/1.0/conf/filter"
FEATURES_FILTER = f"{SPEC}/ogcapi-features-3/1.0/conf/features-filter"
EDITING = f"{SPEC}/ogcapi-features-4/1.0/conf"
SCHEMAS = f"{SPEC}/ogcapi-features-5/1.0/conf/schemas"
TILES = f"{SPEC}/ogcapi-tiles-1/1.0/conf"
CQL2 = f"{SPEC}/cql2/1.0/conf"

PROOFS: dict[str, list[str]] = defaultdict(list)


def proves(*classes: str) -> Callable[[Test], Test]:
    """Say that a test proves something of these classes."""

    def noted(test: Test) -> Test:
        for one in classes:
            PROOFS[one].append(f"{test.__module__}.{test.__name__}")
        return test

    return noted

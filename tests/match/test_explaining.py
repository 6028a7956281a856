"""What it would take on the land for a criterion that a parcel misses."""

import pytest
import shapely

from geo.match.criteria.criterion import Verdict
from geo.match.criteria.order import RULES
from geo.match.explaining import Ground
from geo.match.parcel.around import Around, Nearest
from geo.readiness.catalogue_file import default
from tests.match.parcels import AS_OF, need, parcel

AROUND = Around(extents={"siding": shapely.Point(840_000, 6_520_000).buffer(60_000)})


@pytest.mark.parametrize(
    ("metres", "verdict", "steps"),
    [(900.0, Verdict.UNKNOWN, ["RAIL_NEW"]), (58_000.0, Verdict.FAIL, [])],
)
def test_a_siding_is_built_only_where_a_railway_is_near(metres: float, verdict: Verdict, steps: list[str]) -> None:
    asked, land = need(rail_siding=True), parcel(around=AROUND, nearest={"siding": Nearest(metres, 1)})
    missed = RULES["rail_siding"].evaluate(asked, land, None)
    assert missed.verdict is verdict
    taken = Ground(asked, default(), AS_OF).would_take(land, missed, ())
    assert [one["code"] for one in taken] == steps

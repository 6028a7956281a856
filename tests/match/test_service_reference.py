"""The service answers as an independent reference does: which parcels, in which order, how many and why not."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from geo.cluster import Running
from geo.derive import work
from geo.generate.land import write
from geo.intake.load import Options, load
from geo.match.fit.fit import FitVerdict, decide_fit
from geo.match.need.need import Need
from geo.match.need.reading import read_need
from geo.match.parcel import candidates
from geo.match.parcel.candidate import Candidate
from geo.match.readiness import readiness
from geo.match.search import search
from geo.readiness.catalogue_file import in_use
from geo.store.database import Database, Role
from tests.conftest import SAMPLE_DAY, SRID, copied
from tests.match.reference import frame
from tests.match.reference.fits import FILE, SIZES, Fits
from tests.match.reference.needs import needs

AS_OF = SAMPLE_DAY
VERDICTS = {"y": FitVerdict.FITS, "n": FitVerdict.NO}


PARTS, NEEDS_EACH = 40, 50
"""Two thousand needs, so many in a test: one test may take no longer than four minutes."""


@pytest.fixture
def sample(cluster: Running, sample_template: str) -> Iterator[Database]:
    with copied(cluster, sample_template, "reference") as address:
        database = Database(address, pool_size=2)
        yield database
        database.close()


def facts(land: list[Candidate]) -> pd.DataFrame:
    """What is known of the land, one row a parcel."""
    return pd.DataFrame(
        {
            "id": one.id,
            "origin": one.origin.value,
            "market": one.market.value if one.market else None,
            "commune": one.commune_insee,
            "industry": one.industry.value if one.industry else None,
            "etat_occup": one.etat_occup,
            "surface_m2": one.surface_m2,
            "surface_stated_m2": one.surface_stated_m2,
            "price_eur_m2": one.price_eur_m2,
            "power_mw": one.power_mw,
            "stale": one.stale,
            "mixed": one.is_partly_forbidden,
        }
        for one in land
    ).astype({"surface_m2": float, "surface_stated_m2": float, "price_eur_m2": float, "power_mw": float})


def dated(database: Database, need: Need, land: list[Candidate]) -> pd.DataFrame:
    """The days by which works may start, as the readiness has them: it is checked by itself elsewhere."""
    with database.connection(Role.ADMIN) as connection:
        found = readiness.read(connection, in_use(), need, AS_OF, land)
    rows = []
    for one in land:
        view = found(one)
        days = [None if view is None else view.date_at("start", need.probability, optimistic=o) for o in (False, True)]
        rows.append([None if day is None else day.toordinal() for day in days])
    return pd.DataFrame(rows, columns=["late", "soon"], dtype=float)


def check(database: Database, count: int, fits: Fits, *, seed: int, limit: int) -> tuple[int, float]:
    """Ask both ``count`` needs; how many rows both told, and of which share of the needs all counts were compared.

    Parcels too near to tell may go either way.
    """
    with database.connection(Role.ADMIN) as connection:
        land = candidates.load(connection, Role.ADMIN)
    known = facts(land)
    cells = [
        "?" if one.geometry is None or one.buildable is None else fits.of(one.geometry, one.buildable, one.scale)
        for one in land
    ]
    communes = sorted(known["commune"].dropna().unique())
    told, counted = 0, 0
    for document, size in needs(seed, count, communes, AS_OF):
        document["limit"] = limit
        need = read_need(document)
        table = pd.concat([known, dated(database, need, land)], axis=1)
        if size is not None:
            fit = pd.Series([one[size] if len(one) > 1 else "c" for one in cells], index=table.index)
            # where industry is a must, only a part of mixed land may be built on: the table does not say which
            is_must = need.use == "industrie" and "use" not in need.wishes
            table["fit"] = fit.mask(table["mixed"] & is_must & fit.eq("y"), "c")
        expected = frame.answer(document, table, AS_OF)
        shown, is_counted = _same(document, expected, search(database, Role.ADMIN, None, need, AS_OF))
        told, counted = told + shown, counted + is_counted
    return told, counted / count


def _same(document: dict[str, Any], expected: dict[str, Any], found: Any) -> tuple[int, bool]:
    """Both told the same: how many rows, and whether their counts could be compared: no fit is left open."""
    near = set(expected["close"])
    rows = {
        part: [row["parcel_ids"][0] for row in found[part] if row["assembly"] is None]
        for part in ("matches", "to_check")
    }
    clear = {part: [one for one in ids if one not in near] for part, ids in rows.items()}
    shown = len(expected["proved"])
    # a page may end before the last that is proved: what it shows comes first
    assert clear["matches"] == expected["proved"][: len(clear["matches"])], document
    assert clear["to_check"] == expected["to_check"][: len(clear["to_check"])], document
    if not near:
        assert len(rows["matches"]) == min(document["limit"], shown), document
    counts, told_near = found["counts"], sum(one in near for ids in rows.values() for one in ids)
    all_shown = all(len(rows[part]) == counts[name] for part, name in (("matches", "proved"), ("to_check", "to_check")))
    is_counted = counts["open"] == expected["stale"] and (all_shown or not near)
    if is_counted:
        assert counts["proved"] - sum(one in near for one in rows["matches"]) == shown, document
        assert counts["to_check"] - sum(one in near for one in rows["to_check"]) == len(expected["to_check"]), document
        gone = dict(counts["rejected"])
        refused = gone.pop("fit", 0) - (len(near) - told_near)
        wanted = dict(expected["rejected"])
        assert refused == wanted.pop("fit", 0), document
        assert gone == wanted, document
    assert counts["considered"] == sum(counts[part] for part in ("proved", "open", "to_check")) + sum(
        counts["rejected"].values()
    )
    return len(clear["matches"]) + len(clear["to_check"]), is_counted


@pytest.mark.parametrize(("count", "told"), [(10, 35), pytest.param(20, 75, marks=pytest.mark.slow)])
def test_needs_over_the_sample(sample: Database, count: int, told: int) -> None:
    """Outlines that are not in the table are decided here: some minutes for all; the slow test writes it again."""
    rows, counted = check(sample, count, Fits(), seed=1, limit=10)
    assert rows > told
    assert counted >= 0.8


@pytest.mark.slow
def test_the_table_holds_the_sample_as_brute_force_has_it(sample: Database) -> None:
    """Written again where it differs: look at what changed, and why."""
    with sample.connection(Role.ADMIN) as connection:
        land = candidates.load(connection, Role.ADMIN)
    made = Fits({})
    for one in land:
        if one.geometry is not None and one.buildable is not None:
            made.of(one.geometry, one.buildable, one.scale)
    if made.known != Fits().known:
        made.write(FILE)
        pytest.fail(f"{FILE} was not what brute force says; it is now")


@pytest.fixture(scope="module")
def generated(cluster: Running, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Five thousand generated parcels, derived."""
    file = tmp_path_factory.mktemp("generated") / "land.geojson"
    write(file, count=5_000, seed=11)
    with copied(cluster, template, "five_thousand") as address:
        database = Database(address, pool_size=2)
        load(database, file, Options(), srid=SRID)
        work.derive(database, as_of=AS_OF)
        yield database
        database.close()


@pytest.fixture(scope="module")
def table() -> Fits:
    """The cells of the generated parcels, decided when they are met."""
    return Fits({})


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_fits_are_those_of_brute_force(generated: Database, table: Fits, part: int) -> None:
    """Every size on every tenth parcel, before the needs ask for them."""
    with generated.connection(Role.ADMIN) as connection:
        land = candidates.load(connection, Role.ADMIN)[part::10]
    for one in land:
        if one.geometry is None or one.buildable is None:
            continue
        cells = table.of(one.geometry, one.buildable, one.scale)
        for (length, width, setback), cell in zip(SIZES, cells, strict=True):
            need = read_need({"buildings": [{"length_m": length, "width_m": width}], "setback_m": setback})
            assert cell == "c" or decide_fit(need, one).verdict is VERDICTS[cell], (one.id, length, width, setback)
    assert len(land) > 450


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_two_thousand_needs_over_five_thousand_parcels(generated: Database, table: Fits, part: int) -> None:
    """Set and order and counts, a page as long as may be asked."""
    rows, counted = check(generated, NEEDS_EACH, table, seed=part, limit=1_000)
    assert rows > 1_000
    assert counted >= 0.9

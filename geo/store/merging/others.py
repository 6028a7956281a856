"""Land of other organisations than the one a file is loaded for: its rows are refused, and nothing is told of it.

Who that is stands in the transaction (``emprise.organisation``, see geo.store.database.act); the policies of
migrations/intake/up/50_imports.sql keep the same rule for whatever a load writes.
"""

from sqlalchemy import Connection, Row, text

from geo.store.layers import Layer
from geo.store.merging.staging import repeated, stage
from geo.store.merging.unplaced import Unplaced
from geo.store.merging.whose import own

OF_OTHERS = f"not coalesce({own('t')}, false)"
"""SQL: the parcel ``t`` is land of somebody else than who loads."""


def settle(connection: Connection, layer: Layer, dataset: str, most: int) -> Unplaced:
    """Take out of the staging table the rows whose key is that of a parcel (of ``dataset``) of somebody else."""
    if layer.name != "parcels":
        return Unplaced()
    rows = list(connection.execute(text(TAKE_OUT.format(stage=stage(layer))), {"dataset": dataset}))
    rows.sort(key=lambda row: row.row_number)
    return Unplaced(len(rows), sum(row.repaired for row in rows), rows[:most])


TAKE_OUT = f"""
    delete from {{stage}} s using core.parcel t join core.source src on src.id = t.source
    where src.dataset = :dataset and t.key = s.key and {OF_OTHERS}
    returning s.row_number, s.repaired, s.key, s.name, public.st_asewkb(s.geom) as outline"""

ELSEWHERE = f"""
    select count(distinct s.key) as parcels, min(src.dataset) as other
    from (select key from {{stage}} union all select key from {{repeated}}) s
    join core.parcel p on p.key = s.key and p.deleted_on is null and {own("p")}
    join core.source src on src.id = p.source and src.dataset <> :dataset"""


def elsewhere(connection: Connection, layer: Layer, dataset: str) -> Row[tuple[int, str | None]]:
    """How many rows of the file are ``parcels`` of another dataset as well, and the first name of such an ``other``."""
    statement = ELSEWHERE.format(stage=stage(layer), repeated=repeated(layer))
    return connection.execute(text(statement), {"dataset": dataset}).one()


OF_NOBODY = text("""
    select s.dataset from core.source s
    where (s.dataset = :plain or s.dataset ~ '^\\d+:' and substr(s.dataset, strpos(s.dataset, ':') + 1) = :plain)
      and exists (select from core.parcel p where p.source = s.id)""")


def dataset_of_nobody(connection: Connection, plain: str) -> str:
    """The dataset of a file that the server loads for nobody: its own name, or that of the one organisation whose land
    alone stands under it.
    """
    standing = list(connection.scalars(OF_NOBODY, {"plain": plain}))
    return str(standing[0]) if len(standing) == 1 else plain


OF_LAND = text("""
    with held as (
        select exists (select from core.parcel p join core.source s on s.id = p.source where s.dataset = :own) as own,
            coalesce(bool_or(p.responsible is null or p.responsible = :owner), false) as partly,
            coalesce(bool_and(p.responsible is not distinct from :owner), false) as whole
        from core.parcel p join core.source s on s.id = p.source where s.dataset = :plain)
    select not own and case when core.current_organisation() is null then partly else whole end from held""")


def dataset_of_land(connection: Connection, own: str, plain: str, owner: int) -> str:
    """Which of two names the land of ``owner`` stands under, ``own`` where it does under neither.

    An organisation goes on with a ``plain`` dataset that is its own throughout; the server, which may write anybody's
    land, also with one that holds land of others, as it did before.
    """
    goes_on = connection.scalar(OF_LAND, {"own": own, "plain": plain, "owner": owner})
    return plain if goes_on else own

"""Which parcels a change of plans concerns: made stale by the passing of a day, decided anew, or to be one day."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, Row, text

from geo.derive.zoning import Plans, decided
from geo.store.merging.plans import in_force, replaced_by

LISTED = 200
"""How many parcels a list names; all are counted."""
_AT_ONCE = 250

LAST_DAY = text("select day from core.plan_day")
KEEP_DAY = text("insert into core.plan_day (day) values (:day) on conflict (one) do update set day = excluded.day")
MARK = text("""
    insert into core.dirty (parcel, parts)
    select p.id, 108 from core.parcel p
    where p.deleted_on is null and p.id in (
        select q.id from core.planning_document k
        cross join lateral (
            select z.geom from core.zone z where z.document = k.id
            union all
            select st_expand(c.geom, c.clearance_m * 1.01) from core.constraint_area c where c.document = k.id) a
        join core.parcel q on q.deleted_on is null and q.geom && a.geom
        where (k.enforceable_on > :after and k.enforceable_on <= :until)
           or (k.retired_on > :after and k.retired_on <= :until))
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts
""")


def mark_passed(connection: Connection, as_of: date) -> int:
    """Mark the parcels under plans that came into force or ended since the last derivation; how many.

    Days may also run backwards (a derivation as of an earlier day): the plans between both days are marked.
    """
    last = connection.scalar(LAST_DAY)
    if last == as_of:
        return 0
    marked = 0
    if last is not None:
        marked = connection.execute(MARK, {"after": min(last, as_of), "until": max(last, as_of)}).rowcount
    connection.execute(KEEP_DAY, {"day": as_of})
    return marked


@dataclass(frozen=True, slots=True)
class Change:
    """One parcel's decision on industry before and after, each with its rule and the label of its zone."""

    parcel: int
    key: str
    name: str | None
    before: str
    after: str
    rule_before: str | None
    rule_after: str | None
    zone_before: str | None
    zone_after: str | None


@dataclass(slots=True)
class Changes:
    """Changed decisions: how many of each (before, after), and the first :data:`LISTED`."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: list[Change] = field(default_factory=list)

    def add(self, change: Change) -> None:
        """Count one and, while there is room, list it."""
        self.counts[change.before, change.after] += 1
        if len(self.first) < LISTED:
            self.first.append(change)

    @property
    def total(self) -> int:
        """How many parcels."""
        return self.counts.total()


NEWEST = text("select coalesce(max(id), 0) from core.decision_change")
# A parcel decided twice in between is told once, from its first decision to its last.
SINCE = text("""
    select * from (
        select distinct on (c.parcel) c.parcel, p.key, p.name,
               first_value(c.before) over w as before, last_value(c.after) over w as after,
               first_value(c.rule_before) over w as rule_before, last_value(c.rule_after) over w as rule_after,
               first_value(c.zone_before) over w as zone_before, last_value(c.zone_after) over w as zone_after
        from core.decision_change c join core.parcel p on p.id = c.parcel
        where c.id > :mark
        window w as (partition by c.parcel order by c.id rows between unbounded preceding and unbounded following)
        order by c.parcel) d
    where before <> after order by parcel
""")


def mark(connection: Connection) -> int:
    """Where the record of changed decisions stands now; give it to :func:`changed_since` after deriving."""
    return int(connection.scalar(NEWEST) or 0)


def changed_since(connection: Connection, mark: int) -> Changes:
    """The parcels whose decision changed since ``mark``."""
    found = Changes()
    for row in connection.execute(SINCE.execution_options(yield_per=1_000), {"mark": mark}):
        found.add(Change(*row))
    return found


UNDER = text("""
    select distinct p.id from core.zone z
    join core.parcel p on p.deleted_on is null and p.geom && z.geom and st_intersects(p.geom, z.geom)
    where z.document = any(:plans) order by p.id
""")
NOW = text("""
    select p.id, p.key, p.name, d.industry, d.industry_rule, d.zone_label
    from core.parcel p join core.parcel_derived d on d.parcel = p.id and d.inputs ? 'zoning'
    where p.id = any(:parcels) order by p.id
""")
PENDING = text(f"""
    select k.id, k.enforceable_on from core.planning_document k
    where k.id = any(:plans) and not {in_force(":as_of")} and k.retired_on is null
      and (k.state = 'planned' or (k.state = 'in_force' and k.enforceable_on > :as_of))
    order by k.id
""")


def to_come(connection: Connection, plans: Sequence[int], as_of: date) -> Changes:
    """The parcels whose decision would change if those of ``plans`` that are not in force on ``as_of`` were."""
    pending = [row.id for row in connection.execute(PENDING, {"plans": list(plans), "as_of": as_of})]
    found = Changes()
    if not pending:
        return found
    looked_at = Plans(as_of, without=replaced_by(connection, pending), planned=pending)
    under = list(connection.scalars(UNDER, {"plans": pending}))
    for start in range(0, len(under), _AT_ONCE):
        rows = connection.execute(NOW, {"parcels": under[start : start + _AT_ONCE]}).all()
        _compare(connection, rows, looked_at, found)
    return found


def _compare(connection: Connection, rows: Sequence[Row[tuple[object, ...]]], plans: Plans, found: Changes) -> None:
    then = decided(connection, [row.id for row in rows], plans)
    for row in rows:
        zoning = then[row.id]
        if zoning.verdict.value != row.industry:
            rules, zones = (row.industry_rule, zoning.rule), (row.zone_label, zoning.libelle)
            found.add(Change(row.id, row.key, row.name, row.industry, zoning.verdict.value, *rules, *zones))

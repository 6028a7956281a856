"""What planners say of the plan's rules on buildings: written row by row, never overwritten, and what counts."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from geo.land.building_limits import BuildingRule, Limit, Said, effective
from geo.store.views.views import BUILDING_LIMIT

LIMITS = "select parcel, rule, value, source, said_of, share from building_limit {which} order by share desc, value"
OF_ALL = f"with building_limit as ({BUILDING_LIMIT.format(rows='true')}) {LIMITS}"
STANDING = text("select md5(string_agg(id::text, ',' order by id)) from core.building_rule where superseded_at is null")
FIGURES = text("select id from core.building_rule where superseded_at is null")
SAID_OF = text("""
    select parcel from core.building_rule where id = any(:figures) and parcel is not null
    union
    select d.parcel
    from core.building_rule b
    join core.zone k on k.document = b.document and k.libelle = b.zone_label
    join core.parcel p on p.geom && k.geom
    join core.parcel_derived d on d.parcel = p.id
    where b.id = any(:figures) and d.zone_shares @> jsonb_build_array(jsonb_build_object('zone', k.id))
""")
WHERE = text("""
    select k.document, k.libelle as label
    from core.parcel_derived d
    cross join lateral jsonb_array_elements(d.zone_shares) z
    join core.zone k on k.id = (z ->> 'zone')::bigint
    where d.parcel = :parcel and k.libelle is not null
    order by (z ->> 'share')::float desc, k.id limit 1
""")
# Of two who enter a figure of one place at once, the second ends what the first wrote.
ALONE = text("select pg_advisory_xact_lock(hashtext('emprise.building_rule'))")
OTHERS = text("""
    select id from core.building_rule
    where document = :document and zone_label = :zone_label and rule = :rule and superseded_at is null
      and organisation is distinct from :organisation
""")
END = text("""
    update core.building_rule set superseded_at = clock_timestamp()
    where parcel is not distinct from :parcel and document is not distinct from :document
      and zone_label is not distinct from :zone_label and rule = :rule and superseded_at is null
""")
ADD = text("""
    insert into core.building_rule
        (parcel, document, zone_label, rule, value, source, why, organisation, actor, recorded_at)
    values (:parcel, :document, :zone_label, :rule, :value, :source, :why, :organisation, :actor, clock_timestamp())
    returning id
""")
TAKE_BACK = text("""
    update core.building_rule set superseded_at = clock_timestamp(), ended_why = :why
    where id = :id and superseded_at is null returning id
""")
HISTORY = text("""
    select b.id, b.rule, b.value, b.source, b.why, b.zone_label, k.idurba, b.recorded_at, b.superseded_at, b.ended_why,
           b.organisation as organisation_id, o.name as organisation
    from core.building_rule b
    left join core.planning_document k on k.id = b.document
    left join core.organisation o on o.id = b.organisation
    where b.parcel = :parcel or exists (
        select from core.parcel_derived d
        cross join lateral jsonb_array_elements(d.zone_shares) z
        join core.zone n on n.id = (z ->> 'zone')::bigint
        where d.parcel = :parcel and n.document = b.document and n.libelle = b.zone_label)
    order by b.recorded_at, b.id
""")


class OthersFigureError(PermissionError):
    """A figure of a zone that another organisation entered stands: it counts on land of many, so is theirs to end."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A label of a plan, in one version of it."""

    document: int
    label: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it is said: of which rule, where it is written, why it is entered; None: the plan sets none."""

    rule: BuildingRule
    value: float | None
    source: str
    why: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A row: the figure, of which zone (None: of the parcel), and until when it stood."""

    id: int
    figure: Figure
    zone_label: str | None
    plan: str | None
    recorded_at: datetime
    superseded_at: datetime | None
    ended_why: str | None
    organisation_id: int | None
    organisation: str | None


def limits(connection: Connection, ids: Sequence[int] | None = None) -> dict[int, Mapping[BuildingRule, Limit]]:
    """The rules that are known, by parcel, of those the audience sees (or of some ``ids``)."""
    return _limits(connection, LIMITS, ids)


def limits_of_all(connection: Connection, ids: Sequence[int] | None = None) -> dict[int, Mapping[BuildingRule, Limit]]:
    """The same whoever may see the parcels; as the worker."""
    return _limits(connection, OF_ALL, ids)


def standing(connection: Connection) -> str:
    """A name for the figures that stand, empty without any: a row is never written over. As the worker."""
    found: str | None = connection.scalar(STANDING)
    return found or ""


def figures(connection: Connection) -> frozenset[int]:
    """The figures that stand; as the worker."""
    return frozenset(connection.scalars(FIGURES))


def said_of(connection: Connection, some: Collection[int]) -> list[int]:
    """The parcels that some figures are said of, or were, themselves or by their zones; as the worker."""
    return list(connection.scalars(SAID_OF, {"figures": list(some)})) if some else []


def _limits(connection: Connection, asked: str, ids: Sequence[int] | None) -> dict[int, Mapping[BuildingRule, Limit]]:
    statement = text(asked.format(which="" if ids is None else "where parcel = any(:ids)"))
    said: dict[int, list[Said]] = defaultdict(list)
    for row in connection.execute(statement, {} if ids is None else {"ids": list(ids)}):
        limit = Limit(row.value, row.source, row.said_of)
        said[row.parcel].append(Said(BuildingRule(row.rule), limit, row.share))
    return {parcel: effective(listed) for parcel, listed in said.items()}


def zone_of(connection: Connection, parcel: int) -> Zone | None:
    """The label of the plan in force that has most of a parcel; None where no zone is known. As the worker."""
    row = connection.execute(WHERE, {"parcel": parcel}).one_or_none()
    return None if row is None else Zone(row.document, row.label)


def say(
    connection: Connection,
    target: int | Zone,
    figure: Figure,
    *,
    organisation: int | None,
    actor: str,
    of_others: bool = False,
) -> int:
    """Write a figure of a parcel or of a zone; the one that stood there counts no more. The row's id; as the worker.

    Raises OthersFigureError where that of the zone is another organisation's, unless ``of_others`` may be ended too.
    """
    zone = target if isinstance(target, Zone) else None
    place = {
        "parcel": target if zone is None else None,
        "document": None if zone is None else zone.document,
        "zone_label": None if zone is None else zone.label,
        "rule": figure.rule.value,
    }
    connection.execute(ALONE)
    if zone and not of_others and connection.scalar(OTHERS, {**place, "organisation": organisation}):
        raise OthersFigureError
    connection.execute(END, place)
    written = {"value": figure.value, "source": figure.source, "why": figure.why}
    row = connection.execute(ADD, {**place, **written, "organisation": organisation, "actor": actor})
    return int(row.scalar_one())


def take_back(connection: Connection, number: int, why: str) -> bool:
    """Take a figure back; whether it stood. As the worker."""
    return connection.execute(TAKE_BACK, {"id": number, "why": why}).one_or_none() is not None


def history(connection: Connection, parcel: int) -> list[Kept]:
    """Every figure said of a parcel or of the labels it lies in, the oldest first; as the worker."""
    return [
        Kept(
            row.id,
            Figure(BuildingRule(row.rule), row.value, row.source, row.why),
            row.zone_label,
            row.idurba,
            row.recorded_at,
            row.superseded_at,
            row.ended_why,
            row.organisation_id,
            row.organisation,
        )
        for row in connection.execute(HISTORY, {"parcel": parcel})
    ]

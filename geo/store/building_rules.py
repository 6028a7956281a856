"""What planners say of the plan's rules on buildings: written row by row, never overwritten, and what counts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from geo.land.building_limits import BuildingRule, Limit, Said, effective

LIMITS = "select parcel, rule, value, source, said_of, share from building_limit {which} order by share desc, value"
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
    statement = text(LIMITS.format(which="" if ids is None else "where parcel = any(:ids)"))
    said: dict[int, list[Said]] = defaultdict(list)
    for row in connection.execute(statement, {} if ids is None else {"ids": list(ids)}):
        limit = Limit(row.value, row.source, row.said_of)
        said[row.parcel].append(Said(BuildingRule(row.rule), limit, row.share))
    return {parcel: effective(listed) for parcel, listed in said.items()}


def zone_of(connection: Connection, parcel: int) -> Zone | None:
    """The label of the plan in force that has most of a parcel; None where no zone is known. As the worker."""
    row = connection.execute(WHERE, {"parcel": parcel}).one_or_none()
    return None if row is None else Zone(row.document, row.label)


def say(connection: Connection, target: int | Zone, figure: Figure, *, organisation: int | None, actor: str) -> int:
    """Write a figure of a parcel or of a zone; the one that stood there counts no more. The row's id; as the worker."""
    zone = target if isinstance(target, Zone) else None
    place = {
        "parcel": target if zone is None else None,
        "document": None if zone is None else zone.document,
        "zone_label": None if zone is None else zone.label,
        "rule": figure.rule.value,
    }
    connection.execute(ALONE)
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

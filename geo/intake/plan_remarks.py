"""What a load did to the plans: which one counts from when, which it takes the place of, which do not count."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

from geo.intake.problems import Remark
from geo.store.layers import Layer
from geo.store.merging import plans
from geo.store.merging.staging import stage

CODES = (
    *("plan.planned", "plan.ended", "plan.no_zones", "plan.undated", "plan.undated_waits", "plan.in_force"),
    *("plan.retired", "plan.retires"),
)


def loaded_plans(connection: Connection, layer: Layer) -> list[int]:
    """The plans whose rows are staged; none for a layer that is of no plan."""
    if "document" not in layer.key:
        return []
    found = f"select distinct document from {stage(layer)} where document is not null order by 1"  # noqa: S608
    return list(connection.scalars(text(found)))


def remarks(connection: Connection, ids: list[int]) -> Iterable[Remark]:
    """One remark a plan, and one more where it retires others."""
    for plan in plans.described(connection, ids):
        yield _standing(plan)
        if plan.retires:
            said = {"plan": _name(plan), "day": _day(plan.enforceable_on), "plans": list(plan.retires)}
            yield Remark(0, "document", plan.partition, "plan.retires", params=said)


def _standing(plan: Row[Any]) -> Remark:
    """Whether and when the plan counts."""
    code, days = _state(plan)
    params = {"plan": _name(plan)} | {name: _day(day) for name, day in days.items()}
    return Remark(0, "document", plan.partition, code, params=params)


def _state(plan: Row[Any]) -> tuple[str, dict[str, date]]:
    """The code of what there is to say, and the days its sentence names."""
    if plan.state != "in_force":
        return ("plan.planned" if plan.state == "planned" else "plan.ended"), {}
    if plan.zones == 0:
        return "plan.no_zones", {}
    if plan.enforceable_on is None:
        return ("plan.undated", {}) if plan.dated is None else ("plan.undated_waits", {"dated": plan.dated})
    if plan.retired_on is None:
        return "plan.in_force", {"day": plan.enforceable_on}
    return "plan.retired", {"day": plan.enforceable_on, "until": plan.retired_on}


def _name(plan: Row[Any]) -> str:
    """The kind and partition of a plan, and the day of its approval: ``PLUi DU_200011781, 2018-01-01``."""
    named = f"{plan.kind} {plan.partition}" if plan.kind else str(plan.partition)
    return named if plan.approved_on is None else f"{named}, {plan.approved_on:%Y-%m-%d}"


def _day(day: date) -> str:
    return day.isoformat()

"""The plan's rules on buildings as planners enter them: what counts on a parcel, and all that was said of it."""

from typing import Any

from api.planning.recording import rights_of, whose
from api.problems import Problem, Words
from geo.land.building_limits import MOST, BuildingRule
from geo.store import building_rules
from geo.store.building_rules import Figure, Kept, OthersFigureError, Zone
from geo.store.database import Actor, Database, Role
from geo.store.steps import Rights

Told = dict[str, Any]


def rules_of(database: Database, role: Role, actor: Actor | None, parcel: int) -> Told:
    """The rules known of a parcel, those that are not, and every figure said of it, the newest first.

    Reasons are for the organisation that answers for the land. A figure of a zone was entered for land that others may
    not see: why, and by whom, is for the organisation that did.

    Raises:
        Problem: no such parcel (404).
    """
    with database.connection(role, actor) as connection:
        rights = rights_of(connection, parcel)
        known = building_rules.limits(connection, [parcel]).get(parcel, {})
    with database.connection(Role.WORKER) as connection:
        said = building_rules.history(connection, parcel)
    limits = [
        {"rule": rule.value, "value": one.value, "source": one.source, "said_of": one.said_of}
        for rule, one in known.items()
    ]
    return {
        "parcel": parcel,
        "rules": limits,
        "not_known": [rule.value for rule in BuildingRule if rule not in known],
        "history": [_told(one, own=rights.own, whole=_whole(one, role, actor)) for one in reversed(said)],
    }


def say(database: Database, role: Role, actor: Actor, parcel: int, figure: Figure, *, of_zone: bool) -> Told:
    """Enter a figure of a parcel, or of the label of the plan that has most of it; what counts on it afterwards.

    A figure of a zone counts on land of many: where one stands, only who entered it, or an administrator, replaces it.

    Raises:
        Problem: no such parcel (404), not theirs (403), a figure out of range or no zone to say it of (422).
    """
    _own(database, role, actor, parcel)
    most = MOST[figure.rule]
    if figure.value is not None and not 0 <= figure.value <= most:
        name, example = (Words(f"rule.{word}", (figure.rule.value,)) for word in ("name", "example"))
        raise Problem("invalid", "rule.out_of_range", name=name, given=figure.value, most=most, example=example)
    with database.connection(Role.WORKER) as connection:
        target: int | Zone | None = building_rules.zone_of(connection, parcel) if of_zone else parcel
        if target is None:
            raise Problem("invalid", "rule.no_zone", id=parcel)
        organisation = actor.organisation
        may, who = role is Role.ADMIN, actor.actor or ""
        try:
            building_rules.say(connection, target, figure, organisation=organisation, actor=who, of_others=may)
        except OthersFigureError:
            raise Problem("forbidden", "rule.of_others", rule=figure.rule.value) from None
    return rules_of(database, role, actor, parcel)


def take_back(database: Database, role: Role, actor: Actor, parcel: int, number: int, why: str) -> Told:
    """Take a figure back; what counts on the parcel afterwards.

    Raises:
        Problem: no such parcel or no such figure that stands (404), or not theirs (403): of a zone, another's figure.
    """
    _own(database, role, actor, parcel)
    with database.connection(Role.WORKER) as connection:
        listed = {one.id: one for one in building_rules.history(connection, parcel) if one.superseded_at is None}
        if number in listed and not _whole(listed[number], role, actor):
            raise Problem("forbidden", "rule.of_others", rule=listed[number].figure.rule.value)
        if number not in listed or not building_rules.take_back(connection, number, why):
            raise Problem("not-found", "rule.no_figure", record=number)
    return rules_of(database, role, actor, parcel)


def _own(database: Database, role: Role, actor: Actor, parcel: int) -> Rights:
    with database.connection(role, actor) as connection:
        rights = rights_of(connection, parcel)
    if not rights.own:
        code, params = whose(rights)
        raise Problem("forbidden", code, **params)
    return rights


def _whole(one: Kept, role: Role, actor: Actor | None) -> bool:
    """Whether who asks may know who entered a figure: of a zone, that tells where an organisation has land."""
    mine = actor is not None and one.organisation_id == actor.organisation
    return one.zone_label is None or role is Role.ADMIN or mine


def _told(one: Kept, *, own: bool, whole: bool) -> Told:
    figure = one.figure
    told: Told = {
        "record": one.id,
        "rule": figure.rule.value,
        "value": figure.value,
        "source": figure.source,
        "zone_label": one.zone_label,
        "plan": one.plan,
        "recorded_at": one.recorded_at.isoformat(),
        "stands": one.superseded_at is None,
    }
    told |= {"organisation": one.organisation} if whole else {}
    return told | ({"reason": figure.why, "ended_why": one.ended_why} if own and whole else {})

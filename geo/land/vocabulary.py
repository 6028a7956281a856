"""The closed lists of the domain (design §1), each value as it is stored, served and filtered on."""

from enum import StrEnum


class Origin(StrEnum):
    """Where a parcel comes from. ``cadastre`` parcels are prospects."""

    TERRAIN = "terrain"
    FRICHE = "friche"
    CADASTRE = "cadastre"
    DRAWN = "drawn"


class Market(StrEnum):
    """What the market says of a parcel, from its commitments."""

    FOR_SALE = "for_sale"
    FOR_LEASE = "for_lease"
    OPTIONED = "optioned"
    UNDER_PROMISE = "under_promise"
    SOLD = "sold"
    RESERVED_BY_COUNCIL = "reserved_by_council"
    KEPT_BY_OWNER = "kept_by_owner"
    NOT_MARKETED = "not_marketed"
    PROSPECT = "prospect"
    UNKNOWN = "unknown"


AVAILABLE = frozenset({Market.FOR_SALE, Market.FOR_LEASE})
"""The markets design §1 calls *available*."""


class Industry(StrEnum):
    """What the plan says of an industrial building."""

    ALLOWED = "allowed"
    CONDITIONAL = "conditional"
    AFTER_PLAN_CHANGE = "after_plan_change"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


class Effect(StrEnum):
    """What a constraint does to a building placed on it."""

    FORBIDS = "forbids"
    RESTRICTS = "restricts"
    INFORMS = "informs"


class Visibility(StrEnum):
    """Who may see a parcel, from the widest to the narrowest."""

    PUBLIC = "public"
    PARTNERS = "partners"
    AGENCY = "agency"
    PRIVATE = "private"


class StepState(StrEnum):
    """Where one procedure stands on one parcel (design §4)."""

    NOT_NEEDED = "not_needed"
    TO_DO = "to_do"
    RUNNING = "running"
    DONE = "done"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


class ReadyClass(StrEnum):
    """The classes of the portals, computed from the owner-side P80."""

    IMMEDIATE = "immediate"
    MONTHS_0_6 = "0_6"
    MONTHS_6_12 = "6_12"
    OVER_12 = "over_12"
    UNKNOWN = "unknown"

"""The date that parcels are listed by: of a milestone, at a probability, for a class of needs; as SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from geo.readiness.needclass import OWNER_ONLY
from geo.readiness.result import NEVER_DAYS, place_of_quantile

PRUDENT = 0.8
SHOWN = {0.5: "ready_p50", 0.8: "ready_p80"}
"""Columns of the view of parcels that are the date of the start; an index is in the order of the second."""
OF_LAND = {"start": "kept_start", "start_cleared": "coalesce(kept_cleared, kept_start)"}
OF_NEED = {
    "start": "start",
    "start_cleared": "coalesce(start_cleared, start)",
    "power": "power",
    "production": "production",
}


@dataclass(frozen=True, slots=True)
class Dated:
    """Which date, every unknown step counted; at a probability above 0 and below 1.

    The land alone (``OWNER_ONLY``) reaches the milestones of ``OF_LAND`` only. ``days``: the date of every state where
    they were computed for this question and are not kept yet; None: never.
    """

    milestone: str = "start"
    probability: float = PRUDENT
    need_class: str = OWNER_ONLY
    days: Mapping[int, date | None] | None = field(default=None, compare=False, repr=False)

    @property
    def of_a_need(self) -> bool:
        """Whether the date is that of a class of needs, not of the land alone."""
        return self.need_class != OWNER_ONLY

    def source(self) -> str:
        """SQL: the view of parcels, with the dates of the class beside it."""
        if not self.of_a_need:
            return "listed"
        if self.days is not None:
            return """listed left join unnest(cast(:need_states as bigint[]), cast(:need_days as date[]))
                dates (of_state, need_day) on of_state = state_id"""
        day = _day(OF_NEED[self.milestone], place_of_quantile(self.probability))
        return f"""listed left join (
            select state_id as of_state, {day} as need_day
            from readiness where need_class = :need_class and as_of = (select core.today())) dates
            on of_state = state_id"""

    def day(self) -> str:
        """SQL of the date over :meth:`source`; null: never, or not known."""
        if not self.of_a_need and self.milestone == "start" and self.probability in SHOWN:
            return SHOWN[self.probability]
        if self.of_a_need:
            return "need_day"
        return _day(OF_LAND[self.milestone], place_of_quantile(self.probability))

    def values(self) -> dict[str, object]:
        """The parameters of :meth:`source`."""
        if self.days is not None:
            return {"need_states": list(self.days), "need_days": list(self.days.values())}
        return {"need_class": self.need_class} if self.of_a_need else {}


def _day(kept: str, place: int) -> str:
    """SQL: the day at a quantile of dates as geo.readiness.kept writes them; nothing is reached beyond the last."""
    if place >= 99:
        return "null::date"
    days = f"get_byte({kept}, {2 * place}) * 256 + get_byte({kept}, {2 * place + 1})"
    return f"(core.today() + nullif({days}, {NEVER_DAYS}))"

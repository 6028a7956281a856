"""What is left of a step that has begun, and what becomes of one that was finished."""

from datetime import date, timedelta

from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute
from geo.readiness.dates import MEAN_MONTH, add_months
from geo.readiness.needclass import need_class
from geo.readiness.status import BLOCKED, DONE, EXPIRED, RUNNING, TO_DO, StepStatus
from tests.readiness.computing import BATTERY, about, months, of
from tests.readiness.situations import TODAY, small


def test_running_counts_what_is_left() -> None:
    catalogue = small(A="2 6 12")
    whole = months(of(catalogue, A=TO_DO).start)
    since = [TODAY - timedelta(days=days) for days in (0, 60, 120, 240)]
    left = [months(of(catalogue, A=StepStatus(RUNNING, day)).start) for day in since]
    assert left[0] == about(whole)
    assert left == sorted(left, reverse=True)
    assert left[3] > 0
    assert months(of(catalogue, A=RUNNING).start) == about(whole / 2)
    late = of(catalogue, A=StepStatus(RUNNING, TODAY - timedelta(days=700)))
    assert late.flags == ("overdue:A",)


def test_running_does_not_end_before_what_it_needs() -> None:
    catalogue = small(A="9 9 9", B="4 4 4 needs=A")
    result = of(catalogue, A=TO_DO, B=StepStatus(RUNNING, TODAY - timedelta(days=60)))
    assert months(result.start) == about(9)
    assert result.critical_path == ("A", "B")
    quick = of(small(A="1 1 1", B="4 4 4 needs=A"), A=TO_DO, B=StepStatus(RUNNING, date(2026, 10, 16)))
    assert months(quick.start) == about(4 - 37 / MEAN_MONTH)
    assert quick.critical_path == ("B",)


def test_the_law_of_a_running_step_is_that_of_its_first_day() -> None:
    catalogue, day = default(), date(2024, 10, 22)
    before, after = (
        compute(catalogue, {"AE": StepStatus(RUNNING, began)}, need_class(BATTERY, catalogue), day)
        for began in (day - timedelta(days=1), day)
    )
    assert months(before.start) > months(after.start) + 3


def test_done_long_ago_is_to_do_again() -> None:
    catalogue = small(A="6 6 6 | expires = 36")
    day = date(TODAY.year - 3, TODAY.month, TODAY.day)
    expired = of(catalogue, A=StepStatus(DONE, day))
    assert months(expired.start) == about(6)
    assert expired.flags == ("expired:A",)
    assert expired.steps[0].state == EXPIRED
    assert of(catalogue, A=StepStatus(DONE, day + timedelta(days=1))).start.on(0.5) == TODAY
    assert months(of(catalogue, A=StepStatus(EXPIRED, day)).start) == about(6)


def test_what_expires_before_the_start_is_flagged() -> None:
    catalogue = small(A="1 1 1 | expires = 36", B="9 9 9")
    soon = StepStatus(DONE, TODAY - timedelta(days=365 * 2 + 200))
    assert of(catalogue, A=soon, B=TO_DO).flags == ("expires_before_start:A",)
    assert of(catalogue, A=StepStatus(DONE, TODAY), B=TO_DO).flags == ()
    assert of(catalogue, A=soon, B=BLOCKED).flags == ()


def test_what_is_dated_later_is_not_there_yet() -> None:
    catalogue = small(A="6 6 6")
    tomorrow = TODAY + timedelta(days=1)
    for state in (DONE, RUNNING):
        result = of(catalogue, A=StepStatus(state, tomorrow))
        assert months(result.start) == about(6)
        assert result.flags == ("dated_later:A",)


def test_more_owners_take_longer() -> None:
    catalogue = small(A="3 3 3 | per_unit = 4")
    assert months(of(catalogue, A=StepStatus(TO_DO, units=3)).start) == about(11)


def test_a_purchase_under_way_from_many_owners_counts_them_all() -> None:
    catalogue = small(A="3 8 24 | per_unit = 4")
    since = add_months(TODAY, -10)

    def left(owners: int, since: date | None = since) -> tuple[float, float]:
        start = of(catalogue, A=StepStatus(RUNNING, since, units=owners)).start
        return start.days[9], start.days[79]

    first, many = left(1), left(6)
    assert many[0] > 8 * 30, "six owners take 20 months more than one: 10 have passed, 13 is the least that is left"
    assert many[1] > first[1] + 10 * 30
    whole = of(catalogue, A=StepStatus(TO_DO, units=6)).start
    assert left(6, TODAY) == (whole.days[9], whole.days[79]), "what begins today has gained nothing yet"
    assert "overdue:A" in of(catalogue, A=StepStatus(RUNNING, add_months(TODAY, -22))).flags
    assert "overdue:A" not in of(catalogue, A=StepStatus(RUNNING, add_months(TODAY, -22), units=6)).flags

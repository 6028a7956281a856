"""The bucket of an address empties and fills again."""

import pytest

from api.problems import Problem
from api.security.limits import REMEMBERED, RateLimit
from tests.api.conftest import database_out_of_reach, quick_settings
from tests.api.serving import serving


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def refused(limit: RateLimit, address: str) -> str:
    with pytest.raises(Problem) as caught:
        limit.take(address)
    assert caught.value.status == 429
    return caught.value.headers["Retry-After"]


def test_as_many_at_once_then_as_many_a_minute() -> None:
    clock = Clock()
    limit = RateLimit(6, "rate.posts", clock)
    for _ in range(6):
        limit.take("a")
    assert refused(limit, "a") == "10"
    limit.take("b")
    clock.now = 9.0
    assert refused(limit, "a") == "1"
    clock.now = 10.0
    limit.take("a")
    assert refused(limit, "a") == "10"
    clock.now = 1_000.0
    for _ in range(6):
        limit.take("a")
    assert refused(limit, "a") == "10"


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:0DB8:1:2::2", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("-", "unix:", False),
    ],
)
def test_one_subscriber_has_one_bucket(one: str, other: str, *, shared: bool) -> None:
    """Of the sixth version of the protocol each is given 64 bits of addresses, or more."""
    limit = RateLimit(1, "rate.posts", Clock())
    limit.take(one)
    if shared:
        assert refused(limit, other) == "60"
    else:
        limit.take(other)


def test_memory_is_bounded_and_the_emptiest_buckets_are_kept() -> None:
    limit = RateLimit(2, "rate.posts", Clock())
    limit.take("guilty")
    limit.take("guilty")
    for number in range(REMEMBERED + 10):
        limit.take(str(number))
    assert len(limit._buckets) <= REMEMBERED
    assert refused(limit, "guilty") == "30"


def test_anonymous_posts_are_limited_and_reading_is_not() -> None:
    settings = quick_settings(anonymous_posts_per_minute=3)
    with serving(database_out_of_reach(settings), settings) as served:
        answers = [served.client.post("/me") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        assert answers[-1].json()["type"] == "/problems/too-many-requests"
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
        assert served.client.get("/me").status_code == 200
        forged = served.client.post("/me", headers={"X-Forwarded-For": "203.0.113.9"})
        assert forged.status_code == 429, "row 99: the header of a stranger is not believed"


def test_row_103_refused_credentials_are_limited() -> None:
    settings = quick_settings(sign_in_failures_per_minute=5)
    with serving(database_out_of_reach(settings), settings) as served:
        answers = [served.client.get("/me", headers={"X-API-Key": f"wrong{n}"}) for n in range(50)]
        assert [answer.status_code for answer in answers[:5]] == [401] * 5
        assert {answer.status_code for answer in answers[5:]} == {429}
        assert "retry-after" in answers[-1].headers

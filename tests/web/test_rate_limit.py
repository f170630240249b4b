"""Token buckets, on a clock that the test moves."""

from __future__ import annotations

import pytest

from web.errors import TooManyRequestsError
from web.rate_limit import RateLimit, client_key


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_burst_is_let_through_and_then_so_many_a_minute() -> None:
    clock = Clock()
    limit = RateLimit(3, 30, clock)
    for _ in range(3):
        limit.take("a")
    with pytest.raises(TooManyRequestsError) as refused:
        limit.take("a")
    assert refused.value.wait_seconds == 3
    limit.take("b")
    clock.seconds = 2.0
    limit.take("a")
    with pytest.raises(TooManyRequestsError):
        limit.take("a")
    clock.seconds = 1000.0
    for _ in range(3):
        limit.take("a")
    with pytest.raises(TooManyRequestsError):
        limit.take("a")


def test_the_memory_it_takes_is_bounded() -> None:
    clock = Clock()
    limit = RateLimit(1, 1, clock)
    for number in range(30_000):
        clock.seconds += 0.001
        limit.take(str(number))
    assert len(limit._buckets) <= 10_000
    with pytest.raises(TooManyRequestsError):
        limit.take("29999")


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("127.0.0.1", None),
        ("::1", None),
        ("testclient", None),
        (None, None),
    ],
)
def test_clients_are_told_apart_by_address(host: str | None, key: str | None) -> None:
    assert client_key(host) == key

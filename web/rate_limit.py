"""How much one client may send: a token bucket for each, kept in this process's memory.

With several `web` processes each counts for itself, so the limit is that many times higher.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from threading import Lock

from web.errors import TooManyRequestsError

_KEPT = 10_000


class RateLimit:
    """Lets a client do something so many times at once, and so many times a minute after that.

    Args:
        burst: How many are let through at once.
        per_minute: How many are let through each minute after that.
        clock: Seconds that only grow.
    """

    def __init__(
        self, burst: int, per_minute: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = float(burst)
        self._per_second = per_minute / 60
        self._clock = clock
        self._lock = Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, client: str) -> None:
        """Count one for a client.

        Raises:
            TooManyRequestsError: It has none left; says when it will have one.
        """
        with self._lock:
            present = self._clock()
            left, since = self._buckets.get(client, (self._burst, present))
            left = min(self._burst, left + (present - since) * self._per_second)
            if left < 1:
                raise TooManyRequestsError(int((1 - left) / self._per_second) + 1)
            if len(self._buckets) >= _KEPT:
                self._forget_older_half()
            self._buckets[client] = (left - 1, present)

    def _forget_older_half(self) -> None:
        by_age = sorted(self._buckets.items(), key=lambda item: item[1][1])
        self._buckets = dict(by_age[len(by_age) // 2 :])


def client_key(host: str | None) -> str | None:
    """Return what to count a client by, or None for one that cannot be told from others.

    IPv6 addresses are counted by their /64, which one household or phone has to itself. The
    machine's own address is not counted: behind a proxy that does not pass addresses on,
    everybody would share it.
    """
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return None
    if address.is_loopback:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)

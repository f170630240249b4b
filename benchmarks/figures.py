"""What a benchmark reports: times beside a peer's, or how often the right thing was found."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """Times of one thing.

    Attributes:
        name: What was timed.
        count: How often.
        median_ms: Median time in milliseconds.
        p95_ms: 95 of 100 were faster.
        ratio: The median divided by that of the peer in the same run; None for the peer itself.
    """

    name: str
    count: int
    median_ms: float
    p95_ms: float
    ratio: float | None = None


@dataclass(frozen=True)
class Found:
    """How often a search finds what it should.

    Attributes:
        name: What was searched, and how.
        count: Questions that were put.
        first: Share of them whose article came first, 0 to 1.
        among_three: Share whose article was among the first three.
    """

    name: str
    count: int
    first: float
    among_three: float


@dataclass(frozen=True)
class Offered:
    """How often articles are offered in place of no answer.

    Attributes:
        name: What was asked.
        count: How many messages.
        offered: Share of them for which articles were offered, 0 to 1.
        right: Share for which the article that answers was among them; None where no one article
            is known to answer.
    """

    name: str
    count: int
    offered: float
    right: float | None = None


@dataclass(frozen=True)
class Rate:
    """How many of something are done in a second.

    Attributes:
        name: What.
        count: How many were done.
        per_second: So many a second.
        ratio: The time for one divided by that of the peer in the same run; None for the peer.
    """

    name: str
    count: int
    per_second: float
    ratio: float | None = None


@dataclass(frozen=True)
class Held:
    """The memory that a process holds, in megabytes."""

    name: str
    megabytes: float


@dataclass(frozen=True)
class Load:
    """Turns of people who write at the same time.

    Attributes:
        name: Who answered.
        people: How many wrote at the same time.
        count: Turns that were measured.
        errors: How many of them got no answer.
        per_second: Turns a second.
        median_ms: Median time from the moment at which a person meant to send.
        p95_ms: 95 of 100 were faster.
        p99_ms: 99 of 100 were faster.
        processor_ms: Processor time of each process for a turn.
    """

    name: str
    people: int
    count: int
    errors: int
    per_second: float
    median_ms: float
    p95_ms: float
    p99_ms: float
    processor_ms: Mapping[str, float]


def percentile_ms(seconds: Sequence[float], percent: int) -> float:
    """Return the time in milliseconds than which so many of 100 are faster."""
    return sorted(seconds)[min(len(seconds) - 1, len(seconds) * percent // 100)] * 1000


def figures(name: str, seconds: Sequence[float], peer: Figures | None = None) -> Figures:
    """Summarise times given in seconds."""
    median = statistics.median(seconds) * 1000
    p95 = percentile_ms(seconds, 95)
    return Figures(name, len(seconds), median, p95, median / peer.median_ms if peer else None)

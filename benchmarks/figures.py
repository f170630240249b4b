"""What a benchmark reports: times beside a peer's, or how often the right thing was found."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
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


def figures(name: str, seconds: Sequence[float], peer: Figures | None = None) -> Figures:
    """Summarise times given in seconds."""
    median = statistics.median(seconds) * 1000
    p95 = sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * 0.95))] * 1000
    return Figures(name, len(seconds), median, p95, median / peer.median_ms if peer else None)

"""Between which bounds a share lies that was counted on a few."""

from __future__ import annotations

from math import sqrt

_Z = 1.96  # 95 % of the normal distribution


def wilson_interval(right: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (E. B. Wilson, JASA 22, 1927, pages 209 to 212).

    Args:
        right: How many were right.
        count: Of how many; of none the share may be anything, 0 to 1.
    """
    if count == 0:
        return 0.0, 1.0
    share, square = right / count, _Z * _Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _Z * sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return max(0.0, middle - half), min(1.0, middle + half)

"""When a rule of an admin is asked, and where it can put a mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from understanding.queues import Queue

Phase = Literal["before", "unsure", "tax", "jobseeker", "visitation"]
"""Before the text is judged; or after, if the text was unsure, or surely of this queue."""
PHASES: tuple[Phase, ...] = get_args(Phase)

Target = Literal["tax", "jobseeker", "visitation", "automatic", "spam"]
"""The shelves that a rule can put a mail on: all but that of unreadable mail."""
TARGETS: tuple[Target, ...] = get_args(Target)

_AFTER: Mapping[Queue, Phase] = {
    "tax": "tax",
    "jobseeker": "jobseeker",
    "visitation": "visitation",
}


def phase_after(queue: Queue, *, decided: bool) -> Phase:
    """Return the phase at which a mail is after its text was judged.

    Args:
        queue: The likeliest queue.
        decided: Whether that is sure enough for no person to look.
    """
    return _AFTER[queue] if decided else "unsure"

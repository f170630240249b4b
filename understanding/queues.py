"""The three queues of an International Citizen Service."""

from __future__ import annotations

from typing import Literal, TypeGuard, get_args

Queue = Literal["tax", "jobseeker", "visitation"]
"""Who answers: tax cards and numbers; jobseekers from the EU/EEA; coming to Denmark at large."""

QUEUES: tuple[Queue, ...] = get_args(Queue)


def is_queue(value: object) -> TypeGuard[Queue]:
    """Return whether a value is the name of one of the three queues."""
    return value in QUEUES

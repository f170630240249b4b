"""What can go wrong with trainings and their models; each message says what to do next."""

from __future__ import annotations


class LearningError(Exception):
    """Base of this room's errors."""


class DecidedMeanwhileError(LearningError):
    """Somebody else has chosen a model meanwhile; look at how it is now, and decide again."""


class NotPossibleError(LearningError):
    """The run is in a state, or its model gone from the disk, so that this cannot be done."""

"""What can go wrong in understanding; each message says what to do next."""

from __future__ import annotations


class UnderstandingError(Exception):
    """Base of this room's errors."""


class ModelMissingError(UnderstandingError, FileNotFoundError):
    """There is no trained model at the path asked for."""


class ModelFormatError(UnderstandingError, ValueError):
    """A file is no model of ours, is broken, or was written by another version."""


class ExamplesError(UnderstandingError, ValueError):
    """The training data cannot be read, or there is too little of it."""


class JudgementsError(UnderstandingError, ValueError):
    """The judgements kept beside a model are missing or broken."""


class EncoderError(UnderstandingError, ValueError):
    """There is no encoder of that name, or it cannot be started."""

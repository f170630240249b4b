"""What can be wrong with the action server."""

from __future__ import annotations


class PhrasesError(ValueError):
    """The bot's own phrases are incomplete; says which file and which phrase."""

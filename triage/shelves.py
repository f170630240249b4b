"""The shelves that mail is put on, and the folder of each in the mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Shelf = Literal["tax", "jobseeker", "visitation", "automatic", "spam", "unreadable"]
"""The three queues, and beside them what is no question of a person or cannot be read."""

FOLDERS: Mapping[Shelf, str] = {
    "tax": "Queues/Tax",
    "jobseeker": "Queues/Jobseeker",
    "visitation": "Queues/Visitation",
    "automatic": "Queues/Automatic",
    "spam": "Queues/Spam",
    "unreadable": "Queues/Unreadable",
}
"""The folder of each shelf where nothing else is set (triage/queues/settings.py), its levels
separated by `/` whatever separator the server has."""

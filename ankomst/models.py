"""All tables of all rooms, imported in one place so that migrations see them."""

from __future__ import annotations

import conversations.models
import knowledge.models
import learning.models
import storage.originals
import triage.models
import web.models

__all__ = ["conversations", "knowledge", "learning", "storage", "triage", "web"]

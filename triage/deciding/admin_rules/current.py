"""The rules that are in use, as a process that decides on mail knows them, without a restart."""

from __future__ import annotations

import threading
import time

from sqlalchemy import select

from storage.database import Database
from triage.deciding.admin_rules.rule import AdminRule
from triage.deciding.admin_rules.rule_book import rule_in
from triage.models import MailRule

KEPT_SECONDS = 2.0
"""For so long the rules are not read again: many mails are decided on in a second."""


class CurrentRules:
    """Gives the rules in use; may be used from several threads.

    Args:
        database: Where they are.
        kept_seconds: How long they are not read again.
    """

    def __init__(self, database: Database, kept_seconds: float = KEPT_SECONDS) -> None:
        self._database = database
        self._kept_seconds = kept_seconds
        self._lock = threading.Lock()
        self._rules: tuple[AdminRule, ...] = ()
        self._until = -1.0

    def rules(self) -> tuple[AdminRule, ...]:
        """Return the rules in use, in the order in which they are asked.

        Raises:
            DatabaseUnavailableError: The database is away: nobody knows what the rules are.
        """
        with self._lock:
            if time.monotonic() >= self._until:
                self._rules = self._read()
                self._until = time.monotonic() + self._kept_seconds
            return self._rules

    def _read(self) -> tuple[AdminRule, ...]:
        query = select(MailRule).where(MailRule.active).order_by(MailRule.position, MailRule.id)
        with self._database.reading() as session:
            return tuple(rule_in(row) for row in session.scalars(query))

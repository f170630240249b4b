"""How often sure decisions are right: from the mails that were drawn at random and confirmed.

Only drawn mails count, for those that a caseworker happens to touch are no fair sample.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from language.languages import LANGUAGES, Language, is_language
from triage.models import Case, Mail
from understanding.intervals import wilson_interval


@dataclass(frozen=True)
class Precision:
    """How often sure decisions were right.

    Attributes:
        language: Of the mails; None for those in none of the six.
        shelf: Where the decisions put them.
        confirmed: How many drawn mails caseworkers have looked at.
        right: How many of them lay where they belong.
        waiting: How many drawn mails wait for a caseworker.
    """

    language: Language | None
    shelf: str
    confirmed: int
    right: int
    waiting: int

    @property
    def share(self) -> float | None:
        """The share that was right, 0 to 1; None while none was looked at."""
        return self.right / self.confirmed if self.confirmed else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share lies with 95 % confidence (Wilson 1927); None while none was."""
        return wilson_interval(self.right, self.confirmed) if self.confirmed else None


def live_precision(session: Session) -> list[Precision]:
    """Return the precision for each language and shelf that has drawn mails, in their order."""
    rows = session.execute(
        select(Mail.language, Mail.shelf, Case.shelf, Case.confirmation)
        .join(Case, Mail.case_id == Case.id)
        .where(Case.sampled, Mail.shelf.is_not(None))
    ).all()
    confirmed, right, waiting = (
        Counter((language, decided) for language, decided, _, _ in chosen)
        for chosen in (
            [row for row in rows if row[3] is not None],
            [row for row in rows if row[3] is not None and row[1] == row[2]],
            [row for row in rows if row[3] is None],
        )
    )
    return [
        Precision(
            language if is_language(language) else None,
            shelf or "",
            confirmed[language, shelf],
            right[language, shelf],
            waiting[language, shelf],
        )
        for language, shelf in sorted(confirmed.keys() | waiting.keys(), key=_order)
    ]


def together(rows: Iterable[Precision]) -> Precision:
    """Return the precision over several languages and shelves."""
    counted = list(rows)
    return Precision(
        None,
        "",
        sum(row.confirmed for row in counted),
        sum(row.right for row in counted),
        sum(row.waiting for row in counted),
    )


def _order(key: tuple[str | None, str | None]) -> tuple[str, int]:
    language, shelf = key
    place = LANGUAGES.index(language) if is_language(language) else len(LANGUAGES)
    return shelf or "", place

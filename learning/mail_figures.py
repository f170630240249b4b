"""How a run's model sorts the mails kept back, beside the one before it, as it is kept with the run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from language.languages import Language, is_language
from understanding.intervals import wilson_interval

FEW = 30
"""On fewer mails than this a share says little."""


@dataclass
class MailCounts:
    """Numbers of mails.

    Attributes:
        mails: All.
        right: Of these: the likeliest queue is theirs.
        decided: Of these: the model is sure.
        decided_right: Of the decided ones: the queue is theirs.
    """

    mails: int = 0
    right: int = 0
    decided: int = 0
    decided_right: int = 0

    def add(self, *, right: bool, decided: bool) -> None:
        """Count one more mail."""
        self.mails += 1
        self.right += right
        self.decided += decided
        self.decided_right += right and decided


@dataclass(frozen=True)
class MailFigures:
    """The counts of one language.

    Attributes:
        language: None for all languages together.
        before: Of the model that was active; None where there was none.
        after: Of the run's model.
    """

    language: Language | None
    before: MailCounts | None
    after: MailCounts

    @property
    def is_few(self) -> bool:
        """Whether these are so few mails that the shares say little."""
        return self.after.mails < FEW

    @property
    def right_interval(self) -> tuple[float, float] | None:
        """Where the share in the right queue lies with 95 % confidence; None of no mails."""
        return wilson_interval(self.after.right, self.after.mails) if self.after.mails else None

    @property
    def decided_interval(self) -> tuple[float, float] | None:
        """The same of the mails that are decided; None where none is."""
        counts = self.after
        return wilson_interval(counts.decided_right, counts.decided) if counts.decided else None


def rows_of(figures: list[MailFigures]) -> list[dict[str, Any]]:
    """Return the counts as they are kept."""
    return [asdict(one) for one in figures]


def mail_figures_of(rows: list[dict[str, Any]] | None) -> list[MailFigures]:
    """Return the counts of a run by language, all languages together first."""
    return [
        MailFigures(
            row["language"] if is_language(row["language"]) else None,
            MailCounts(**row["before"]) if row["before"] else None,
            MailCounts(**row["after"]),
        )
        for row in rows or []
    ]

"""Compares a new model with today's on the mails kept back, which neither was trained on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from language.languages import LANGUAGES, Language
from language.normalisation import fold
from learning.mail_figures import MailCounts, MailFigures, rows_of
from learning.training_mails import KeptBack
from learning.versions import Version
from understanding.examples import MailExample
from understanding.mails import MailJudgement
from understanding.model import Understanding
from understanding.queues import MailLabel


@dataclass(frozen=True)
class Sorted:
    """What a model did with a mail.

    Attributes:
        shelf: The likeliest queue, or the kind that it is held as.
        decided: Whether it is sure.
        confidence: Its calibrated probability.
    """

    shelf: MailLabel
    decided: bool
    confidence: float

    @classmethod
    def of(cls, judgement: MailJudgement) -> Sorted:
        """Return what is kept of a judgement."""
        if judgement.kind != "mail":
            return cls(judgement.kind, True, round(judgement.kind_confidence, 4))
        return cls(judgement.queue, judgement.decided, round(judgement.confidence, 4))


@dataclass(frozen=True)
class ComparedOnMails:
    """Two models on the same mails.

    Attributes:
        mails: The mails.
        before: What today's does with them; None where there is none.
        after: What the new one does.
    """

    mails: Sequence[KeptBack]
    before: Sequence[Sorted] | None
    after: Sequence[Sorted]

    def figures(self) -> list[dict[str, Any]]:
        """Return the counts as a run keeps them; none where there are no mails."""
        if not self.mails:
            return []
        before, after = self._counted(self.before), self._counted(self.after) or {}
        return rows_of(
            [
                MailFigures(language, before[language] if before else None, counts)
                for language, counts in after.items()
            ]
        )

    def changes(self) -> list[dict[str, Any]]:
        """Return which mails would go elsewhere, or be decided or not, by their number alone."""
        return [
            {
                "mail": mail.id,
                "language": mail.example.language,
                "label": mail.example.label,
                "before": asdict(old),
                "after": asdict(new),
            }
            for mail, old, new in zip(
                self.mails, self.before or self.after, self.after, strict=True
            )
            if (old.shelf, old.decided) != (new.shelf, new.decided)
        ]

    def _counted(self, found: Sequence[Sorted] | None) -> dict[Language | None, MailCounts] | None:
        if found is None:
            return None
        present = {mail.example.language for mail in self.mails}
        counts: dict[Language | None, MailCounts] = {None: MailCounts()}
        counts.update({language: MailCounts() for language in LANGUAGES if language in present})
        for mail, one in zip(self.mails, found, strict=True):
            for language in (None, mail.example.language):
                counts[language].add(right=one.shelf == mail.example.label, decided=one.decided)
        return counts


def compare_on_mails(
    before: Version | None,
    after: Version,
    kept_back: Iterable[KeptBack],
    trained_on: Iterable[MailExample],
) -> ComparedOnMails:
    """Let two versions sort the mails kept back.

    Args:
        before: Today's; None where there is none.
        after: The new one.
        kept_back: The mails; one that stands among those trained on, as after an export into the
            files, is left out.
        trained_on: What the new one was trained on.

    Raises:
        UnderstandingError: One of the versions cannot be read.
    """
    known = {fold(mail.text) for mail in trained_on}
    mails = [one for one in kept_back if fold(one.example.text) not in known]

    def sorted_by(version: Version) -> list[Sorted]:
        if not mails:
            return []
        model = Understanding.load(version.understanding)
        return [Sorted.of(model.judge_mail(one.example.text)) for one in mails]

    return ComparedOnMails(
        mails, sorted_by(before) if before is not None else None, sorted_by(after)
    )

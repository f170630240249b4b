"""Messages that say nearly the same, which teach little and are easily filed apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from language.languages import Language
from language.normalisation import fold
from learning.models import TrainingMessage
from triage.models import TrainingMail

NEARLY_THE_SAME = 90
"""Share of the characters that agree, in percent, from which two messages are nearly the same."""


class Near(NamedTuple):
    """A text and a message that says nearly the same.

    Attributes:
        text: The text.
        message: The text of the message.
        label: What that message stands under.
    """

    text: str
    message: str
    label: str


def nearly_the_same(session: Session, language: Language, texts: Sequence[str]) -> list[Near]:
    """Return the texts to which a message is nearly the same, each with the nearest one.

    Args:
        session: Read only.
        language: Of the texts and of the messages.
        texts: New ones; one that is there to the letter is nearly the same as itself.
    """
    rows = session.execute(
        select(TrainingMessage.folded, TrainingMessage.text, TrainingMessage.label).where(
            TrainingMessage.language == language, TrainingMessage.removed_at.is_(None)
        )
    ).all()
    return [
        Near(texts[at], str(rows[nearest][1]), str(rows[nearest][2]))
        for at, nearest in _nearest(texts, [str(folded) for folded, _, _ in rows])
    ]


def mail_nearly_the_same(
    session: Session, language: str, text: str, apart_from: int | None = None
) -> int | None:
    """Return the training mail to which a text is nearly the same; None where there is none.

    Removed ones count too: they can be brought back.

    Args:
        session: Read only.
        language: Of the text and of the mails.
        text: Subject and body, with personal data taken out.
        apart_from: A training mail that it may be the same as, for it is that one.
    """
    rows = session.execute(
        select(TrainingMail.folded, TrainingMail.id).where(
            TrainingMail.language == language,
            TrainingMail.state != "refused",
            TrainingMail.id != (apart_from or 0),
        )
    ).all()
    found = list(_nearest([text], [str(folded) for folded, _ in rows]))
    return int(rows[found[0][1]][1]) if found else None


def _nearest(texts: Sequence[str], folded: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the place of each text that has one nearly the same, and the place of the nearest."""
    if not texts or not folded:
        return
    scores = process.cdist(
        [fold(text) for text in texts],
        folded,
        scorer=fuzz.ratio,
        score_cutoff=NEARLY_THE_SAME,
        dtype=np.uint8,
    )
    for at, row in enumerate(scores):
        nearest = int(row.argmax())
        if row[nearest]:
            yield at, nearest

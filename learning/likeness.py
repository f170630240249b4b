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
    return list(_near(texts, [(str(a), str(b), str(c)) for a, b, c in rows]))


def _near(texts: Sequence[str], rows: Sequence[tuple[str, str, str]]) -> Iterator[Near]:
    if not texts or not rows:
        return
    scores = process.cdist(
        [fold(text) for text in texts],
        [folded for folded, _, _ in rows],
        scorer=fuzz.ratio,
        score_cutoff=NEARLY_THE_SAME,
        dtype=np.uint8,
    )
    for text, row in zip(texts, scores, strict=True):
        nearest = int(row.argmax())
        if row[nearest]:
            yield Near(text, rows[nearest][1], rows[nearest][2])

"""Adding messages that were typed one a line: what is wrong with them, what should be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from language.languages import Language
from language.normalisation import fold
from learning import messages, settling
from learning.likeness import Near, nearly_the_same
from learning.messages import MOST_CHARACTERS, as_message, digest_of, same_texts
from learning.models import TrainingMessage
from web import audit
from web.sessions import SignedIn
from web.translations import Translatable, later

MOST_LINES = 200
"""At once."""


class Adding(BaseModel):
    """The form for adding messages.

    Attributes:
        typed: All lines, as they came.
        all_the_same: Whether those that say nearly the same as others are added too.
        question: The ids of the questions of people that they were made of.
        asked_in_language: Of what the bot said to those; empty where that is not known.
    """

    typed: str = ""
    all_the_same: bool = False
    question: list[int] = Field(default=[], max_length=2_000)
    asked_in_language: str = Field(default="", max_length=2)

    @property
    def lines(self) -> list[str]:
        """The messages, each once."""
        lines = (as_message(line) for line in self.typed.splitlines())
        return [line for line in dict.fromkeys(lines) if line]


@dataclass(frozen=True)
class Findings:
    """Why messages were not added.

    Attributes:
        problem: What is wrong with all of it; None where nothing is.
        taken: Lines that stand under another label, with that label.
        near: Lines to which another message is nearly the same.
    """

    problem: Translatable | None = None
    taken: Sequence[tuple[str, str]] = ()
    near: Sequence[Near] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not (self.problem or self.taken or self.near)


def look(session: Session, language: Language, label: str, adding: Adding) -> Findings:
    """Return what is wrong with messages that are to be added under a label."""
    lines = adding.lines
    problem = _problem(lines)
    if problem is not None:
        return Findings(problem)
    known = same_texts(session, language, lines)
    taken: list[tuple[str, str]] = []
    new: list[str] = []
    for line in lines:
        row = known.get(digest_of(fold(line)))
        if row is None or row.removed_at is not None:
            new.append(line)
        elif row.label != label:
            taken.append((line, row.label))
    near = [] if adding.all_the_same else nearly_the_same(session, language, new)
    return Findings(None, taken, near)


def add(
    session: Session, user: SignedIn, language: Language, label: str, adding: Adding
) -> list[TrainingMessage]:
    """Add messages under a label, and settle the questions that they were made of.

    Returns:
        Those that are new there.

    Raises:
        LearningError: Somebody else was faster; the transaction must be rolled back.
    """
    lines = adding.lines
    added = messages.add(session, language, label, lines, user.name)
    for message in added:
        audit.record(session, user, "training_message.added", message.audit_subject)
    first = messages.standing(session, language, lines[0])
    for turn in settling.questions(session, adding.question):
        settling.settle(session, turn, adding.asked_in_language, first, user.name)
    return added


def _problem(lines: Sequence[str]) -> Translatable | None:
    if not lines:
        return later("Write at least one message.")
    if len(lines) > MOST_LINES:
        return later(
            "These are %(count)s messages; add %(most)s at most at once.",
            count=len(lines),
            most=MOST_LINES,
        )
    longest = max(lines, key=len)
    if len(longest) > MOST_CHARACTERS:
        return later(
            "A message has %(count)s characters; people can write %(most)s at most: %(begin)s …",
            count=len(longest),
            most=MOST_CHARACTERS,
            begin=longest[:60],
        )
    return None

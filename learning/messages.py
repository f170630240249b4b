"""The training messages in the database: what the bot learns from, and changing it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from knowledge.catalogue import catalogue
from language.languages import Language
from language.masking import mask
from language.normalisation import fold
from learning.errors import MovedMeanwhileError, TakenTextError
from learning.labels import labels
from learning.models import TrainingMessage
from storage.times import now
from understanding.examples import Example

MOST_CHARACTERS = 1_000
"""Of one message; the chat takes no longer ones."""

# White space and what the files cannot hold: YAML 1.1, "c-printable".
_BETWEEN_WORDS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]+")

# What Rasa would read in a file as an entity's mark, `[text](kind)`, or as a character's number.
_MARKUP = re.compile(r"\](?=[(\[{])|\\(?=[uU])")


def as_message(text: str) -> str:
    """Return a text as it is kept: one line, personal numbers masked, nothing that Rasa misreads."""
    line = _BETWEEN_WORDS.sub(" ", text).strip()
    return _MARKUP.sub(r"\g<0> ", mask(line)).strip()


def digest_of(folded: str) -> str:
    """Return the digest by which a folded text is found."""
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()


def new_message(
    language: str, label: str, text: str, *, author: str, from_files: bool = False
) -> TrainingMessage:
    """Return a row for a text that `as_message` gave."""
    folded = fold(text)
    return TrainingMessage(
        language=language,
        label=label,
        text=text,
        folded=folded,
        digest=digest_of(folded),
        origin="import" if from_files else "editor",
        author=author,
        in_files=from_files,
    )


def training_examples(session: Session) -> list[Example]:
    """Return all messages that the bot learns from, by language, label and the time of adding."""
    order = {label: place for place, label in enumerate(labels(catalogue(session)))}
    rows = session.execute(
        select(TrainingMessage.text, TrainingMessage.label, TrainingMessage.language)
        .where(TrainingMessage.removed_at.is_(None))
        .order_by(TrainingMessage.language, TrainingMessage.id)
    )
    examples = [Example(text, label, cast("Language", language)) for text, label, language in rows]
    # Labels of topics that are no more come last; sorting keeps the order of adding.
    return sorted(
        examples,
        key=lambda one: (one.language, order.get(one.label, len(order)), one.label),
    )


def counts(session: Session) -> Mapping[tuple[str, str], int]:
    """Return how many messages there are, by label and language."""
    rows = session.execute(
        select(TrainingMessage.label, TrainingMessage.language, func.count())
        .where(TrainingMessage.removed_at.is_(None))
        .group_by(TrainingMessage.label, TrainingMessage.language)
    )
    return {(label, language): count for label, language, count in rows}


def messages_of(session: Session, label: str, language: Language) -> list[TrainingMessage]:
    """Return the messages of a label and language, also those that were removed; the oldest first."""
    return list(
        session.scalars(
            select(TrainingMessage)
            .where(TrainingMessage.label == label, TrainingMessage.language == language)
            .order_by(TrainingMessage.id)
        )
    )


def find(
    session: Session, text: str, language: Language | None, most: int
) -> tuple[list[TrainingMessage], int]:
    """Find messages by a part of them, however it is spelt.

    Args:
        session: Read only.
        text: What they contain; case and diacritics do not matter.
        language: Only those of this language.
        most: How many to return.

    Returns:
        The messages by language and label, and how many there are in all.
    """
    chosen = [
        TrainingMessage.removed_at.is_(None),
        TrainingMessage.folded.contains(fold(text.replace("\0", " ")), autoescape=True),
    ]
    if language is not None:
        chosen.append(TrainingMessage.language == language)
    rows = session.scalars(
        select(TrainingMessage)
        .where(*chosen)
        .order_by(TrainingMessage.language, TrainingMessage.label, TrainingMessage.id)
        .limit(most)
    )
    count = session.scalar(select(func.count()).select_from(TrainingMessage).where(*chosen))
    return list(rows), count or 0


def same_texts(
    session: Session, language: Language, texts: Iterable[str]
) -> dict[str, TrainingMessage]:
    """Return the messages, also removed ones, that say the same as texts of a language, by digest."""
    digests = {digest_of(fold(text)) for text in texts}
    rows = session.scalars(
        select(TrainingMessage).where(
            TrainingMessage.language == language, TrainingMessage.digest.in_(digests)
        )
    )
    return {row.digest: row for row in rows}


def standing(session: Session, language: Language, text: str) -> TrainingMessage | None:
    """Return the message that says the same as a text, as typed; None where none stands."""
    row = next(iter(same_texts(session, language, [as_message(text)]).values()), None)
    return row if row is not None and row.removed_at is None else None


def add(
    session: Session, language: Language, label: str, texts: Sequence[str], author: str
) -> list[TrainingMessage]:
    """Add messages under a label; a text that was removed once is brought back under it.

    Args:
        session: The transaction.
        language: Of all of them.
        label: What all of them are about.
        texts: As typed. What stands under this label already stays as it is.
        author: The name of the user.

    Returns:
        The messages that are new under the label.

    Raises:
        TakenTextError: One stands under another label; nothing was changed.
        MovedMeanwhileError: Somebody else added or changed one of them at the same moment; the
            transaction must be rolled back.
    """
    lines = [line for line in dict.fromkeys(as_message(text) for text in texts) if line]
    known = same_texts(session, language, lines)
    for line in lines:
        row = known.get(digest_of(fold(line)))
        if row is not None and row.removed_at is None and row.label != label:
            raise TakenTextError(line, row.label)
    added: list[TrainingMessage] = []
    for line in lines:
        row = known.get(digest_of(fold(line)))
        if row is None:
            row = new_message(language, label, line, author=author)
            known[row.digest] = row
            session.add(row)
        elif row.removed_at is not None:
            row.text, row.label, row.in_files = line, label, False
            row.removed_at = row.removed_by = None
        else:
            continue
        added.append(row)
    flush(session)
    return added


def move(session: Session, messages: Sequence[TrainingMessage], label: str) -> None:
    """Move messages to another label.

    Raises:
        MovedMeanwhileError: Somebody else changed one of them; the transaction must be rolled back.
    """
    for message in messages:
        message.label, message.in_files = label, False
    flush(session)


def remove(session: Session, messages: Sequence[TrainingMessage], author: str) -> None:
    """Take messages out of the training.

    Raises:
        MovedMeanwhileError: Somebody else changed one of them; the transaction must be rolled back.
    """
    for message in messages:
        message.removed_at, message.removed_by, message.in_files = now(), author, False
    flush(session)


def bring_back(session: Session, messages: Sequence[TrainingMessage]) -> None:
    """Let the bot learn again from messages that were removed.

    Raises:
        MovedMeanwhileError: Somebody else changed one of them; the transaction must be rolled back.
    """
    for message in messages:
        message.removed_at, message.removed_by, message.in_files = None, None, False
    flush(session)


def chosen(
    session: Session, ids: Iterable[int], label: str, language: Language, *, removed: bool = False
) -> list[TrainingMessage]:
    """Return the messages of these ids, as somebody saw them on a page.

    Args:
        session: The transaction in which they are changed.
        ids: Of the messages.
        label: What they stood under.
        language: Their language.
        removed: Whether they were removed.

    Raises:
        MovedMeanwhileError: One of them is no longer there; somebody else moved or removed it.
    """
    wanted = set(ids)
    rows = list(
        session.scalars(
            select(TrainingMessage)
            .where(
                TrainingMessage.id.in_(wanted),
                TrainingMessage.label == label,
                TrainingMessage.language == language,
                TrainingMessage.removed_at.is_not(None)
                if removed
                else TrainingMessage.removed_at.is_(None),
            )
            .order_by(TrainingMessage.id)
        )
    )
    if len(rows) < len(wanted):
        raise MovedMeanwhileError("Somebody else has moved or removed one of them; look again.")
    return rows


def flush(session: Session) -> None:
    """Write what was changed.

    Raises:
        MovedMeanwhileError: Somebody else changed it too; the transaction must be rolled back.
    """
    try:
        session.flush()
    except (IntegrityError, StaleDataError) as error:
        raise MovedMeanwhileError(
            "Somebody else changed one of them at the same moment; look again."
        ) from error

"""Recognises the documents among a mail's attachments, and weighs what they say about its queue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from language.masking import mask
from language.normalisation import fold
from language.word_patterns import word_pattern
from triage.deciding.document_kinds import KINDS, DocumentKind
from triage.parsing.message import ParsedMail
from understanding.queues import QUEUES, Queue

SURE = 0.9
"""A queue that is likelier than this, with what the documents say, is decided."""

_HEADING = 300
"""Characters at the beginning of a document in which its heading stands."""

_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_NEW_WORD = re.compile(r"(?<=[a-zæøåäöüßąćęłńóśźżčėįšųūăâîșț])(?=[A-ZÆØÅÄÖÜĄĆĘŁŃÓŚŹŻČĖĮŠŲŪĂÂÎȘȚ])")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class _Patterns:
    kind: DocumentKind
    titles: re.Pattern[str]
    headings: re.Pattern[str]
    names: re.Pattern[str]


_PATTERNS = tuple(
    _Patterns(
        kind, word_pattern(kind.titles), word_pattern(kind.headings), word_pattern(kind.names)
    )
    for kind in KINDS
)


@dataclass(frozen=True)
class Document:
    """An attachment that was recognised.

    Attributes:
        kind: What it is.
        name: Its file name, masked; perhaps empty.
    """

    kind: DocumentKind
    name: str


@dataclass(frozen=True)
class Weighed:
    """Where a mail belongs, with its documents taken into account.

    Attributes:
        queue: The likeliest queue.
        confidence: 0 to 1, its probability.
        decided: Whether that is sure enough for no person to look.
    """

    queue: Queue
    confidence: float
    decided: bool


def recognise(name: str, text: str) -> DocumentKind | None:
    """Return what kind of document an attachment is: by its text, else by its file name.

    Args:
        name: Its file name, perhaps empty.
        text: The beginning of its text, empty where it has none that can be read.
    """
    words = _words(text)
    heading = words[:_HEADING]
    for one in _PATTERNS:
        if one.titles.search(words) or one.headings.search(heading):
            return one.kind
    named = _words(_NEW_WORD.sub(" ", _EXTENSION.sub("", name)))
    return next((one.kind for one in _PATTERNS if one.names.search(named)), None)


def documents_in(mail: ParsedMail) -> tuple[Document, ...]:
    """Return the attachments of a mail that are recognised, in its order."""
    found = ((recognise(a.name, a.text), mask(a.name)) for a in mail.attachments)
    return tuple(Document(kind, name) for kind, name in found if kind is not None)


def speaking_for(documents: Sequence[Document], queue: Queue) -> tuple[Document, ...]:
    """Return the documents that speak for a queue."""
    return tuple(document for document in documents if document.kind.queue == queue)


def weigh(queue: Queue | None, confidence: float, documents: Sequence[Document]) -> Weighed | None:
    """Take documents into account where the text of a mail leaves its queue open.

    Bayes' rule: the odds of the queue that the documents speak for, as the text has them, times the
    weight of the weightiest one. A text without anything to judge leaves all queues equally likely;
    one that is unsure leaves to each of the others an equal share of what is left.

    Args:
        queue: The likeliest by the text, None where there is nothing to judge.
        confidence: 0 to 1, how likely that is.
        documents: Those in the mail.

    Returns:
        None where nothing is to be changed: no document speaks for a queue, or they speak for
        several.
    """
    queues = {document.kind.queue for document in documents} - {None}
    if len(queues) != 1:
        return None
    (spoken,) = queues
    if spoken is None:
        return None
    weight = max(document.kind.weight for document in speaking_for(documents, spoken))
    if queue is None:
        before = 1 / len(QUEUES)
    elif queue == spoken:
        before = confidence
    else:
        before = (1 - confidence) / (len(QUEUES) - 1)
    after = before * weight / (before * weight + 1 - before)
    if queue is not None and queue != spoken and after <= confidence:
        return None
    return Weighed(spoken, after, decided=after >= SURE)


def _words(text: str) -> str:
    return _BETWEEN_WORDS.sub(" ", fold(text)).strip()

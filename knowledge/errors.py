"""What can go wrong with knowledge; each message says what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from web.translations import Translatable


class KnowledgeError(Exception):
    """The base of this room's errors."""


class UnknownTopicError(KnowledgeError, LookupError):
    """A slug is not in the catalogue of topics."""


class TopicError(KnowledgeError, ValueError):
    """A topic cannot be made or withdrawn; nothing was changed.

    Attributes:
        message: What is wrong and what to do, for the reader's language.
    """

    def __init__(self, message: Translatable) -> None:
        super().__init__(str(message))
        self.message = message


class EditConflictError(KnowledgeError):
    """Somebody else saved in between; nothing was changed."""


class PastTimeError(KnowledgeError, ValueError):
    """A draft cannot be published at a time that is over; nothing was changed."""


class OwnTextError(KnowledgeError, PermissionError):
    """Whoever wrote a text cannot review it; nothing was changed."""


class RecordError(KnowledgeError, ValueError):
    """A dated record cannot be kept beside the others; nothing was changed.

    Attributes:
        field: The field that has to be corrected, as the files name it.
        message: What is wrong and what to do, for the reader's language.
    """

    def __init__(self, field: str, message: Translatable) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class AnswerError(KnowledgeError, ValueError):
    """An answer to a guide's question cannot be used; what was typed is kept.

    Attributes:
        question: The question's name.
        message: What is wrong and what to do, for the reader's language.
    """

    def __init__(self, question: str, message: Translatable) -> None:
        super().__init__(f"{question}: {message}")
        self.question = question
        self.message = message


class MarkdownError(KnowledgeError, ValueError):
    """A body cannot be shown as an article.

    Attributes:
        line: The line of the body, counted from 1.
        message: What is wrong and what to do, for the reader's language.
    """

    def __init__(self, line: int, message: Translatable) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
        self.message = message


@dataclass(frozen=True)
class Finding:
    """Something wrong in a file of the content.

    Attributes:
        path: The file or folder.
        message: What is wrong and what to do, one sentence or two on one line.
    """

    path: Path
    message: str

    def __str__(self) -> str:
        """One line: `path: what is wrong and what to do`."""
        return f"{self.path}: {' '.join(self.message.split())}"


class ContentError(KnowledgeError, ValueError):
    """Files of the content cannot be read.

    Attributes:
        findings: What is wrong, file by file; never empty.
    """

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings

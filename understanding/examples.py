"""Training data as files: messages by intent (Rasa's NLU format), mails by queue."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from language.languages import LANGUAGES, Language, is_language
from understanding.errors import ExamplesError
from understanding.queues import MAIL_LABELS, Kind, MailLabel, is_mail_label, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FAQ = "faq/"
"""The labels of topics begin with it: faq/<slug>."""

OUT_OF_SCOPE = "out_of_scope"
"""The label of messages that no article and no dialogue answers."""


@dataclass(frozen=True)
class Example:
    """A message with what it is about.

    Attributes:
        text: As a person would type it.
        label: `faq/<slug>`, a dialogue intent, or `out_of_scope`.
        language: What it is written in.
    """

    text: str
    label: str
    language: Language


@dataclass(frozen=True)
class MailExample:
    """A mail with what it is; the body holds new text alone, no quotes.

    Attributes:
        subject: May be empty.
        body: What was written; of a mail with nothing new, what it forwards.
        label: The queue that it belongs in, or `automatic` or `spam`.
        language: What it is written in.
        topics: Slugs of what it is about, the best first.
    """

    subject: str
    body: str
    label: MailLabel
    language: Language
    topics: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is understood: the subject, an empty line, the body."""
        return f"{self.subject}\n\n{self.body}".strip()

    @property
    def kind(self) -> Kind:
        """Whether a person wrote it."""
        return kind_of(self.label)


def topic_of(label: str) -> str | None:
    """Return the slug of a topic's label, None for any other label."""
    return label[len(FAQ) :] if label.startswith(FAQ) else None


def read_nlu(directory: Path) -> list[Example]:
    """Read the messages of `<directory>/<language>.yml`, in Rasa's training data format 3.1.

    Raises:
        ExamplesError: There is no file, one is not of that format or of no language of ours, or
            a message stands under two intents.
    """
    examples = [
        Example(text, label, language)
        for path, language in _files(directory)
        for label, text in _messages(path)
    ]
    _check_contradictions(examples)
    return examples


def _messages(path: Path) -> Iterator[tuple[str, str]]:
    content = _load(path)
    entries = content.get("nlu") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise ExamplesError(f"{path} has no list `nlu`; see Rasa's training data format.")
    for entry in entries:
        if not isinstance(entry, dict):
            raise ExamplesError(f"{path}: {entry!r} is no entry with `intent` and `examples`.")
        if "intent" not in entry:
            continue  # synonyms, lookup tables and regular expressions hold no messages
        label, block = entry["intent"], entry.get("examples")
        if not isinstance(label, str) or not isinstance(block, str):
            raise ExamplesError(
                f"{path}: intent {label!r} needs a name and `examples: |` with lines `- message`."
            )
        for line in block.splitlines():
            if not line.strip():
                continue
            if not line.startswith("-") or not line[1:].strip():
                raise ExamplesError(f"{path}: under {label}: write `- message`, not {line!r}.")
            yield label, line[1:].strip()


def _check_contradictions(examples: Iterable[Example]) -> None:
    labels: dict[tuple[str, Language], str] = {}
    for example in examples:
        key = (example.text.casefold(), example.language)
        if labels.setdefault(key, example.label) != example.label:
            raise ExamplesError(
                f"{example.language}: {example.text!r} stands under {labels[key]} and under "
                f"{example.label}; keep one of them."
            )


def read_mails(directory: Path) -> list[MailExample]:
    """Read the mails of `<directory>/<language>.yml`: lists of label, topics, subject, body ….

    What stands below the body (`signature`, `quoted`) is not learnt from, but where there is no body.

    Raises:
        ExamplesError: There is no file, or one is not of that form.
    """
    return [example for example, _ in read_mail_entries(directory)]


def read_mail_entries(directory: Path) -> Iterator[tuple[MailExample, dict[str, Any]]]:
    """Yield the mails of `read_mails`, each with all that its file says of it.

    Raises:
        ExamplesError: There is no file, or one is not of that form.
    """
    for path, language in _files(directory):
        entries = _load(path)
        if not isinstance(entries, list):
            raise ExamplesError(f"{path} is no list of mails (label, subject, body).")
        for number, entry in enumerate(entries, start=1):
            fields = entry if isinstance(entry, dict) else {}
            yield _mail_example(fields, language, f"{path}: mail {number}"), fields


def _mail_example(fields: dict[str, Any], language: Language, place: str) -> MailExample:
    label, subject = fields.get("label"), fields.get("subject")
    body, topics = fields.get("body") or fields.get("quoted"), fields.get("topics", [])
    if not is_mail_label(label) or not isinstance(subject, str) or not isinstance(body, str):
        raise ExamplesError(
            f"{place} needs a label ({', '.join(MAIL_LABELS)}), a subject and a body, both texts."
        )
    if not isinstance(topics, list) or not all(isinstance(slug, str) for slug in topics):
        raise ExamplesError(f"{place}: its topics are no list of slugs.")
    return MailExample(subject.strip(), body.strip(), label, language, tuple(topics))


def _files(directory: Path) -> list[tuple[Path, Language]]:
    found: list[tuple[Path, Language]] = []
    for path in sorted(directory.glob("*.yml")):
        if not is_language(path.stem):
            raise ExamplesError(f"{path}: name the file by its language, {', '.join(LANGUAGES)}.")
        found.append((path, path.stem))
    if not found:
        raise ExamplesError(f"There is no training data, <language>.yml, in {directory}.")
    return found


def _load(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ExamplesError(f"{path} cannot be read: {error}") from error


def fingerprint(examples: Iterable[Example]) -> str:
    """Return a hash over the messages and their labels.

    Order, repetitions and languages play no part: Rasa's own training data, which forgets them,
    has the same fingerprint.
    """
    pairs = sorted({(example.text.strip(), example.label) for example in examples})
    return _hash(part for pair in pairs for part in pair)


def mails_fingerprint(mails: Iterable[MailExample]) -> str:
    """Return a hash over mails and their labels; their order plays no part."""
    pairs = sorted({(mail.text, str(mail.label)) for mail in mails})
    return _hash(part for pair in pairs for part in pair)


def _hash(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()

"""Taking training messages over from files, without undoing what was done with them here.

`plan` compares and changes nothing; its steps are carried out, and put into lines, as those of the
articles (`knowledge.importing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.importing import Step
from language.normalisation import fold
from learning.errors import MessageFilesError
from learning.messages import as_message, digest_of, new_message
from learning.models import TrainingMessage
from storage.times import now
from understanding.examples import Example

_Filed = dict[tuple[str, str], Example]
"""Messages of the files by language and digest."""

_Here = dict[tuple[str, str], TrainingMessage]
"""Messages of the database by language and digest, also those that were removed."""


def plan(session: Session, examples: Iterable[Example], *, overwrite: bool = False) -> list[Step]:
    """Compare the messages of files with those of the database.

    Args:
        session: Read only.
        examples: What the files say. Languages of which there is no file are left alone.
        overwrite: Whether the files win over what was moved or removed here since the last
            import. Messages that were added here stay in any case.

    Returns:
        A step for each message of the files, and for each that is here only.

    Raises:
        MessageFilesError: A text stands under two labels of a language.
    """
    filed = _by_digest(examples)
    here = {(row.language, row.digest): row for row in session.scalars(select(TrainingMessage))}
    languages = {row.language for row in here.values()}
    steps = [
        _step(here.get(key), example, is_first=example.language not in languages, wins=overwrite)
        for key, example in filed.items()
    ]
    return [*steps, *_only_here(here, filed)]


def _by_digest(examples: Iterable[Example]) -> _Filed:
    filed: _Filed = {}
    for example in examples:
        text = as_message(example.text)
        one = Example(text, example.label, example.language)
        before = filed.setdefault((one.language, digest_of(fold(text))), one)
        if before.label != one.label:
            raise MessageFilesError(
                f"{one.language}.yml: {text!r} stands under {before.label} and under {one.label}; "
                "keep one of them."
            )
    return filed


def _step(row: TrainingMessage | None, example: Example, *, is_first: bool, wins: bool) -> Step:
    file = f"{example.language}.yml"
    # The first import of a language is told in one line, not in one for each label.
    group = file if is_first else f"{file} {example.label}"
    item = _quoted(example.text)
    if row is None:

        def add(session: Session, author: str) -> None:
            session.add(
                new_message(
                    example.language, example.label, example.text, author=author, from_files=True
                )
            )

        return Step(group, item, "add", "", add)

    def take_over(_session: Session, _author: str) -> None:
        row.label, row.text = example.label, example.text
        row.removed_at = row.removed_by = None
        row.in_files = True

    if row.removed_at is None and (row.label, row.text) == (example.label, example.text):
        return Step(group, item, "same", "", take_over)
    if row.in_files or wins:
        return Step(group, item, "change", _change(row, example), take_over)
    return Step(group, item, "keep", _difference(row, example), _nothing)


def _change(row: TrainingMessage, example: Example) -> str:
    if not row.in_files:
        return f"overwrites: {_difference(row, example)}"
    if row.removed_at is not None:
        return "brought back"
    return f"moved from {row.label}" if row.label != example.label else "spelt anew"


def _difference(row: TrainingMessage, example: Example) -> str:
    if row.removed_at is not None:
        return f"removed here by {row.removed_by}"
    if row.label != example.label:
        return f"stands here under {row.label}"
    return "spelt otherwise here"


def _only_here(here: _Here, filed: _Filed) -> Sequence[Step]:
    """Return what happens with messages of the files' languages that no file holds."""
    languages = {language for language, _ in filed}
    return [
        _taken_out(row)
        if row.in_files
        else Step(_group(row), _quoted(row.text), "keep", "only here; export writes it", _nothing)
        for key, row in here.items()
        if key not in filed and row.language in languages and row.removed_at is None
    ]


def _taken_out(row: TrainingMessage) -> Step:
    def take_out(_session: Session, author: str) -> None:
        row.removed_at, row.removed_by = now(), author

    return Step(
        _group(row), _quoted(row.text), "change", "removed; no longer in the files", take_out
    )


def _group(row: TrainingMessage) -> str:
    return f"{row.language}.yml {row.label}"


def _quoted(text: str) -> str:
    return f'"{text}"'


def _nothing(_session: Session, _author: str) -> None:
    """Change nothing."""

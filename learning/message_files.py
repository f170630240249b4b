"""Training messages as files, `<language>.yml` in Rasa's training data format 3.1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from knowledge.whole_files import write_whole
from language.languages import LANGUAGES
from learning.messages import training_examples
from understanding.errors import ExamplesError
from understanding.examples import Example, read_nlu


def export_messages(session: Session, directory: Path) -> list[Path]:
    """Write the messages that the bot learns from as files.

    A file that holds the same messages already is left alone. In one that is written anew, comments
    at its head stay, and what it held before keeps its order.

    Args:
        session: Read only.
        directory: Made where it is not there.

    Returns:
        The files that were written.

    Raises:
        ExamplesError: There is a file that cannot be read.
        ExportError: A file cannot be written.
    """
    return write_messages(training_examples(session), directory)


def write_messages(examples: Iterable[Example], directory: Path) -> list[Path]:
    """Write messages as files; see `export_messages`."""
    before = read_nlu(directory) if any(directory.glob("*.yml")) else []
    given = list(examples)
    written: list[Path] = []
    for language in LANGUAGES:
        path = directory / f"{language}.yml"
        held = [one for one in before if one.language == language]
        wanted = [one for one in given if one.language == language]
        if set(held) == set(wanted) and (path.exists() or not wanted):
            continue
        write_whole(path, _content(_in_order(held, wanted), _head(path)))
        written.append(path)
    return written


def _in_order(held: Sequence[Example], wanted: Sequence[Example]) -> dict[str, list[str]]:
    """Return the texts by label: those that the file held in its order, then the others."""
    places = {one: place for place, one in enumerate(held)}
    ordered = sorted(wanted, key=lambda one: places.get(one, len(places)))
    found: dict[str, list[str]] = {one.label: [] for one in held if one.label in _labels(wanted)}
    for label in dict.fromkeys(one.label for one in wanted):
        found.setdefault(label, [])
    for one in ordered:
        found[one.label].append(one.text)
    return found


def _labels(examples: Sequence[Example]) -> set[str]:
    return {one.label for one in examples}


def _head(path: Path) -> list[str]:
    """Return the comments with which a file begins."""
    if not path.exists():
        return []
    head: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            break
        head.append(line)
    return head


def _content(texts: dict[str, list[str]], head: Sequence[str]) -> str:
    lines = [*head, 'version: "3.1"', "", "nlu:" if texts else "nlu: []"]
    for label, block in texts.items():
        lines += [f"- intent: {label}", "  examples: |", *(f"    - {text}" for text in block)]
    return "\n".join(lines) + "\n"


def read_messages(directory: Path) -> list[Example]:
    """Read the messages of files.

    Raises:
        ExamplesError: There is none, or one cannot be read; the message says which and why.
    """
    if not directory.is_dir():
        raise ExamplesError(f"{directory} is no folder; name one with files <language>.yml.")
    return read_nlu(directory)

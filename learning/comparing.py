"""Compares a new model with today's, on the same messages, none of which either was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from learning.figures import rows_of
from learning.versions import Version
from understanding.examples import Example
from understanding.judgements import (
    Comparison,
    compare,
    judged_by,
    key_of,
    load_judgements,
)
from understanding.model import Understanding


@dataclass(frozen=True)
class Compared:
    """A new model beside today's.

    Attributes:
        messages: On the training messages, each judged out of fold.
        validation: On messages that no model is trained on; without counts where there are none.
    """

    messages: Comparison
    validation: Comparison = field(default_factory=Comparison)

    def figures(self) -> list[dict[str, Any]]:
        """Return the counts as a run keeps them; see learning/figures.py."""
        return [
            *rows_of(self.messages, validation=False),
            *rows_of(self.validation, validation=True),
        ]

    def changes(self) -> list[dict[str, Any]]:
        """Return what got better and worse, as columns of `models.ChangedMessage`."""
        return [
            {
                "validation": validation,
                "language": change.example.language,
                "text": change.example.text,
                "label": change.example.label,
                "better": change.is_better,
                "before": asdict(change.before),
                "after": asdict(change.after),
            }
            for validation, comparison in ((False, self.messages), (True, self.validation))
            for change in comparison.changes
        ]


def compare_versions(
    before: Version | None,
    after: Version,
    examples: Sequence[Example],
    validation: Sequence[Example] = (),
) -> Compared:
    """Compare two versions.

    What a model was trained on it is judged on out of fold: by classifiers that were trained
    without the message; one that the encoder was tuned on is left out. Messages that are new to
    today's model it is asked directly. Of the messages for validation those are left out that either
    was trained on.

    Args:
        before: Today's; None where there is none.
        after: The new one.
        examples: The messages that the new one was trained on.
        validation: Further messages.

    Raises:
        UnderstandingError: One of the versions cannot be read.
    """
    versions = [version for version in (before, after) if version is not None]
    known = [load_judgements(version.judgements) for version in versions]
    models = [Understanding.load(version.understanding) for version in versions]
    judged_anew = [example for example in examples if key_of(example) in known[-1]]
    trained_on = {key for one in known for key in one} | {key_of(one) for one in examples}
    held_back = [example for example in validation if key_of(example) not in trained_on]

    def on(messages: Sequence[Example]) -> Comparison:
        judged = [judged_by(m, k, messages) for m, k in zip(models, known, strict=True)]
        return compare(messages, judged[0] if before is not None else None, judged[-1])

    return Compared(on(judged_anew), on(held_back) if held_back else Comparison())

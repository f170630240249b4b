"""How a run's model compares with the one before it, as it is kept with the run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from language.languages import Language, is_language
from understanding.judgements import Comparison, Counts


@dataclass(frozen=True)
class Figures:
    """The counts of one language.

    Attributes:
        language: None for all languages together.
        validation: Whether the messages are those that no model is ever trained on.
        before: Of the model that was active; None where there was none.
        after: Of the run's model.
    """

    language: Language | None
    validation: bool
    before: Counts | None
    after: Counts


def rows_of(comparison: Comparison, *, validation: bool) -> list[dict[str, Any]]:
    """Return a comparison's counts as they are kept."""
    return [
        {
            "language": language,
            "validation": validation,
            "before": asdict(comparison.before[language]) if comparison.before else None,
            "after": asdict(after),
        }
        for language, after in comparison.after.items()
    ]


def figures_of(rows: list[dict[str, Any]] | None, *, validation: bool) -> list[Figures]:
    """Return the counts of a run by language, all languages together first."""
    return [
        Figures(
            row["language"] if is_language(row["language"]) else None,
            validation,
            Counts(**row["before"]) if row["before"] else None,
            Counts(**row["after"]),
        )
        for row in rows or []
        if row["validation"] == validation
    ]

"""What a model makes of messages that it was not trained on, counted and compared by language."""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np

from language.languages import LANGUAGES, Language
from language.normalisation import fold
from understanding.bands import FAQ_INTENT, SHOWN, Band, Decider
from understanding.errors import JudgementsError
from understanding.examples import OUT_OF_SCOPE, topic_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from understanding.bands import Decision
    from understanding.examples import Example
    from understanding.model import Understanding, Understood

Outcome = Literal["right", "shown", "unhelpful", "wrong"]
"""From best to worst: the right thing is done (out of scope: refused); the right topic is among
those shown; neither helped nor misled (refused, or topics offered that do not fit); something
wrong is answered."""

OUTCOMES: tuple[Outcome, ...] = ("right", "shown", "unhelpful", "wrong")


@dataclass(frozen=True)
class Judgement:
    """What a model did with a message that it was not trained on.

    Attributes:
        intent: `faq`, a dialogue intent, or `out_of_scope`.
        band: What was done.
        topics: The likeliest topics, the first one first, as many as a choice offers.
        confidence: Calibrated probability of intent and first topic.
    """

    intent: str
    band: Band
    topics: tuple[str, ...]
    confidence: float

    @classmethod
    def of(cls, decided: Decision | Understood) -> Judgement:
        """Return what is kept of a decision."""
        topics = tuple(slug for slug, _ in decided.ranking[:SHOWN])
        return cls(decided.intent, decided.band, topics, round(decided.confidence, 4))

    def outcome(self, label: str) -> Outcome:
        """Return how good this was for a message with this label."""
        topic = topic_of(label)
        if topic is None:
            right = self.intent == label
            if label == OUT_OF_SCOPE:
                right = self.band == "refuse"
            return "right" if right else "wrong" if self.band == "answer" else "unhelpful"
        if self.band == "answer":
            right = self.intent == FAQ_INTENT and self.topics[:1] == (topic,)
            return "right" if right else "wrong"
        return "shown" if self.band == "choice" and topic in self.topics else "unhelpful"


@dataclass
class Counts:
    """Numbers of messages.

    Attributes:
        in_scope: About a topic.
        first: Of these: the right topic is the likeliest, whatever the band.
        shown: Of these: it is the answer, or among the choices shown.
        answered_wrongly: Of these: another topic, or a dialogue intent, is the answer.
        refused: Of these: refused.
        out_of_scope: Out of scope.
        out_of_scope_answered: Of these: answered as if in scope.
        dialogue: With a dialogue intent.
        dialogue_right: Of these: taken for it.
    """

    in_scope: int = 0
    first: int = 0
    shown: int = 0
    answered_wrongly: int = 0
    refused: int = 0
    out_of_scope: int = 0
    out_of_scope_answered: int = 0
    dialogue: int = 0
    dialogue_right: int = 0

    def add(self, label: str, judgement: Judgement) -> None:
        """Count one more message."""
        topic, outcome = topic_of(label), judgement.outcome(label)
        if topic is not None:
            self.in_scope += 1
            self.first += judgement.topics[:1] == (topic,)
            self.shown += outcome in ("right", "shown")
            self.answered_wrongly += outcome == "wrong"
            self.refused += judgement.band == "refuse"
        elif label == OUT_OF_SCOPE:
            self.out_of_scope += 1
            self.out_of_scope_answered += outcome == "wrong"
        else:
            self.dialogue += 1
            self.dialogue_right += outcome == "right"

    def share(self, name: str) -> float | None:
        """Return a count as a share of the messages that it is of; None of nothing."""
        whole = getattr(self, _whole(name))
        return getattr(self, name) / whole if whole else None


def _whole(name: str) -> str:
    kinds = ("out_of_scope", "dialogue")
    return next((kind for kind in kinds if name.startswith(kind)), "in_scope")


@dataclass(frozen=True)
class Change:
    """A message with which the new model does something better or worse than today's."""

    example: Example
    before: Judgement
    after: Judgement

    @property
    def is_better(self) -> bool:
        """Whether what is done now is better than before."""
        ranks = [
            OUTCOMES.index(one.outcome(self.example.label)) for one in (self.after, self.before)
        ]
        return ranks[0] < ranks[1]


@dataclass
class Comparison:
    """Two models on the same messages.

    Attributes:
        before: Counts of today's model by language, None for all; empty where there is none.
        after: Those of the new model.
        changes: What got better or worse, message by message.
    """

    before: dict[Language | None, Counts] = field(default_factory=dict)
    after: dict[Language | None, Counts] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)


def judge_out_of_fold(
    labels: Sequence[str],
    out_of_fold: NDArray[np.float64],
    right: NDArray[np.intp],
    folds: NDArray[np.intp],
) -> list[Judgement]:
    """Judge each message by classifiers that were trained without its fold.

    The thresholds, too, are chosen without the fold that is judged.

    Args:
        labels: The classifier's labels.
        out_of_fold: n × labels, as of `classifier.Trained`.
        right: n indices of the right labels.
        folds: n numbers.
    """
    decider = Decider(labels)
    found: list[Judgement | None] = [None] * len(right)
    for fold_number in np.unique(folds):
        others = folds != fold_number
        thresholds = decider.choose_thresholds(out_of_fold[others], right[others])
        for i in np.flatnonzero(~others):
            found[i] = Judgement.of(decider.decide(out_of_fold[i], thresholds))
    return [judgement for judgement in found if judgement is not None]


Known = dict[tuple[str, str], Judgement]
"""Judgements by language and folded text: a model is trained on the folded text too."""


def key_of(example: Example) -> tuple[str, str]:
    """Return what a message is known by, whatever its diacritics and capitals."""
    return example.language, fold(example.text)


def save_judgements(path: Path, judged: Mapping[tuple[str, str], Judgement]) -> None:
    """Write judgements; the same give the same bytes."""
    rows = [[*key, *asdict(judgement).values()] for key, judgement in sorted(judged.items())]
    content = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    path.write_bytes(gzip.compress(content, mtime=0))


def load_judgements(path: Path) -> Known:
    """Read judgements.

    Raises:
        JudgementsError: The file is missing or broken.
    """
    try:
        rows: list[list[Any]] = json.loads(gzip.decompress(path.read_bytes()))
        return {
            (language, text): Judgement(intent, cast("Band", band), tuple(topics), confidence)
            for language, text, intent, band, topics, confidence in rows
        }
    except (OSError, EOFError, ValueError, TypeError) as error:
        raise JudgementsError(
            f"{path} cannot be read ({error}); train anew with: ankomst train --force"
        ) from error


def judged_by(model: Understanding, known: Known, examples: Sequence[Example]) -> list[Judgement]:
    """Return what a model does with messages, none of which it is judged on after training on it.

    Args:
        model: Is asked about messages that it was not trained on.
        known: Its judgements, out of fold, of those that it was trained on.
        examples: Messages.
    """
    unknown = [example for example in examples if key_of(example) not in known]
    asked = model.understand_all([(example.text, example.language) for example in unknown])
    answers = {key_of(e): Judgement.of(u) for e, u in zip(unknown, asked, strict=True)}
    return [known.get(key_of(example)) or answers[key_of(example)] for example in examples]


def compare(
    examples: Sequence[Example],
    before: Sequence[Judgement] | None,
    after: Sequence[Judgement],
) -> Comparison:
    """Count and compare judgements of the same messages.

    Args:
        examples: The messages.
        before: What today's model does with them; None where there is none.
        after: What the new one does.
    """
    found = Comparison(after=_counted(examples, after))
    if before is None:
        return found
    found.before = _counted(examples, before)
    for example, old, new in zip(examples, before, after, strict=True):
        if old.outcome(example.label) != new.outcome(example.label):
            found.changes.append(Change(example, old, new))
    return found


def _counted(
    examples: Sequence[Example], judgements: Iterable[Judgement]
) -> dict[Language | None, Counts]:
    present = {example.language for example in examples}
    counts: dict[Language | None, Counts] = {None: Counts()}
    counts.update({language: Counts() for language in LANGUAGES if language in present})
    for example, judgement in zip(examples, judgements, strict=True):
        for language in (None, example.language):
            counts[language].add(example.label, judgement)
    return counts

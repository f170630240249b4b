"""What a model takes for something else: which messages went where, counted by what they are about."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from language.languages import LANGUAGES, Language
from understanding.bands import FAQ_INTENT
from understanding.examples import FAQ, OUT_OF_SCOPE, Example, topic_of
from understanding.judgements import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from understanding.judgements import Judgement, Known


@dataclass(frozen=True)
class Confusion:
    """Messages about one thing that went to another.

    Attributes:
        label: What they are about.
        went_to: The label of what was answered, or of the first topic that was offered; None where
            no answer was found.
        messages: All of them, the ones that were answered first, of these the surest first.
        answered: How many of them were answered.
        judged: So many messages about `label` were judged.
    """

    label: str
    went_to: str | None
    messages: tuple[Example, ...]
    answered: int
    judged: int

    @property
    def count(self) -> int:
        """How many messages these are."""
        return len(self.messages)

    @property
    def share(self) -> float:
        """Their share of the judged messages about `label`."""
        return self.count / self.judged

    @property
    def is_between_topics(self) -> bool:
        """Whether both are topics."""
        return all(topic_of(label or "") is not None for label in (self.label, self.went_to))

    @property
    def languages(self) -> dict[Language, int]:
        """How many there are in each language that has any."""
        counts = Counter(message.language for message in self.messages)
        return {language: counts[language] for language in LANGUAGES if language in counts}


@dataclass
class LabelCounts:
    """How the messages about one thing fared.

    Attributes:
        label: What they are about.
        judged: How many were judged.
        first: The right topic is the likeliest, whatever the band; of what is no topic: the right
            thing is done.
        shown: The right topic is the answer, or among the choices shown.
        refused: No answer was found; of what is out of scope that is right.
        answered_wrongly: Something else is the answer.
    """

    label: str
    judged: int = 0
    first: int = 0
    shown: int = 0
    refused: int = 0
    answered_wrongly: int = 0

    def add(self, judgement: Judgement) -> None:
        """Count one more message."""
        topic, outcome = topic_of(self.label), judgement.outcome(self.label)
        self.judged += 1
        self.first += outcome == "right" if topic is None else judgement.topics[:1] == (topic,)
        self.shown += outcome in ("right", "shown")
        self.refused += judgement.band == "refuse"
        self.answered_wrongly += outcome == "wrong"

    def share(self, name: str) -> float:
        """Return a count as a share of the messages that were judged."""
        return float(getattr(self, name) / self.judged)


@dataclass(frozen=True)
class Confusions:
    """What a model confuses.

    Attributes:
        judged: So many messages were judged.
        not_judged: So many were not, and are not counted.
        pairs: The most frequent first.
        labels: Of each label with judged messages, the one with the smallest share `first` first.
    """

    judged: int
    not_judged: int
    pairs: list[Confusion]
    labels: list[LabelCounts]

    def most_confused(self, most: int) -> list[str]:
        """Return the labels of the topics from which or to which most messages went astray.

        Args:
            most: So many at most.
        """
        counts: Counter[str] = Counter()
        for pair in self.pairs:
            for label in (pair.label, pair.went_to):
                if label is not None and topic_of(label) is not None:
                    counts[label] += pair.count
        return sorted(counts, key=lambda label: (-counts[label], label))[:most]


def confusions(examples: Iterable[Example], known: Known) -> Confusions:
    """Count what went where.

    Args:
        examples: Messages with what they are about now.
        known: What the model made of messages, out of fold; those that it does not hold are left out.
    """
    rows: dict[str, LabelCounts] = {}
    astray: defaultdict[tuple[str, str | None], list[tuple[Example, Judgement]]] = defaultdict(list)
    judged = not_judged = 0
    for example in examples:
        judgement = known.get(key_of(example))
        if judgement is None:
            not_judged += 1
            continue
        judged += 1
        rows.setdefault(example.label, LabelCounts(example.label)).add(judgement)
        went_to = _went_to(judgement)
        if went_to != (None if example.label == OUT_OF_SCOPE else example.label):
            astray[example.label, went_to].append((example, judgement))
    return Confusions(judged, not_judged, _pairs(astray, rows), _worst_first(rows.values()))


def _went_to(judgement: Judgement) -> str | None:
    if judgement.band == "refuse":
        return None
    return FAQ + judgement.topics[0] if judgement.intent == FAQ_INTENT else judgement.intent


def _pairs(
    astray: Mapping[tuple[str, str | None], Sequence[tuple[Example, Judgement]]],
    rows: Mapping[str, LabelCounts],
) -> list[Confusion]:
    pairs = [
        Confusion(
            label,
            went_to,
            tuple(example for example, _ in sorted(found, key=_surest_first)),
            sum(judgement.band == "answer" for _, judgement in found),
            rows[label].judged,
        )
        for (label, went_to), found in astray.items()
    ]
    return sorted(pairs, key=lambda pair: (-pair.count, pair.label, pair.went_to or ""))


def _surest_first(found: tuple[Example, Judgement]) -> tuple[bool, float]:
    _, judgement = found
    return judgement.band != "answer", -judgement.confidence


def _worst_first(rows: Iterable[LabelCounts]) -> list[LabelCounts]:
    return sorted(rows, key=lambda row: (row.share("first"), -row.judged, row.label))

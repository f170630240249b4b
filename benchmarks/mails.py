"""Sorting mails beside its peers: a bag of words, and spaCy's text categoriser.

All learn from the same training mails and are judged, in the same run, on the validation mails that
none of them saw. The peers name one of five labels and know no headers; the rules and the language
are ours, so for each of them the rules decide first as they do for us.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import spacy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from spacy.training import Example
from spacy.util import minibatch
from thinc.api import fix_random_seed

from ankomst.training_data import MAILS, MAILS_FOR_VALIDATION
from benchmarks.own_pipeline import KEPT, train_on_files
from triage.deciding.classifier import MailJudge, decide
from triage.deciding.evaluation import MailFigures, figures_by_language, sort_mails
from triage.deciding.written_mails import WrittenMail, read_written_mails
from understanding.calibration import lowest_threshold
from understanding.classifier import deal_folds
from understanding.mail_training import DECIDED_RIGHT
from understanding.mails import MailJudgement
from understanding.model import Understanding
from understanding.queues import MAIL_LABELS, QUEUES, MailLabel, kind_of

_PASSES = 12
_SEED = 1
_FOLDS = 5

Shares = dict[MailLabel, float]
Guess = Callable[[Sequence[str]], list[Shares]]


@dataclass(frozen=True)
class Sorter:
    """One way of sorting.

    Attributes:
        name: Which.
        figures: All languages together first, then each.
        training_seconds: Without encoding.
        median_ms: Of one mail from its bytes to the decision.
    """

    name: str
    figures: tuple[MailFigures, ...]
    training_seconds: float
    median_ms: float


def measure() -> Iterator[Sorter]:
    """Train and judge each."""
    training, validation = read_written_mails(MAILS), read_written_mails(MAILS_FOR_VALIDATION)
    trained = train_on_files("tuned", KEPT)
    model = Understanding.load(KEPT / "tuned.npz")
    yield _judged("ours", model, validation, trained["training_seconds"])
    for name, train in (("a bag of words", _bag_of_words), ("spaCy's categoriser", _categoriser)):
        started = time.perf_counter()
        guess = train(training)
        seconds = time.perf_counter() - started
        decided = _decided_from(train, training)
        yield _judged(name, _Peer(guess, decided), validation, seconds)


def _judged(
    name: str, judge: MailJudge, validation: Sequence[WrittenMail], seconds: float
) -> Sorter:
    times = []
    judged = []
    for mail in validation:
        started = time.perf_counter()
        judged += sort_mails([mail], partial(decide, understanding=judge))
        times.append(time.perf_counter() - started)
    return Sorter(name, figures_by_language(judged), seconds, sorted(times)[len(times) // 2] * 1000)


@dataclass(frozen=True)
class _Peer:
    """Judges by one classifier over five labels; topics it does not know."""

    guess: Guess
    decided: float

    def judge_mail(self, text: str) -> MailJudgement:
        return _judgement(self.guess([text])[0], self.decided)


def _judgement(shares: Shares, decided: float) -> MailJudgement:
    best = max(MAIL_LABELS, key=lambda label: shares[label])
    queue = max(QUEUES, key=lambda label: shares[label])
    kind = kind_of(best)
    return MailJudgement(
        kind=kind,
        kind_confidence=shares[best],
        queue=queue,
        confidence=shares[queue],
        decided=kind == "mail" and shares[queue] >= decided,
        probabilities={one: shares[one] for one in QUEUES},
        topics=(),
        carrying=(),
    )


def _decided_from(
    train: Callable[[Sequence[WrittenMail]], Guess], training: Sequence[WrittenMail]
) -> float:
    """Choose from when on a mail is decided as we do, by what was kept back."""
    examples = [mail.example for mail in training]
    folds = deal_folds([(e.label, e.language, e.text) for e in examples], _FOLDS)
    confidences, right = [], []
    for fold in range(_FOLDS):
        guess = train([mail for mail, one in zip(training, folds, strict=True) if one != fold])
        kept_back = [mail.example for mail, one in zip(training, folds, strict=True) if one == fold]
        for example, shares in zip(kept_back, guess([one.text for one in kept_back]), strict=True):
            judgement = _judgement(shares, 0.0)
            if judgement.kind == "mail":
                confidences.append(judgement.confidence)
                right.append(judgement.queue == example.label)
    return lowest_threshold(np.array(confidences), np.array(right, dtype=np.bool_), DECIDED_RIGHT)


def _bag_of_words(training: Sequence[WrittenMail]) -> Guess:
    model = make_pipeline(
        TfidfVectorizer(sublinear_tf=True, min_df=2, ngram_range=(1, 2)),
        LogisticRegression(C=20.0, max_iter=1000),
    )
    model.fit([m.example.text for m in training], [m.example.label for m in training])
    labels = list(model.classes_)

    def guess(texts: Sequence[str]) -> list[Shares]:
        return [dict(zip(labels, row.tolist(), strict=True)) for row in model.predict_proba(texts)]

    return guess


def _categoriser(training: Sequence[WrittenMail]) -> Guess:
    """Train spaCy's ensemble of a bag of words and a small network, for many languages."""
    fix_random_seed(_SEED)
    nlp = spacy.blank("xx")
    nlp.add_pipe(
        "textcat",
        config={
            "model": {
                "@architectures": "spacy.TextCatEnsemble.v2",
                "linear_model": {
                    "@architectures": "spacy.TextCatBOW.v3",
                    "exclusive_classes": True,
                    "ngram_size": 1,
                    "no_output_layer": False,
                    "length": 262144,
                },
                "tok2vec": {
                    "@architectures": "spacy.HashEmbedCNN.v2",
                    "width": 96,
                    "depth": 4,
                    "embed_size": 2000,
                    "window_size": 1,
                    "maxout_pieces": 3,
                    "subword_features": True,
                    "pretrained_vectors": None,
                },
            }
        },
    )
    examples = [
        Example.from_dict(
            nlp.make_doc(mail.example.text),
            {"cats": {label: float(label == mail.example.label) for label in MAIL_LABELS}},
        )
        for mail in training
    ]
    optimizer = nlp.initialize(lambda: examples)
    chance = random.Random(_SEED)  # noqa: S311 (it must be the same each time)
    for _ in range(_PASSES):
        chance.shuffle(examples)
        for batch in minibatch(examples, 32):  # type: ignore[no-untyped-call]
            nlp.update(batch, sgd=optimizer, drop=0.2)

    def guess(texts: Sequence[str]) -> list[Shares]:
        return [{label: doc.cats[label] for label in MAIL_LABELS} for doc in nlp.pipe(texts)]

    return guess

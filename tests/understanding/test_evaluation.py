"""Figures by cross-validation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.understanding.small import EXAMPLES, MAILS, TOPIC_QUEUES
from understanding.encoder import open_encoder
from understanding.encodings import KeptEncoder
from understanding.evaluation import Evaluation, evaluate


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    """Of the small data."""
    kept: Path = tmp_path_factory.mktemp("encodings")
    encoder = KeptEncoder(open_encoder("hashing"), kept)
    return evaluate(EXAMPLES, MAILS, TOPIC_QUEUES, encoder, folds=3)


def test_every_message_and_mail_is_judged_once(evaluation: Evaluation) -> None:
    whole, *languages = evaluation.messages
    assert [figures.language for figures in evaluation.messages] == [
        *(None, "da", "en", "pl", "lt", "ro", "de")
    ]
    assert (whole.in_scope, whole.out_of_scope, whole.dialogue) == (90, 30, 54)
    assert sum(figures.in_scope for figures in languages) == 90
    assert [(f.language, f.mails) for f in evaluation.mails] == [
        *((None, 18), ("da", 6), ("en", 6), ("pl", 6))
    ]


def test_the_whole_is_the_mean_of_the_languages(evaluation: Evaluation) -> None:
    whole, *languages = evaluation.messages
    for share in ("first_right", "shown_right", "answered_wrongly", "refused"):
        mean = sum(getattr(f, share) * f.in_scope for f in languages) / whole.in_scope
        assert getattr(whole, share) == pytest.approx(mean)


def test_shares_agree_with_each_other(evaluation: Evaluation) -> None:
    for figures in evaluation.messages:
        assert figures.answered_right <= figures.shown_right <= 1 - figures.refused
        assert figures.answered_right + figures.answered_wrongly + figures.refused <= 1 + 1e-9
        assert figures.out_of_scope_answered + figures.out_of_scope_offered <= 1
        assert 0 <= figures.calibration_error <= 1


def test_easy_data_are_understood(evaluation: Evaluation) -> None:
    whole = evaluation.messages[0]
    assert whole.first_right > 0.8
    assert whole.first_right_plain > 0.75
    assert evaluation.mails[0].right > 0.5

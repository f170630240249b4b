"""What of a message is encoded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from understanding.spelling import prepare, prepare_passage


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("  Hej\n\tmed  dig ", "Hej med dig"),
        ("Mit CPR er 010190-1234, hvad nu?", "Mit CPR er [CPR], hvad nu?"),
        ("JAK DOSTAĆ KARTĘ?", "jak dostać kartę?"),
        ("SKATTEKORT", "skattekort"),
        ("PD U2", "PD U2"),
        ("CPR?", "CPR?"),
        ("//hvordan får jeg et CPR-nummer?", "hvordan får jeg et CPR-nummer?"),
        ("- * Tax card…", "Tax card..."),
        ("...", "..."),
        ("?", "?"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_prepare(text: str, prepared: str) -> None:
    assert prepare(text) == prepared


def test_of_a_long_message_the_beginning_and_the_end_are_kept() -> None:
    text = "I am a carpenter. " + "It rains. " * 200 + "How do I get a tax card?"
    prepared = prepare(text)
    assert len(prepared) <= 501
    assert prepared.startswith("I am a carpenter. It rains.")
    assert prepared.endswith("It rains. How do I get a tax card?")


def test_one_endless_word_is_cut() -> None:
    assert prepare("a" * 990) == "a" * 200 + " " + "a" * 300


@pytest.mark.parametrize("prepared", [prepare, prepare_passage])
def test_characters_that_become_many_are_bounded(prepared: Callable[[str], str]) -> None:
    assert len(prepared("\ufdfa" * 900)) <= 600


def test_a_passage_keeps_its_beginning() -> None:
    assert prepare_passage("GDZIE JEST MOJA KARTA?") == "gdzie jest moja karta?"
    assert prepare_passage("a b " * 300) == "a b " * 150

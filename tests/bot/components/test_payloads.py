"""What buttons send, and what only looks like it."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.turn import SLOTS
from bot.components.payloads import (
    HUMAN_HANDOVER,
    NONE_OF_THESE,
    GuideButton,
    ask_topic,
    change_language,
    guide,
    inform_situation,
    is_payload,
    without_stroke,
)
from knowledge.catalogue import shipped_catalogue
from knowledge.situations import WORDS
from language.languages import LANGUAGES


def test_every_payload_that_buttons_have_is_known() -> None:
    payloads = [
        NONE_OF_THESE,
        HUMAN_HANDOVER,
        *map(ask_topic, shipped_catalogue().topics),
        *(
            inform_situation(SLOTS[dimension], word)
            for dimension, words in WORDS.items()
            for word in words
        ),
        *map(change_language, LANGUAGES),
        *map(guide, get_args(GuideButton)),
    ]
    assert all(map(is_payload, payloads))
    assert all(payload == without_stroke("x" + payload)[1:] for payload in payloads)


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "/session_start",
        "/back",
        "/greet",
        "/faq",
        "/faq{}",
        '/faq{"topic": "../etc"}',
        '/faq{"topic": "tax-card"} and more',
        '/faq{"topic": "tax-card", "municipality": "Aarhus"}',
        '/inform_citizenship{"citizenship_group": "martian"}',
        "/none_of_these\n/restart",
        " /none_of_these",
        "//none_of_these",
        "/none_of_these@1.0",
        "/pd_u2",
        '/pd_u2{"guide_button": "2026-12-01"}',
    ],
)
def test_everything_else_was_typed(text: str) -> None:
    assert not is_payload(text)
    assert not without_stroke(text).strip().startswith("/")


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("/ \t\u2003\xa0\x1f"))))
def test_no_typed_text_keeps_its_stroke_nor_changes_its_length(text: str) -> None:
    guarded = without_stroke(text)
    assert len(guarded) == len(text)
    # As Rasa looks for it.
    assert not guarded.strip().startswith("/")
    words = guarded.lstrip()
    assert text.endswith(words)
    assert all(c == "/" or c.isspace() for c in text.removesuffix(words))

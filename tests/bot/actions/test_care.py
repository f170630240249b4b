"""What comes before any question: the numbers that help, and calm."""

from __future__ import annotations

import pytest

from bot.actions.phrases import Phrases
from language.languages import LANGUAGES, Language
from tests.bot.actions.conftest import Actions, asks


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("cue", "number"), [("despair", "+45 70 201 201"), ("danger", "+45 70 20 25 50")]
)
def test_the_numbers_are_told_in_the_person_s_language(
    actions: Actions, language: Language, cue: str, number: str
) -> None:
    understood = {"intent": {"name": "distress"}, "language": language, "cues": [cue]}
    done = actions.run("action_care", "…", understood, form="citizenship_form")
    (message,) = done.said
    assert (message["kind"], message["language"]) == ("smalltalk", language)
    assert "[112](tel:112)" in message["text"]
    assert f"(tel:{number.replace(' ', '')})" in message["text"]
    assert number in message["text"].replace("\N{NO-BREAK SPACE}", " ")
    assert [button["payload"] for button in message["buttons"]] == ["/human_handover"]
    assert done.leaves_form
    assert done.then is None


def test_after_the_numbers_a_question_on_danger_is_answered(actions: Actions) -> None:
    understood = {**asks("trade-unions", "en"), "intent": {"name": "distress"}, "cues": ["danger"]}
    assert actions.run("action_care", "…", understood).then == "action_answer"
    followed = actions.run("action_answer", "…", understood, ran=["action_care"])
    assert [m["topic"] for m in followed.said] == ["trade-unions"]


def test_despair_is_not_followed_by_an_article(actions: Actions) -> None:
    understood = {
        **asks("tax-rates"),
        "intent": {"name": "distress"},
        "cues": ["despair", "danger"],
    }
    assert actions.run("action_care", "…", understood).then is None


def test_an_insult_is_answered_in_one_calm_message(actions: Actions, phrases: Phrases) -> None:
    understood = {"intent": {"name": "insult"}, "language": "pl", "cues": ["insult"]}
    done = actions.run("action_care", "…", understood, form="citizenship_form")
    (message,) = done.said
    assert message["text"] == phrases.text("pl", "care_insult")
    assert not done.leaves_form

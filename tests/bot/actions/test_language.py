"""The language of a conversation: asked for when in doubt, kept when chosen."""

from __future__ import annotations

from typing import Any

import pytest

from bot.actions.phrases import Phrases
from bot.components.payloads import change_language
from knowledge.answers import title
from language.languages import LANGUAGES, NAMES, Language
from storage.database import Database
from tests.bot.actions.conftest import Actions, asks, button

NORDIC = {"citizenship_group": "nordic"}
_QUESTION = "umowa"


def _doubtful(language: Language = "pl") -> dict[str, Any]:
    return {**asks("employment-contract", language), "doubtful_language": True}


def _put_off(actions: Actions, understood: dict[str, Any], text: str = _QUESTION) -> dict[str, Any]:
    """The slots after a message in doubt was put off in an English conversation."""
    slots = {**NORDIC, "language": "en"}
    asked = actions.run(
        "action_change_language", text, understood, slots=slots, ran=["action_answer"]
    )
    return {**slots, **asked.slots}


def test_a_language_in_doubt_is_asked_for(actions: Actions, phrases: Phrases) -> None:
    slots = {"language": "en"}
    first = actions.run("action_answer", _QUESTION, _doubtful(), slots=slots)
    assert (first.said, first.then) == ([], "action_change_language")
    assert "language" not in first.slots
    asked = actions.run(
        "action_change_language", _QUESTION, _doubtful(), slots=slots, ran=["action_answer"]
    )
    (question,) = asked.said
    assert question["kind"] == "question"
    # Whoever cannot read the one can read the other.
    assert question["text"].split("\n\n") == [
        phrases.text("en", "ask_language"),
        phrases.text("pl", "ask_language"),
    ]
    assert [b["label"] for b in question["buttons"]] == list(NAMES.values())
    assert asked.slots["language_asked"] is True
    assert asked.slots["put_off"]["text"] == _QUESTION
    assert asked.then is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", [True, False])
def test_what_was_asked_is_answered_in_the_language_chosen(
    actions: Actions, knowledge_database: Database, language: Language, typed: bool
) -> None:
    slots = _put_off(actions, _doubtful())
    payload = change_language(language)
    said = (
        (NAMES[language], {}) if typed else (payload, button("change_language", language=language))
    )
    chosen = actions.run("action_change_language", *said, slots=slots)
    assert [m["language"] for m in chosen.said] == [language]
    assert chosen.then == "action_answer"
    slots |= chosen.slots
    answered = actions.run("action_answer", *said, slots=slots, ran=["action_change_language"])
    with knowledge_database.transaction() as session:
        expected = title(session, "employment-contract", language)
    assert expected is not None
    assert expected in answered.said[0]["text"]
    assert answered.said[0]["confidence"] == 0.97
    assert (answered.slots["put_off"], slots["language_chosen"]) == (None, True)


def test_small_talk_and_what_nothing_answers_are_put_off_too(
    actions: Actions, phrases: Phrases
) -> None:
    for intent, action, phrase in (
        ("thanks", "action_smalltalk", "thanks"),
        ("out_of_scope", "action_fallback", "out_of_scope"),
    ):
        understood = {
            "intent": {"name": intent},
            "band": "refuse",
            "language": "lt",
            "doubtful_language": True,
        }
        first = actions.run(action, "labai labai", understood, slots={"language": "en"})
        assert first.then == "action_change_language"
        slots = _put_off(actions, understood, "labai labai")
        said = (change_language("lt"), button("change_language", language="lt"))
        chosen = actions.run("action_change_language", *said, slots=slots)
        assert chosen.then == action
        ran = ["action_change_language"]
        answered = actions.run(action, *said, slots=slots | chosen.slots, ran=ran)
        assert answered.said[0]["text"] == phrases.text("lt", phrase)


@pytest.mark.parametrize(
    ("slots", "form", "text"),
    [
        ({"language_asked": True}, None, _QUESTION),  # asked once at most
        ({"language_chosen": True}, None, _QUESTION),
        ({}, "stay_form", _QUESTION),  # a short reply to what was asked
    ],
)
def test_it_is_not_asked_for(
    actions: Actions, slots: dict[str, Any], form: str | None, text: str
) -> None:
    known = {**NORDIC, "language": "en", **slots}
    done = actions.run("action_answer", text, _doubtful(), slots=known, form=form)
    assert [m["language"] for m in done.said] == ["en"]
    assert "put_off" not in done.slots


def test_a_question_of_its_own_within_a_form_is_put_off(actions: Actions) -> None:
    done = actions.run(
        "action_answer", "umowa?", _doubtful(), slots={"language": "en"}, form="stay_form"
    )
    assert done.then == "action_change_language"


def test_a_language_without_doubt_is_not_asked_for(actions: Actions) -> None:
    slots = {**NORDIC, "language": "en"}
    kept = actions.run("action_answer", "contract", asks("employment-contract", "en"), slots=slots)
    assert kept.said[0]["language"] == "en"
    changed = actions.run("action_answer", "umowa", asks("employment-contract", "pl"), slots=slots)
    assert changed.said[0]["language"] == "pl"


def test_the_way_to_a_person_waits_for_no_language(actions: Actions) -> None:
    understood = {"intent": {"name": "human_handover"}, "language": "pl", "doubtful_language": True}
    done = actions.run("action_handover", "konsultant", understood, slots={"language": "en"})
    assert done.kinds == ["handover"]


def test_without_any_language_known_it_is_asked_for_in_the_likeliest(
    actions: Actions, phrases: Phrases
) -> None:
    asked = actions.run("action_change_language", _QUESTION, _doubtful(), ran=["action_answer"])
    assert asked.said[0]["text"] == phrases.text("pl", "ask_language")


def test_another_question_takes_the_place_of_the_one_put_off(actions: Actions) -> None:
    slots = _put_off(actions, _doubtful())
    done = actions.run("action_answer", "x", asks("employment-contract", "en"), slots=slots)
    assert done.said[0]["language"] == "en"
    assert done.slots["put_off"] is None


def test_asked_for_in_other_words_what_was_put_off_is_kept(actions: Actions) -> None:
    slots = _put_off(actions, _doubtful())
    again = {"intent": {"name": "change_language"}}
    asked = actions.run("action_change_language", "another language", again, slots=slots)
    assert asked.slots["put_off"] == slots["put_off"]


@pytest.mark.parametrize("action", ["action_answer", "action_fallback", "action_smalltalk"])
def test_a_request_changes_the_language_whatever_it_was_understood_as(
    actions: Actions, action: str
) -> None:
    understood = {"intent": {"name": "greet"}, "language": "pl"}
    assert actions.run(action, "po polsku prosze", understood).then == "action_change_language"


def test_the_name_of_a_language_in_a_message_in_doubt_is_no_request(actions: Actions) -> None:
    asked = actions.run(
        "action_change_language",
        "deutsche Steuerkarte",
        {**asks("tax-card", "de"), "doubtful_language": True},
        slots={"language": "en"},
        ran=["action_answer"],
    )
    assert asked.kinds == ["question"]

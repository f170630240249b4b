"""The language of a conversation: asked for when in doubt, kept when chosen."""

from __future__ import annotations

from typing import Any

import pytest

from bot.actions.phrases import Phrases
from bot.actions.seventh_languages import load_seventh_languages
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
    for intent, action, expected in (
        ("thanks", "action_smalltalk", phrases.text("lt", "thanks")),
        ("out_of_scope", "action_fallback", phrases.text("lt", "out_of_scope")),
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
        assert answered.said[0]["text"] == expected


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


_FINNISH = {"language": None, "seventh_language": "fi"}


@pytest.mark.parametrize("action", ["action_answer", "action_fallback", "action_smalltalk"])
def test_a_seventh_language_is_told_in_it_which_six_there_are(
    actions: Actions, phrases: Phrases, action: str
) -> None:
    understood = {**asks("employment-contract"), **_FINNISH}
    slots = {"language": "pl"}
    first = actions.run(action, "miten saan sopimuksen", understood, slots=slots)
    assert (first.said, first.then) == ([], "action_change_language")
    told = actions.run(
        "action_change_language", "miten saan sopimuksen", understood, slots=slots, ran=[action]
    )
    (message,) = told.said
    assert message["kind"] == "fallback"
    assert message["text"].split("\n\n") == [
        load_seventh_languages()["fi"],
        *(phrases.text(language, "seventh_language") for language in ("pl", "en", "da")),
    ]
    labels = [b["label"] for b in message["buttons"]]
    assert labels == [*NAMES.values(), phrases.text("pl", "handover_button")]
    assert "language" not in told.slots


def test_of_a_language_that_is_not_sure_english_and_danish_tell(
    actions: Actions, phrases: Phrases
) -> None:
    for seventh in (None, "mk"):
        understood = {"language": None, "seventh_language": seventh}
        told = actions.run(
            "action_change_language", "треба ми", understood, ran=["action_fallback"]
        )
        assert told.said[0]["text"].split("\n\n") == [
            phrases.text("en", "seventh_language"),
            phrases.text("da", "seventh_language"),
        ]


def test_what_was_asked_in_a_seventh_language_is_answered_in_the_one_chosen(
    actions: Actions,
) -> None:
    text = "miten saan sopimuksen"
    slots = _put_off(actions, {**asks("employment-contract"), **_FINNISH}, text)
    said = (change_language("de"), button("change_language", language="de"))
    chosen = actions.run("action_change_language", *said, slots=slots)
    assert chosen.then == "action_answer"
    slots |= chosen.slots
    answered = actions.run("action_answer", *said, slots=slots, ran=["action_change_language"])
    assert [(m["kind"], m["language"]) for m in answered.said] == [("answer", "de")]


def test_told_once_what_is_understood_in_a_seventh_language_is_answered(actions: Actions) -> None:
    understood = {**asks("employment-contract"), **_FINNISH}
    slots = {**NORDIC, "language": "en", "language_asked": True}
    done = actions.run("action_answer", "miten saan sopimuksen", understood, slots=slots)
    assert [(m["kind"], m["language"]) for m in done.said] == [("answer", "en")]
    again = actions.run("action_fallback", "mitä ihmettä", _FINNISH, slots=slots)
    assert again.then == "action_change_language"


def test_what_nothing_answers_in_a_seventh_language_is_not_told_twice(
    actions: Actions, phrases: Phrases
) -> None:
    slots = _put_off(actions, {"intent": {"name": "out_of_scope"}, **_FINNISH}, "mitä ihmettä")
    said = (change_language("de"), button("change_language", language="de"))
    chosen = actions.run("action_change_language", *said, slots=slots)
    ran = ["action_change_language"]
    done = actions.run("action_fallback", *said, slots=slots | chosen.slots, ran=ran)
    assert done.said[0]["text"] == phrases.text("de", "out_of_scope")

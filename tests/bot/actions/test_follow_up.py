"""Questions that lean on the one before, several at once, the same again, and one's own case."""

from __future__ import annotations

from typing import Any

import pytest

from bot.actions.phrases import Phrases
from language.languages import LANGUAGES, Language
from tests.bot.actions.conftest import PUBLIC_URL, Actions, asks

_EU = {"citizenship_group": "eu_eea_ch", "stay": "over_6_months", "occupation": "employee"}


def leans(*aspects: str, language: str = "en", relative: str | None = None) -> dict[str, Any]:
    """What the pipeline writes for a question that leans on the one before."""
    return {
        "intent": {"name": "follow_up"},
        "language": language,
        "aspects": list(aspects),
        "relative": relative,
    }


@pytest.mark.parametrize(
    ("aspect", "heading"),
    [
        ("how_long", "What happens next"),
        ("bring", "What to have ready"),
        ("when", "Deadlines and amounts"),
        ("where", "Where to get help"),
        ("how", "What to do"),
        ("next", "What happens next"),
    ],
)
def test_the_section_that_tells_it_is_given(actions: Actions, aspect: str, heading: str) -> None:
    slots = {**_EU, "topic": "eu-residence"}
    done = actions.run("action_answer", "…", leans(aspect), slots=slots)
    (message,) = done.said
    assert (message["kind"], message["topic"]) == ("answer", "eu-residence")
    others = {"What to do", "What to have ready", "Deadlines and amounts", "Where to get help"}
    headings = [line.strip("*") for line in message["text"].split("\n") if line.startswith("**")]
    assert len(headings) == 2
    assert headings[1].split(" ")[0] == heading.split(" ", maxsplit=1)[0]
    assert not (others - {heading}) & set(headings)
    assert message["sources"]
    assert "/en/articles/eu-residence" in message["text"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_costs_nothing_is_told_from_the_article(actions: Actions, language: Language) -> None:
    slots = {**_EU, "topic": "eu-residence"}
    done = actions.run("action_answer", "…", leans("cost", language=language), slots=slots)
    (message,) = done.said
    assert (message["topic"], message["language"]) == ("eu-residence", language)


def test_where_the_article_tells_nothing_of_it_that_is_said(
    actions: Actions, phrases: Phrases
) -> None:
    done = actions.run("action_answer", "…", leans("cost"), slots={"topic": "attendance-receipt"})
    (message,) = done.said
    assert message["kind"] == "fallback"
    assert message["text"].startswith(phrases.text("en", "not_in_article"))
    assert "/en/articles/attendance-receipt" in message["text"]
    assert [button["payload"] for button in message["buttons"]] == ["/human_handover"]


def test_what_the_section_depends_on_is_asked_first_and_then_it_is_given(actions: Actions) -> None:
    done = actions.run("action_answer", "…", leans("bring"), slots={"topic": "a-kasse"})
    assert done.said == []
    assert (done.slots["open_question"], done.slots["aspects"]) == ("citizenship", ["bring"])
    told = {"citizenship_group": "eu_eea_ch", "topic": "a-kasse", "aspects": ["bring"]}
    understood = {"intent": {"name": "inform_situation"}, "language": "en"}
    then = actions.run("action_answer", "EU", understood, slots=told, ran=["citizenship_form"])
    (message,) = then.said
    assert "What to have ready" in message["text"]
    assert "What to do" not in message["text"]
    assert then.slots["aspects"] == []


def test_another_question_in_its_place_is_answered_whole(actions: Actions) -> None:
    slots = {"topic": "a-kasse", "aspects": ["bring"]}
    understood = asks("trade-unions", "en")
    done = actions.run("action_answer", "…", understood, slots=slots, form="citizenship_form")
    assert "What to do" in done.said[0]["text"]
    told = {**slots, "citizenship_group": "eu_eea_ch"}
    question = "I am Polish, how do I join a trade union?"
    after = actions.run("action_answer", question, understood, slots=told, ran=["citizenship_form"])
    assert "What to do" in after.said[0]["text"]


@pytest.mark.parametrize(
    ("citizenship", "topic"),
    [
        ("eu_eea_ch", "family-eu"),
        ("nordic", "family-eu"),
        ("third_country", "family-third-country"),
    ],
)
def test_after_residence_a_relative_leads_to_the_family_s_own(
    actions: Actions, citizenship: str, topic: str
) -> None:
    slots = {**_EU, "citizenship_group": citizenship, "topic": "eu-residence"}
    done = actions.run("action_answer", "…", leans(relative="partner"), slots=slots)
    assert done.slots["topic"] == topic


def test_elsewhere_it_is_asked_what_is_meant(actions: Actions) -> None:
    done = actions.run("action_answer", "…", leans(relative="child"), slots={"topic": "tax-card"})
    assert done.said == []
    assert done.slots["open_question"] == "choice"
    assert done.slots["offered"] == [
        "tax-card",
        "child-benefit",
        "childcare-and-school",
        "family-eu",
        "family-third-country",
    ]


def test_two_questions_are_answered_in_their_order(actions: Actions) -> None:
    understood = {**asks("pets", "en"), "topics": ["trade-unions", "pets"]}
    done = actions.run("action_answer", "…", understood)
    assert [m["topic"] for m in done.said] == ["trade-unions", "pets"]
    assert done.slots["topic"] == "pets"


def test_the_second_question_waits_for_what_the_first_one_depends_on(actions: Actions) -> None:
    understood = {**asks("eu-residence", "en"), "topics": ["eu-residence", "pets"]}
    done = actions.run("action_answer", "…", understood, slots={"occupation": "employee"})
    assert done.said == []
    assert done.slots["topic"] == "eu-residence"
    assert done.slots["next_topics"] == ["pets"]
    told = {**_EU, "topic": "eu-residence", "next_topics": ["pets"]}
    reply = {"intent": {"name": "inform_situation"}, "language": "en"}
    then = actions.run("action_answer", "EU", reply, slots=told, ran=["citizenship_form"])
    assert [m["topic"] for m in then.said] == ["eu-residence", "pets"]
    assert then.slots["next_topics"] == []


def test_the_third_time_a_person_is_offered(actions: Actions, phrases: Phrases) -> None:
    counted: dict[str, int] = {}
    said = []
    for _ in range(3):
        done = actions.run("action_answer", "…", asks("pets", "en"), slots={"times_asked": counted})
        counted = done.slots["times_asked"]
        said.append([m["kind"] for m in done.said])
    assert said == [["answer"], ["answer"], ["answer", "smalltalk"]]
    assert done.said[1]["text"] == phrases.text("en", "asked_again")
    assert [button["payload"] for button in done.said[1]["buttons"]] == ["/human_handover"]


def test_it_is_offered_too_where_something_is_asked_first(actions: Actions) -> None:
    slots = {"times_asked": {"eu-residence": 2}}
    done = actions.run("action_answer", "…", asks("eu-residence", "en"), slots=slots)
    assert [m["kind"] for m in done.said] == ["smalltalk"]
    assert done.slots["open_question"] == "citizenship"


def test_one_s_own_case_is_handed_over_with_who_knows_and_how_long(
    actions: Actions, phrases: Phrases
) -> None:
    understood = {**asks("form-04063", "en"), "cues": ["own_case"]}
    done = actions.run("action_answer", "…", understood, slots=_EU)
    (message,) = done.said
    assert (message["kind"], message["topic"]) == ("handover", "form-04063")
    assert message["text"].startswith(phrases.text("en", "own_case"))
    assert "What happens next" in message["text"]
    assert message["sources"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_of_no_clear_topic_is_handed_over_too(
    actions: Actions, phrases: Phrases, language: Language
) -> None:
    understood = {"intent": {"name": "own_case"}, "language": language, "cues": ["own_case"]}
    done = actions.run("action_own_case", "…", understood)
    (message,) = done.said
    assert message["kind"] == "handover"
    assert message["text"] == phrases.text(language, "own_case_unknown")


def test_an_answer_leads_to_the_guides_that_go_with_it(actions: Actions) -> None:
    (message,) = actions.run("action_answer", "…", asks("form-04063", "en"), slots=_EU).said
    assert f"{PUBLIC_URL}/en/guides/form-04063?citizenship=eu_eea_ch" in message["text"]
    (other,) = actions.run("action_answer", "…", asks("pets", "en")).said
    assert "/guides/" not in other["text"]

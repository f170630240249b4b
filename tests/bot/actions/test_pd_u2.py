"""The guide PD U2 in the chat: what it asks, how it reads replies, what it says in the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from bot.actions.phrases import Phrases
from bot.actions.turn import GUIDE_DAYS
from bot.components.payloads import guide
from language.languages import LANGUAGES, Language
from tests.bot.actions.conftest import PUBLIC_URL, Actions, Done, asks, button
from web.dates import day, today

EU = {"citizenship_group": "eu_eea_ch"}
DATES = {"pd_u2_date": "2026-12-01", "pd_u2_last_day": "2027-02-28", "pd_u2_arrival": "not_known"}
GO_ON = button("pd_u2", guide_button="go_on")
BEGIN = button("pd_u2", guide_button="begin")


def _press(actions: Actions, which: Mapping[str, Any], slots: Mapping[str, Any]) -> Done:
    does = which["entities"][0]["value"]
    return actions.run("action_pd_u2", guide(does), which, slots=slots)


def _read(actions: Actions, slot: str, text: str, **slots: Any) -> Done:
    return actions.run(
        f"action_read_{slot}",
        text,
        {"language": slots.pop("language", "en")},
        slots={**EU, "pd_u2_guide": "asking", "pd_u2_date": "2026-12-01", **slots},
        form="pd_u2_form",
    )


@pytest.mark.parametrize(
    ("topic", "slots", "begins"),
    [
        ("pd-u2-registration", EU, True),
        ("pd-u2-extension", EU, True),
        ("pd-u2-registration", {"citizenship_group": "nordic"}, True),
        ("pd-u2-registration", {"citizenship_group": "third_country"}, False),
        ("jobnet-cv", EU, False),
        ("jobnet-cv", {**EU, "topic": "pd-u2-registration"}, True),
        ("tax-card", {**EU, "stay": "over_6_months"}, False),
    ],
)
def test_a_button_under_answers_on_pd_u2_begins_it(
    actions: Actions, phrases: Phrases, topic: str, slots: dict[str, str], begins: bool
) -> None:
    done = actions.run("action_answer", "x", asks(topic), slots=slots)
    begin = {"label": phrases.text("da", "pd_u2_begin"), "payload": guide("begin")}
    assert done.said[0]["buttons"] == ([begin] if begins else [])


@pytest.mark.parametrize(
    ("slots", "missing"),
    [
        ({}, "citizenship"),
        (EU, "pd_u2"),
        ({**EU, "pd_u2_date": "2026-12-01"}, "pd_u2"),
        ({"citizenship_group": "third_country"}, None),
        ({**EU, **DATES}, None),
        ({**DATES}, "citizenship"),
    ],
)
def test_only_what_is_not_known_is_asked(
    actions: Actions, slots: dict[str, str], missing: str | None
) -> None:
    done = _press(actions, GO_ON, slots)
    assert done.slots["open_question"] == missing
    assert done.slots["pd_u2_guide"] == ("asking" if missing else None)
    assert done.kinds == ([] if missing else ["answer"])
    assert not set(GUIDE_DAYS) & set(done.slots)


def test_beginning_anew_forgets_the_days_but_not_the_citizenship(actions: Actions) -> None:
    done = _press(actions, BEGIN, {**EU, **DATES})
    assert done.said == []
    assert done.slots["open_question"] == "pd_u2"
    assert {slot: done.slots[slot] for slot in GUIDE_DAYS} == dict.fromkeys(GUIDE_DAYS)
    assert "citizenship_group" not in done.slots


def test_after_the_citizenship_the_guide_goes_on(actions: Actions) -> None:
    payload = '/inform_situation{"citizenship_group": "eu_eea_ch"}'
    told = button("inform_situation", citizenship_group="eu_eea_ch")
    slots = {**EU, "topic": "pd-u2-registration"}
    done = actions.run(
        "action_answer",
        payload,
        told,
        slots={**slots, "pd_u2_guide": "asking"},
        ran=["citizenship_form"],
    )
    assert (done.said, done.then) == ([], "action_pd_u2")
    paused = actions.run(
        "action_answer",
        payload,
        told,
        slots={**slots, "pd_u2_guide": "paused"},
        ran=["citizenship_form"],
    )
    assert paused.kinds == ["answer"]
    assert paused.said[0]["buttons"][-1]["payload"] == guide("go_on")


def test_a_question_that_tells_the_citizenship_is_answered_first(actions: Actions) -> None:
    done = actions.run(
        "action_answer",
        "I am Polish, how do I reach the Danish tax agency?",
        asks("tax-agency-contact", "en"),
        slots={**EU, "topic": "pd-u2-registration", "pd_u2_guide": "asking"},
        ran=["citizenship_form"],
    )
    assert [message["topic"] for message in done.said] == ["tax-agency-contact"]
    assert done.slots["pd_u2_guide"] == "paused"
    assert done.said[0]["buttons"][-1]["payload"] == guide("go_on")


@pytest.mark.parametrize(
    ("slot", "text", "value"),
    [
        ("pd_u2_date", "2026-12-01", "2026-12-01"),
        ("pd_u2_date", "01/02/2026", "2026-02-01"),
        ("pd_u2_date", "it says the 1st of December 2026", "2026-12-01"),
        ("pd_u2_date", "1 December 2026?", "2026-12-01"),
        ("pd_u2_last_day", "28 Feb", "2027-02-28"),
        ("pd_u2_last_day", "2026-12-01", "2026-12-01"),
        ("pd_u2_last_day", "I do not know", "not_known"),
        ("pd_u2_last_day", "nie wiem", "not_known"),
        ("pd_u2_arrival", "sorry, not sure", "not_known"),
        ("pd_u2_arrival", "5.12.2026", "2026-12-05"),
    ],
)
def test_a_typed_reply_is_read(actions: Actions, slot: str, text: str, value: str) -> None:
    language = "pl" if text == "nie wiem" else "en"
    assert _read(actions, slot, text, language=language).slots[slot] == value


def test_a_question_without_its_mark_is_no_reply(actions: Actions) -> None:
    text = "how do I get a tax card when I arrive today"
    slots = {**EU, "pd_u2_guide": "asking"}
    other = actions.run("action_read_pd_u2_arrival", text, asks("tax-card", "en"), slots=slots)
    assert "pd_u2_arrival" not in other.slots
    text = "the PD U2 says that I have to be there by 1 December 2026"
    own = actions.run("action_read_pd_u2_date", text, asks("pd-u2-extension", "en"), slots=slots)
    assert own.slots["pd_u2_date"] == "2026-12-01"


def test_today_is_the_day_in_denmark(actions: Actions) -> None:
    assert _read(actions, "pd_u2_arrival", "today").slots["pd_u2_arrival"] == str(today())
    tomorrow = _read(actions, "pd_u2_arrival", "tomorrow").slots["pd_u2_arrival"]
    assert date.fromisoformat(tomorrow) == today() + timedelta(days=1)


@pytest.mark.parametrize("slot", ["pd_u2_last_day", "pd_u2_arrival"])
def test_a_button_leaves_a_question_open(actions: Actions, slot: str) -> None:
    done = actions.run(
        f"action_read_{slot}",
        guide("not_known"),
        button("pd_u2", guide_button="not_known"),
        slots={**EU, "pd_u2_guide": "asking"},
        form="pd_u2_form",
    )
    assert done.slots[slot] == "not_known"


@pytest.mark.parametrize(
    "text",
    [
        "How do I get a CPR number by 1 December 2026?",
        "hello",
        "in three weeks",
        "between 1 December and 3 December",
    ],
)
@pytest.mark.parametrize("slot", GUIDE_DAYS)
def test_anything_else_is_no_reply(actions: Actions, slot: str, text: str) -> None:
    assert slot not in _read(actions, slot, text).slots


@pytest.mark.parametrize(
    ("slot", "text", "problem"),
    [
        ("pd_u2_date", "31.02.2026", "I know no such day."),
        ("pd_u2_date", "12/31/2026", "I know no such day."),
        ("pd_u2_date", "I do not know", "Without this date I cannot count your days."),
        ("pd_u2_last_day", "30 November 2026", "The last day lies before the date on the PD U2."),
        ("pd_u2_arrival", "32 December", "I know no such day."),
    ],
)
def test_what_cannot_be_used_is_asked_for_again_with_the_reason(
    actions: Actions, slot: str, text: str, problem: str
) -> None:
    said = {"pd_u2_last_day": "2027-02-28"} if slot == "pd_u2_arrival" else {}
    done = _read(actions, slot, text, **said)
    assert done.slots[slot] is None  # which makes Rasa's form ask again
    again = actions.run(
        f"action_ask_{slot}",
        text,
        {"language": "en"},
        slots={**EU, "pd_u2_guide": "asking", "pd_u2_date": "2026-12-01", **said, slot: None},
        form="pd_u2_form",
    )
    assert again.said[0]["text"].startswith(problem)
    assert day(today(), "en") in again.said[0]["text"]  # an example


def test_the_next_question_says_which_day_was_read(actions: Actions) -> None:
    done = actions.run(
        "action_ask_pd_u2_last_day",
        "01/02/2027",
        {"language": "en"},
        slots={**EU, "pd_u2_guide": "asking", "pd_u2_date": "2027-02-01"},
        form="pd_u2_form",
    )
    assert done.said[0]["text"].startswith("I have noted: 1 February 2027.\n\nWhat is the last day")
    assert [b["payload"] for b in done.said[0]["buttons"]] == [guide("not_known"), guide("begin")]


def test_a_question_asked_later_says_no_day(actions: Actions) -> None:
    done = actions.run(
        "action_ask_pd_u2_last_day",
        guide("go_on"),
        GO_ON,
        slots={**EU, "language": "en", "pd_u2_date": "2027-02-01"},
    )
    assert done.said[0]["text"].startswith("What is the last day")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_steps_are_told_in_each_language(
    actions: Actions, phrases: Phrases, language: Language
) -> None:
    done = _press(actions, GO_ON, {**EU, **DATES, "language": language})
    said = done.said[0]
    heading = phrases.text(language, "pd_u2_steps").splitlines()[0]
    assert said["text"].startswith(heading)
    assert said["language"] == language
    for value in (date(2026, 12, 1), date(2026, 12, 8), date(2027, 2, 28)):
        assert day(value, language) in said["text"]
    assert f"({PUBLIC_URL}/{language}/articles/pd-u2-registration?citizenship=" in said["text"]
    assert f"({PUBLIC_URL}/{language}/articles/jobnet-cv" in said["text"]
    assert "None" not in said["text"]
    assert said["sources"]
    again = {"label": phrases.text(language, "pd_u2_again"), "payload": guide("begin")}
    assert said["buttons"] == [again]


def test_steps_are_numbered_with_their_days_papers_and_articles(actions: Actions) -> None:
    text = _press(actions, GO_ON, {**EU, **DATES, "language": "en"}).said[0]["text"]
    lines = text.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("2. "))
    page = f"{PUBLIC_URL}/en/articles/pd-u2-registration?citizenship=eu_eea_ch"
    assert lines[at] == f"2. **[Register in person as a jobseeker]({page})**"
    assert lines[at + 1] == "   - **At the latest: Tuesday, 8 December 2026**"
    assert any(line.startswith("   - Have this ready: your PD U2; ") for line in lines[at:])
    steps = [line for line in lines if line[:1].isdigit()]
    assert [line.split(".")[0] for line in steps] == [str(n) for n in range(1, 9)]


def test_a_citizen_of_another_country_learns_what_to_do_instead(actions: Actions) -> None:
    said = _press(actions, BEGIN, {"citizenship_group": "third_country", "language": "en"}).said
    assert [message["topic"] for message in said] == ["pd-u2-third-country"]
    assert "Write to the office that issued your PD U2" in said[0]["text"]
    assert said[0]["buttons"] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "action", ["action_answer", "action_fallback", "action_smalltalk", "action_restart"]
)
def test_a_typed_label_leads_to_the_guide_whatever_it_was_understood_as(
    actions: Actions, phrases: Phrases, action: str, language: Language
) -> None:
    for label in ("pd_u2_begin", "pd_u2_go_on", "pd_u2_again"):
        text = phrases.text(language, label).lower()
        done = actions.run(action, text, asks("pd-u2-registration"), slots=EU)
        assert (done.said, done.then) == ([], "action_pd_u2")


def test_the_typed_label_begins_anew(actions: Actions, phrases: Phrases) -> None:
    again = phrases.text("en", "pd_u2_again")
    slots = {**EU, **DATES}
    done = actions.run(
        "action_pd_u2", again, {"language": "en"}, slots=slots, ran=["action_answer"]
    )
    assert done.slots["pd_u2_date"] is None
    # Later in the same turn nothing is forgotten once more.
    done = actions.run(
        "action_pd_u2",
        again,
        {"language": "en"},
        slots=slots,
        ran=["action_answer", "action_pd_u2", "pd_u2_form"],
    )
    assert done.kinds == ["answer"]


@pytest.mark.parametrize(
    ("action", "understood"),
    [
        ("action_answer", asks("tax-agency-contact")),
        ("action_handover", {"intent": {"name": "human_handover"}}),
        ("action_fallback", {}),
    ],
)
def test_what_comes_in_between_says_how_to_go_on(
    actions: Actions, phrases: Phrases, action: str, understood: dict[str, Any]
) -> None:
    slots = {**EU, "pd_u2_guide": "asking", "pd_u2_date": "2026-12-01"}
    done = actions.run(
        action, "a question on something else, please?", understood, slots=slots, form="pd_u2_form"
    )
    assert done.leaves_form
    assert done.slots["pd_u2_guide"] == "paused"
    go_on = {"label": phrases.text("da", "pd_u2_go_on"), "payload": guide("go_on")}
    assert done.said[-1]["buttons"][-1] == go_on
    assert "pd_u2_date" not in done.slots


def test_small_talk_does_not_leave_the_guide(actions: Actions) -> None:
    done = actions.run(
        "action_smalltalk",
        "tak",
        {"intent": {"name": "thanks"}},
        slots={**EU, "pd_u2_guide": "asking"},
        form="pd_u2_form",
    )
    assert not done.leaves_form
    assert done.said[0]["buttons"] == []


def test_starting_again_says_nothing_of_the_guide(actions: Actions) -> None:
    slots = {**EU, **DATES, "pd_u2_guide": "paused"}
    done = actions.run("action_restart", "forfra", {"intent": {"name": "restart"}}, slots=slots)
    assert done.said[0]["buttons"] == []
    assert done.events[0]["event"] == "restart"


def test_without_a_guide_under_way_nothing_changes(actions: Actions) -> None:
    done = actions.run("action_answer", "x", asks("tax-agency-contact"), slots=EU)
    assert done.said[0]["buttons"] == []
    assert "pd_u2_guide" not in done.slots

"""Facts: what they may hold, when readers get the value, and how it is written in six languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from knowledge.content import CONTENT_DIRECTORY
from knowledge.documents import parse_document
from knowledge.errors import ContentError
from knowledge.fact_filling import facts_named, filled
from knowledge.facts import FACTS_FILE, Fact, read_facts, write_facts
from knowledge.markdown import to_chat
from language.languages import LANGUAGES, Language

TODAY = date(2026, 11, 27)
SOURCE = {"title": "Pay limit (nyidanmark.dk)", "url": "https://nyidanmark.dk/pay-limit"}


def fact(**data: Any) -> Fact:
    return Fact.model_validate({"source": SOURCE, "checked": date(2026, 11, 23)} | data)


AMOUNT = fact(kind="amount", value=552000, year=2026, as_of=date(2026, 1, 1))


def test_a_value_is_shown_for_a_year_after_an_official_page_held_it() -> None:
    number = fact(kind="telephone", value="+45 72 22 27 80", as_of=date(2026, 3, 1))
    assert not fact(kind="telephone", value="+45 72 22 27 80").is_confirmed(TODAY)
    assert number.is_confirmed(date(2027, 3, 1))
    assert not number.is_confirmed(date(2027, 3, 2))


def test_a_value_of_a_year_is_not_shown_after_that_year() -> None:
    assert AMOUNT.is_confirmed(date(2026, 12, 31))
    assert not AMOUNT.is_confirmed(date(2027, 1, 1))
    late = fact(kind="amount", value=1, year=2026, as_of=date(2026, 12, 1))
    assert late.confirmed_until() == date(2026, 12, 31)


def test_what_only_an_act_changes_is_shown_for_ever() -> None:
    rate = fact(kind="percent", value=55, stable=True)
    assert rate.is_confirmed(date(2040, 1, 1))
    assert rate.confirmed_until() is None


def test_a_value_that_is_not_known_is_never_shown() -> None:
    assert not fact(kind="amount").is_confirmed(TODAY)
    with pytest.raises(ValueError, match="no value"):
        fact(kind="amount").in_words("da")


@pytest.mark.parametrize(
    ("language", "amount", "percent", "day", "duration"),
    [
        ("da", "552.000 kr. (2026)", "7,5 %", "1. maj 2026", "2 uger"),
        ("en", "DKK 552,000 (2026)", "7.5%", "1 May 2026", "2 weeks"),
        ("pl", "552 000 DKK (2026)", "7,5%", "1 maja 2026", "2 tygodnie"),
        ("lt", "552 000 DKK (2026)", "7,5 %", "2026 m. gegužės 1 d.", "2 savaitės"),
        ("ro", "552.000 DKK (2026)", "7,5 %", "1 mai 2026", "2 săptămâni"),
        ("de", "552.000 DKK (2026)", "7,5 %", "1. Mai 2026", "2 Wochen"),
    ],
)
def test_a_value_is_written_as_the_language_writes_it(
    language: Language, amount: str, percent: str, day: str, duration: str
) -> None:
    written = [
        AMOUNT.in_words(language),
        fact(kind="percent", value=7.5).in_words(language),
        fact(kind="date", value=date(2026, 5, 1)).in_words(language),
        fact(kind="duration", value="2 weeks").in_words(language),
    ]
    assert [words.replace("\u00a0", " ") for words in written] == [amount, percent, day, duration]
    assert not any(" " in words for words in written)  # it is never broken over two lines


def test_a_text_is_given_in_each_language() -> None:
    words = {language: f"in {language}" for language in LANGUAGES}
    assert fact(kind="text", value=words).in_words("lt") == "in\u00a0lt"


def test_a_long_text_may_end_its_line_but_begins_no_list() -> None:
    words = dict.fromkeys(LANGUAGES, "1. July to 2. August")
    assert fact(kind="text", value=words).in_words("en") == "1.\u00a0July to 2. August"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "amount", "value": "a lot"}, "a number without dots or spaces"),
        ({"kind": "amount", "value": "552.000"}, "a number without dots or spaces"),
        ({"kind": "amount", "value": "1,125"}, "a number without dots or spaces"),
        ({"kind": "percent", "value": True}, "a number such as"),
        ({"kind": "percent", "value": float("nan")}, "a number such as"),
        ({"kind": "number", "value": -1}, "a number without dots or spaces"),
        ({"kind": "date", "value": "soon"}, "a date that exists"),
        ({"kind": "date", "value": "2026-02-30"}, "a date that exists"),
        ({"kind": "telephone", "value": "call us"}, "a telephone number such as"),
        ({"kind": "duration", "value": "a while"}, "a duration in English"),
        ({"kind": "text", "value": {"da": "x"}}, r"value.en\n  Field required"),
        ({"kind": "text", "value": dict.fromkeys(LANGUAGES, "[x](y)")}, "plain text, without"),
        ({"kind": "amount", "value": 5, "as_of": date(2026, 1, 1)}, "needs the year"),
        ({"kind": "amount", "as_of": date(2026, 1, 1)}, "the value that is confirmed"),
        ({"kind": "percent", "value": 5, "stable": True, "year": 2026}, "neither a year nor a day"),
        ({"kind": "amount", "value": 5, "size": 1}, "Extra inputs"),
    ],
)
def test_what_a_fact_may_not_be_is_said(data: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        fact(**data)


def test_what_does_not_go_together_is_said_where_it_can_be_mended() -> None:
    for data, place in (
        ({"kind": "amount", "stable": True}, ("value",)),
        ({"kind": "amount", "value": 5, "as_of": date(2026, 1, 1)}, ("year",)),
        ({"kind": "percent", "value": 5, "stable": True, "year": 2026}, ("stable",)),
        ({"kind": "text", "value": {"da": "x"} | dict.fromkeys(("en", "lt", "ro", "de"), "x")},
         ("value", "pl")),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as error:
            fact(**data)
        assert [one["loc"] for one in error.value.errors()] == [place]


def test_a_form_sends_numbers_as_text() -> None:
    assert fact(kind="amount", value="552000").value == 552000
    assert fact(kind="percent", value="7,5").value == 7.5


BODY = (
    "Pay: [see SIRI](fact:pay). Call [them](fact:phone) or [us](fact:unknown).\n\n"
    "::: only nordic\nTwice [see SIRI](fact:pay).\n:::\n"
)


def test_values_that_may_be_shown_stand_in_the_text_others_lead_to_their_source() -> None:
    facts = {"pay": AMOUNT, "phone": fact(kind="telephone", value="112")}
    document = parse_document(BODY)
    assert facts_named(document) == ("pay", "phone", "unknown")
    shown = to_chat(filled(document, facts, "en", TODAY).lead).replace("\u00a0", " ")
    assert shown == (
        "Pay: DKK 552,000 (2026). Call [them](https://nyidanmark.dk/pay-limit) or us.\n\n"
        "Twice DKK 552,000 (2026)."
    )
    later = to_chat(filled(document, facts, "en", date(2027, 1, 1)).lead)
    assert later.startswith("Pay: [see SIRI](https://nyidanmark.dk/pay-limit).")


def test_without_filling_the_words_stay() -> None:
    assert to_chat(parse_document(BODY).lead).startswith("Pay: see SIRI. Call them or us.")


def test_a_date_at_the_beginning_of_a_line_makes_no_list() -> None:
    facts = {"day": fact(kind="date", value=date(2026, 5, 1), as_of=date(2026, 5, 1))}
    document = filled(parse_document("[The day](fact:day) it begins.\n"), facts, "da", TODAY)
    assert to_chat(document.lead) == "1.\u00a0maj\u00a02026 it begins."


def test_facts_written_are_read_back(tmp_path: Path) -> None:
    facts = {
        "pay": AMOUNT,
        "day": fact(kind="date", value=date(2026, 5, 1), note="Look again: it moves."),
        "words": fact(kind="text", value=dict.fromkeys(LANGUAGES, "no")),
        "law": fact(kind="percent", value=0.867, stable=True),
        "open": fact(kind="telephone"),
    }
    path = tmp_path / FACTS_FILE
    path.write_text(write_facts(facts), encoding="utf-8")
    assert read_facts(path) == facts


def test_a_broken_file_names_the_fact(tmp_path: Path) -> None:
    path = tmp_path / FACTS_FILE
    path.write_text("pay: {kind: amount, value: 5}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"pay.source is missing"):
        read_facts(path)


def test_the_projects_facts_are_official_and_not_from_the_future() -> None:
    facts = read_facts(CONTENT_DIRECTORY / FACTS_FILE)
    for name, one in facts.items():
        assert one.source.url.startswith("https://"), name
        assert one.as_of is None or one.as_of <= one.checked, name

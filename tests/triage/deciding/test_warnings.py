"""What a mail says that must be seen first, in six languages, and what only sounds like it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from language.languages import LANGUAGES
from triage.deciding import warnings
from triage.deciding.warnings import WARNING_KEYS, urgency, warnings_of
from triage.parsing.message import ParsedMail

SAID = Path(__file__).parent / "warnings"
WORDS = Path(warnings.__file__).parent


def keys(text: str) -> list[str]:
    return [warning.key for warning in warnings_of(ParsedMail(text_new=text))]


def said(half: str) -> Iterator[Any]:
    for language in LANGUAGES:
        entries = yaml.safe_load((SAID / f"{language}.yml").read_text(encoding="utf-8"))
        for key, texts in entries[half].items():
            for number, text in enumerate(texts):
                yield pytest.param(key, text, id=f"{language}-{key}-{number}")


def ordinary() -> Iterator[Any]:
    for language in LANGUAGES:
        entries = yaml.safe_load((SAID / f"{language}.yml").read_text(encoding="utf-8"))
        for number, text in enumerate(entries["ordinary"]):
            yield pytest.param(text, id=f"{language}-{number}")


@pytest.mark.parametrize(("key", "text"), list(said("tuned_on")))
def test_it_is_seen(key: str, text: str) -> None:
    assert key in keys(text)


@pytest.mark.parametrize(("key", "text"), list(said("kept_back")))
def test_so_is_what_the_words_were_not_written_with(key: str, text: str) -> None:
    assert key in keys(text)


@pytest.mark.parametrize("text", list(ordinary()))
def test_ordinary_mail_brings_no_warning(text: str) -> None:
    assert keys(text) == []


def test_without_diacritics_it_is_seen_too() -> None:
    assert keys("szef zabral nam paszporty i nie oddaje") == ["forced_labour"]
    assert keys("sefas paeme musu pasus") == ["forced_labour"]


def test_several_signs_together_stand_for_what_none_says_alone() -> None:
    unpaid, hours, bed = (
        "I have not been paid for four months.",
        "We work 14 hours every day.",
        "Six of us sleep in one room.",
    )
    assert keys(f"{unpaid} {hours}") == []
    assert keys(f"{unpaid} {hours} {bed}") == ["forced_labour"]
    (found,) = warnings_of(ParsedMail(text_new=f"{unpaid} {hours} Hello. {bed}"))
    assert found.evidence == f"{unpaid} … {hours} … {bed}"


def test_what_is_quoted_under_a_new_text_brings_none() -> None:
    ours = (
        "If your employer took your passport or threatens you, call 112. You can go on living here."
    )
    mail = ParsedMail(
        subject="Re: Your job", text_new="Thank you for your answer.", text_quoted=ours
    )
    assert warnings_of(mail) == ()
    forwarded = ParsedMail(text_quoted="My boss took my passport and will not give it back.")
    assert [warning.key for warning in warnings_of(forwarded)] == ["forced_labour"]
    by_a_colleague = replace(forwarded, subject="VS: Til jer", text_new="Se nedenfor.")
    assert [warning.key for warning in warnings_of(by_a_colleague)] == ["forced_labour"]


def test_the_subject_counts() -> None:
    assert [w.key for w in warnings_of(ParsedMail(subject="Szef mi grozi", text_new="Pomocy"))] == [
        "threats"
    ]


def test_safety_is_more_urgent_than_a_deadline() -> None:
    assert urgency([]) == 0
    assert urgency(["warning.complaint"]) == 1
    assert urgency(["warning.complaint", "warning.despair"]) == 2


@pytest.mark.parametrize("folder", ["warning_words", "authority_words"])
def test_the_words_are_of_the_form_that_is_understood(folder: str) -> None:
    for language in LANGUAGES:
        entries = yaml.safe_load((WORDS / folder / f"{language}.yml").read_text(encoding="utf-8"))
        if folder == "warning_words":
            assert tuple(entries) == WARNING_KEYS
        for phrase in phrases(entries):
            assert isinstance(phrase, str), phrase
            # One of several in brackets, none within another, and no gap in one.
            assert re.fullmatch(r"(?:[^()]|\((?:(?!\.\.)[^()])*\))+", phrase), phrase


def phrases(entries: Any) -> Iterator[Any]:
    if isinstance(entries, dict):
        for value in entries.values():
            yield from phrases(value)
    else:
        yield from entries

"""How answers are read, from a form as from a chat."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.errors import AnswerError
from knowledge.guides.questions import Question, choice, day, place, read

LEAP = date(2028, 2, 29)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2028-02-29", LEAP),
        ("29.02.2028", LEAP),
        ("29.2.2028", LEAP),
        ("29/2/2028", LEAP),
        (" 29-02-2028 ", LEAP),
        ("", None),
        ("   ", None),
    ],
)
def test_a_day_is_read(text: str, found: date | None) -> None:
    assert read(day("arrival"), text) == found


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-29",
        "31.04.2027",
        "tomorrow",
        "0026-11-27",
        "1999-12-31",
        "2101-01-01",
        "9999-12-31",
        "27.11.26",
        "２０２８-02-29",
        "2028-02-29; DROP",
        "<b>",
    ],
)
def test_what_is_no_day_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(AnswerError, match=r"such as 31\.12\.2026") as raised:
        read(day("arrival"), text)
    assert raised.value.question == "arrival"


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        (choice("permit", "granted", "no"), "", "Choose an answer."),
        (choice("permit", "granted", "no"), "ukraine", "Choose an answer."),
        (day("pd_u2_date", required=True), "", "Write the date."),
    ],
)
def test_what_is_needed_is_asked_for(question: Question, text: str, said: str) -> None:
    with pytest.raises(AnswerError, match=said):
        read(question, text)


def test_a_place_is_taken_as_it_is_typed() -> None:
    assert read(place("municipality"), "  Aarhus   C ") == "Aarhus C"
    assert read(place("municipality"), "") is None
    assert len(str(read(place("municipality"), "x" * 500))) == 60

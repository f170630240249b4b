"""What a guide asks, and how an answer is read, from a form as from a chat."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from knowledge.errors import AnswerError
from web.translations import later

QuestionName = Literal[
    "citizenship",
    "purpose",
    "stay",
    "home",
    "sponsor",
    "permit",
    "pd_u2",
    "family",
    "children",
    "pd_u2_date",
    "pd_u2_last_day",
    "arrival",
    "moved_in",
    "applied",
    "first_day",
    "first_pay",
    "municipality",
    "work",
    "tastselv",
    "lives_in",
    "identity",
    "married",
    "way",
    "form_language",
]

Answer = str | date
Answers = Mapping[QuestionName, Answer]
"""What is known of a person; a question that was not answered is left out."""

LONGEST_ANSWER: Final = 60
_YEARS: Final = range(2000, 2101)
_EUROPEAN: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", re.ASCII)
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        name: Which; `knowledge.guides.words` says it in the reader's language.
        kind: `choice` of some, a `day`, or a `place` in Denmark.
        choices: The answers of a choice, in the order in which they are shown.
        required: Whether the guide needs the answer.
    """

    name: QuestionName
    kind: Literal["choice", "day", "place"]
    choices: tuple[str, ...] = ()
    required: bool = True


def choice(name: QuestionName, *choices: str) -> Question:
    """Return a question with some answers to choose from, which has to be answered."""
    return Question(name, "choice", choices)


def day(name: QuestionName, *, required: bool = False) -> Question:
    """Return a question for a day."""
    return Question(name, "day", required=required)


def place(name: QuestionName) -> Question:
    """Return a question for a municipality, town or postcode, which may be left open."""
    return Question(name, "place", required=False)


def read(question: Question, text: str) -> Answer | None:
    """Return what was answered to a question; None where it was left open and may be.

    Args:
        question: What was asked.
        text: What was chosen or typed. A day as 2026-12-31 or 31.12.2026, also with other marks.

    Raises:
        AnswerError: It is no answer to the question.
    """
    given = " ".join(text.split())[:LONGEST_ANSWER]
    if not given and not question.required:
        return None
    if question.kind == "day":
        return _day(question, given)
    if question.kind == "choice" and given not in question.choices:
        raise AnswerError(question.name, later("Choose an answer."))
    return given


def _day(question: Question, text: str) -> date:
    if not text:
        raise AnswerError(question.name, later("Write the date."))
    european, iso = _EUROPEAN.fullmatch(text), _ISO.fullmatch(text)
    try:
        if european:
            found = date(int(european[3]), int(european[2]), int(european[1]))
        elif iso:
            found = date(int(iso[1]), int(iso[2]), int(iso[3]))
        else:
            found = None
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise AnswerError(
            question.name,
            later("Write a date that exists, such as %(example)s.", example="31.12.2026"),
        )
    return found

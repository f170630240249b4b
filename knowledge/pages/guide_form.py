"""A guide's questions on a page, stage by stage, from what stands in its address."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args
from urllib.parse import urlencode

from knowledge.errors import AnswerError
from knowledge.guides.deadlines import Today
from knowledge.guides.guide import Guide, Stage
from knowledge.guides.questions import LONGEST_ANSWER, Answer, Question, QuestionName, read
from knowledge.guides.steps import Step
from web.translations import Translatable

STAGE = "stage"
"""The name of what tells how many stages were answered."""

_NUMBER = re.compile(r"\d{1,2}", re.ASCII)
_NAMES: tuple[QuestionName, ...] = get_args(QuestionName)

CheckPlace = Callable[[str], None]
"""Raises AnswerError where a place cannot be used."""


@dataclass(frozen=True)
class Answered:
    """A question that was answered, and the number of its stage, to change it."""

    question: Question
    answer: Answer
    stage: int


@dataclass(frozen=True)
class Progress:
    """How far a person is in a guide.

    Attributes:
        stage: The number of the stage to be shown, from 1; None where all is answered.
        done: How many stages were sent, in order, whether their answers can be used or not.
        asked: Its questions.
        given: What was typed and chosen, whether it can be used or not; of this guide's questions.
        errors: What is wrong with answers of the stage that is shown.
        answered: The questions of the stages before it.
        steps: What to do; empty until all is answered.
    """

    stage: int | None
    done: int
    asked: Stage
    given: Mapping[str, str]
    errors: Mapping[QuestionName, Translatable]
    answered: tuple[Answered, ...]
    steps: tuple[Step, ...]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a form has to carry on beside the questions that it shows."""
        shown = {question.name for question in self.asked}
        return [(name, text) for name, text in self.given.items() if name not in shown]

    @property
    def query(self) -> str:
        """The address of this state, with its question mark; empty at the beginning."""
        return _query({**self.given, **({STAGE: str(self.done)} if self.done else {})})

    def back_to(self, stage: int) -> str:
        """Return the query with which a stage is shown again and nothing is lost."""
        return _query({**self.given, **({STAGE: str(stage - 1)} if stage > 1 else {})})


def progress(
    guide: Guide, query: Mapping[str, str], today: Today, check_place: CheckPlace
) -> Progress:
    """Return how far a person is.

    Args:
        guide: The guide.
        query: What stands in the address; what is no question's name is left out.
        today: For the steps.
        check_place: Looks whether a place can be used.
    """
    given: dict[str, str] = {
        name: query[name][:LONGEST_ANSWER] for name in _NAMES if query.get(name)
    }
    sent = query.get(STAGE, "")
    done = int(sent) if _NUMBER.fullmatch(sent) else 0
    known: dict[str, str] = {}
    answered: list[Answered] = []
    number = 0
    while number < len(stages := guide.stages(known)):
        stage, number = stages[number], number + 1
        found, errors = _read(stage, given, check_place)
        # A field for days shows them written so.
        given |= {name: day.isoformat() for name, day in found.items() if isinstance(day, date)}
        if number > done or errors:
            shown = errors if number <= done else {}
            return Progress(number, min(number, done), stage, given, shown, tuple(answered), ())
        answered += [
            Answered(question, found[question.name], number)
            for question in stage
            if question.name in found
        ]
        known |= {
            question.name: given[question.name] for question in stage if question.name in found
        }
    answers = {one.question.name: one.answer for one in answered}
    try:
        steps = guide.steps(answers, today)
    except AnswerError as error:
        return _asked_again(guide.stages(known), given, error, tuple(answered))
    return Progress(None, number, (), given, {}, tuple(answered), tuple(steps))


def _read(
    stage: Stage, given: Mapping[str, str], check_place: CheckPlace
) -> tuple[dict[QuestionName, Answer], dict[QuestionName, Translatable]]:
    found: dict[QuestionName, Answer] = {}
    errors: dict[QuestionName, Translatable] = {}
    for question in stage:
        try:
            answer = read(question, given.get(question.name, ""))
            if question.kind == "place" and answer is not None:
                check_place(str(answer))
        except AnswerError as error:
            errors[question.name] = error.message
        else:
            if answer is not None:
                found[question.name] = answer
    return found, errors


def _asked_again(
    stages: tuple[Stage, ...],
    given: Mapping[str, str],
    error: AnswerError,
    answered: tuple[Answered, ...],
) -> Progress:
    """Return the stage with a question whose answer does not go with another's."""
    number, stage = next(
        (number, stage)
        for number, stage in enumerate(stages, 1)
        if any(question.name == error.question for question in stage)
    )
    errors = {question.name: error.message for question in stage if question.name == error.question}
    before = tuple(one for one in answered if one.stage < number)
    return Progress(number, number, stage, given, errors, before, ())


def _query(values: Mapping[str, str]) -> str:
    return f"?{urlencode(values)}" if values else ""

"""What a guide is, for who asks its questions: a page, or the chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from knowledge.catalogue import Slug
from knowledge.guides.deadlines import Today
from knowledge.guides.questions import Answers, Question
from knowledge.guides.steps import Step
from knowledge.situations import Situation

Given = Mapping[str, str]
"""What was typed and chosen so far, by the names of questions, as it came."""

Stage = tuple[Question, ...]
"""Questions that are asked together."""


@dataclass(frozen=True)
class Guide:
    """A guide.

    Attributes:
        slug: Its name in addresses.
        topics: The slugs of the articles that lead to it.
        stages: Makes the questions, stage by stage, from what was given in the stages before: what does
            not matter for a person is not asked.
        steps: Makes what to do from the answers to all of them; raises AnswerError where two
            answers cannot both be true.
        situation: Makes the situation in which the steps' articles are read.
    """

    slug: str
    topics: tuple[Slug, ...]
    stages: Callable[[Given], tuple[Stage, ...]]
    steps: Callable[[Answers, Today], list[Step]]
    situation: Callable[[Answers], Situation]

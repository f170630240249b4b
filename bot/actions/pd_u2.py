"""The guide PD U2 as a conversation: its questions one by one, then what to do and by when.

The rules and words are those of `knowledge/guides/`, as on the pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.actions.action import BotAction, Reply
from bot.actions.guide import GUIDE_ACTION, button, wanted
from bot.actions.links import links_of
from bot.actions.messages import Button, Message, Source
from bot.actions.phrases import Phrases
from bot.actions.situation_replies import SituationReplies
from bot.actions.turn import GUIDE_DAYS, GuideDay, Turn
from bot.components.payloads import guide
from knowledge.errors import AnswerError
from knowledge.guides import words
from knowledge.guides.deadlines import Today, last_day
from knowledge.guides.in_chat import chat_text
from knowledge.guides.pd_u2 import USUAL_PERIOD, PdU2, steps, steps_where_it_cannot_be_used
from knowledge.guides.questions import QuestionName
from knowledge.guides.steps import Step
from knowledge.models import Article
from knowledge.rows import all_facts
from knowledge.situations import Citizenship, is_citizenship
from language.days import NoSuchDayError, read_day
from language.languages import Language
from storage.database import Database
from web.dates import day, today

_TOPIC: Final = "pd-u2-registration"
_THIRD_COUNTRY_TOPIC: Final = "pd-u2-third-country"
_MOST_DAY_WORDS: Final = 3  # "1 December 2026?" is no question
NOT_KNOWN: Final = "not_known"
"""In place of a day that the person does not know."""

DAY_QUESTIONS: Final[Mapping[GuideDay, QuestionName]] = {
    "pd_u2_date": "pd_u2_date",
    "pd_u2_last_day": "pd_u2_last_day",
    "pd_u2_arrival": "arrival",
}
"""What is asked for each day, as on the page."""


class ActionPdU2(BotAction):
    """Asks what the guide does not know yet; when all is told, says what to do and by when."""

    action_name = GUIDE_ACTION

    def __init__(self, phrases: Phrases, database: Database, public_url: str) -> None:
        super().__init__(phrases)
        self._database = database
        self._public_url = public_url

    def reply(self, turn: Turn) -> Reply:
        """Return nothing but a question to be asked, or the steps."""
        remember: dict[str, Any] = {"topic": _TOPIC, "offered": [], "choice": None}
        days = turn.guide.days
        if self.action_name not in turn.ran and wanted(turn, self._phrases) == "begin":
            days = {}
            remember |= dict.fromkeys(GUIDE_DAYS)
        citizenship = turn.situation.get("citizenship")
        if not is_citizenship(citizenship):
            return _asking("citizenship", remember)
        if citizenship != "third_country" and len(days) < len(GUIDE_DAYS):
            return _asking("pd_u2", remember)
        remember |= {"open_question": None, "pd_u2_guide": None}
        with self._database.reading() as session:
            return Reply((self._steps(session, turn, citizenship, days),), remember, True)

    def _steps(
        self, session: Session, turn: Turn, citizenship: Citizenship, days: Mapping[GuideDay, str]
    ) -> Message:
        if citizenship == "third_country":
            todo, told = steps_where_it_cannot_be_used(), {}
        else:
            told = {slot: _day_of(days[slot]) for slot in GUIDE_DAYS}
            todo = _steps(citizenship, told, Today(today(), all_facts(session)))
        links = links_of(session, turn.language, turn.situation, self._public_url)
        listed = chat_text(todo, turn.language, links)
        topic = _TOPIC if told else _THIRD_COUNTRY_TOPIC
        article = session.get(Article, topic)
        return Message(
            kind="answer",
            text=f"{self._heading(told, turn.language)}\n\n{listed}",
            language=turn.language,
            topic=topic,
            sources=tuple(
                Source(s.title, s.url, s.checked.isoformat())
                for s in (article.sources if article else ())
            ),
            buttons=(button("pd_u2_again", turn, self._phrases),) if told else (),
        )

    def _heading(self, told: Mapping[GuideDay, date | None], language: Language) -> str:
        values: dict[str, str | None] = dict.fromkeys(GUIDE_DAYS)
        values |= {slot: day(found, language) for slot, found in told.items() if found}
        return self._phrases.filled(language, "pd_u2_steps", values)


def _asking(question: str, remember: Mapping[str, Any]) -> Reply:
    asked = {"open_question": question, "pd_u2_guide": "asking"}
    return Reply(remember={**remember, **asked}, leaves_form=True)


def _day_of(told: str) -> date | None:
    return None if told == NOT_KNOWN else date.fromisoformat(told)


def _steps(
    citizenship: Citizenship, told: Mapping[GuideDay, date | None], now: Today
) -> list[Step]:
    printed = told["pd_u2_date"]
    if printed is None:
        raise ValueError("The guide needs the date on the PD U2.")
    answers = PdU2(citizenship, printed, told["pd_u2_last_day"], told["pd_u2_arrival"])
    return steps(answers, now)


@dataclass(frozen=True)
class _Read:
    """What a reply to a question for a day says.

    Attributes:
        value: The day (ISO 8601), or not_known; None where nothing can be used.
        problem: Why not, where the question is to be asked again at once.
    """

    value: str | None = None
    problem: str | None = None


class _DayReader:
    """Reads replies to the guide's questions for a day."""

    def __init__(self, phrases: Phrases, replies: SituationReplies) -> None:
        self._phrases, self._replies = phrases, replies

    def read(self, slot: GuideDay, turn: Turn) -> _Read:
        """Return what the message says of a day, in any language; nothing where it asks something."""
        if turn.button:
            is_open = turn.guide.button == "not_known" and slot != "pd_u2_date"
            return _Read(NOT_KNOWN if is_open else None)
        if _asks_something_else(turn):
            return _Read()
        return self._day(slot, turn) or self._left_open(slot, turn)

    def _day(self, slot: GuideDay, turn: Turn) -> _Read | None:
        try:
            found = read_day(turn.text, today(), _near(slot, turn))
        except NoSuchDayError:
            return _Read(problem=self._phrases.text(turn.language, "day_unreadable"))
        return _checked(slot, found, turn) if found is not None else None

    def _left_open(self, slot: GuideDay, turn: Turn) -> _Read:
        if not self._is_not_known(turn):
            return _Read()
        if slot == "pd_u2_date":
            return _Read(problem=self._phrases.text(turn.language, "day_needed"))
        return _Read(NOT_KNOWN)

    def _is_not_known(self, turn: Turn) -> bool:
        labels = dict.fromkeys(self._phrases.in_all_languages("day_unknown"), True)
        return bool(turn.closest(labels)) or self._replies.says_not_known(turn.text, turn.language)


def _asks_something_else(turn: Turn) -> bool:
    """Return whether a text is a question, with or without its mark, though it may name a day."""
    is_of_another_topic = turn.band == "answer" and not str(turn.topic).startswith("pd-u2")
    return turn.asks and (is_of_another_topic or "?" in turn.text) and turn.words > _MOST_DAY_WORDS


def _near(slot: GuideDay, turn: Turn) -> date:
    """Return what a day without a year is close to: today, or the end of the usual period."""
    printed = turn.guide.days.get("pd_u2_date")
    if slot == "pd_u2_last_day" and printed is not None:
        return last_day(date.fromisoformat(printed), USUAL_PERIOD)
    return today()


def _checked(slot: GuideDay, found: date, turn: Turn) -> _Read:
    printed = turn.guide.days.get("pd_u2_date")
    if slot == "pd_u2_last_day" and printed is not None:
        try:
            PdU2("eu_eea_ch", date.fromisoformat(printed), found)
        except AnswerError as error:
            return _Read(problem=error.message.in_language(turn.language))
    return _Read(found.isoformat())


class ActionReadPdU2Day(BotAction):
    """Reads a day that is typed, or that the person does not know it."""

    def __init__(self, phrases: Phrases, slot: GuideDay, replies: SituationReplies) -> None:
        super().__init__(phrases)
        self._slot: GuideDay = slot
        self._reader = _DayReader(phrases, replies)
        self.action_name = f"action_read_{slot}"

    def reply(self, turn: Turn) -> Reply:
        """Return the day; no day where the form has to ask again; nothing for anything else."""
        read = self._reader.read(self._slot, turn)
        return Reply(remember={self._slot: read.value} if read.value or read.problem else {})


class ActionAskPdU2Day(BotAction):
    """Asks for a day of the guide."""

    def __init__(self, phrases: Phrases, slot: GuideDay, replies: SituationReplies) -> None:
        super().__init__(phrases)
        self._slot: GuideDay = slot
        self._reader = _DayReader(phrases, replies)
        self.action_name = f"action_ask_{slot}"

    def reply(self, turn: Turn) -> Reply:
        """Return the question, after the day that was just read, or why none could be."""
        before = self._reply_to_question_before(turn)
        problem = None if before else self._reader.read(self._slot, turn).problem
        said = self._noted(before, turn) if before else problem
        text = words.question(DAY_QUESTIONS[self._slot], turn.language)
        if problem or self._slot == GUIDE_DAYS[0]:
            text = f"{text} {self._example(turn.language)}"
        return Reply(
            (
                Message(
                    kind="question",
                    text=f"{said}\n\n{text}" if said else text,
                    language=turn.language,
                    topic=_TOPIC,
                    buttons=self._buttons(turn),
                ),
            )
        )

    def _reply_to_question_before(self, turn: Turn) -> str | None:
        """Return what this message told where the question before was put; None where nothing."""
        place = GUIDE_DAYS.index(self._slot)
        if place == 0:
            return None
        slot = GUIDE_DAYS[place - 1]
        told = self._reader.read(slot, turn).value
        return told if told == turn.guide.days.get(slot) else None

    def _example(self, language: Language) -> str:
        return self._phrases.filled(language, "day_example", {"day": day(today(), language)})

    def _noted(self, told: str, turn: Turn) -> str | None:
        found = _day_of(told)
        if found is None:
            return None
        return self._phrases.filled(turn.language, "day_noted", {"day": day(found, turn.language)})

    def _buttons(self, turn: Turn) -> tuple[Button, ...]:
        if self._slot == "pd_u2_date":
            return ()
        unknown = self._phrases.text(turn.language, "day_unknown")
        return (
            Button(unknown, guide("not_known")),
            button("pd_u2_again", turn, self._phrases),
        )

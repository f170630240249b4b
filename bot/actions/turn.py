"""A turn of the conversation as the actions see it: what was said, and what is remembered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import takewhile
from typing import Any, Final, Literal, TypeVar, cast, get_args

from rasa_sdk import Tracker

from bot.components.payloads import GuideButton, is_payload
from knowledge.situations import (
    DIMENSIONS,
    Citizenship,
    Dimension,
    Situation,
    is_citizenship,
    situation_from,
)
from language.languages import Language, is_language
from language.masking import MASK, find_personal_numbers
from language.normalisation import fold
from understanding.cues import Aspect, Cue, Relative

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")

_DEFAULT_LANGUAGE: Language = "en"

CHANGE_LANGUAGE: Final = "action_change_language"
"""The action that changes the language, or asks for it."""

# Of 1 for the same letters in the same order. "andet land" is as good as the label "Et andet land".
_LABEL_LIKENESS = 0.85

SLOTS: Final[Mapping[Dimension, str]] = {
    dimension: "citizenship_group" if dimension == "citizenship" else dimension
    for dimension in DIMENSIONS
}
"""The slots that remember a person's situation."""

GuideDay = Literal["pd_u2_date", "pd_u2_last_day", "pd_u2_arrival"]
"""The slots with the days that the guide PD U2 asks for."""

GUIDE_DAYS: Final[tuple[GuideDay, ...]] = get_args(GuideDay)

Label = TypeVar("Label")


@dataclass(frozen=True)
class GuideTurn:
    """What is remembered of the guide PD U2, and what this message has to do with it.

    Attributes:
        state: asking while its questions are put, paused after something else came in between; None
            where it was not begun, or is through.
        days: The days that were told (ISO 8601), or not_known, by their slots.
        button: The button of the guide that was used.
    """

    state: Literal["asking", "paused"] | None
    days: Mapping[GuideDay, str]
    button: GuideButton | None


@dataclass(frozen=True)
class Turn:
    """What is known when the bot has to act.

    Attributes:
        text: What the person typed; empty where a button was used.
        button: Whether a button was used.
        intent: What the message was understood as.
        topic: The slug of the topic it asks for, chosen by button or understood.
        band: answer, choice or refuse; None where a button was used.
        confidence: How surely it was understood; None where a button was used.
        ranking: The closest topics, the closest first.
        topics: The topics that it asks for, where there are several.
        cues: What it says beside its topic.
        aspects: What is asked of the topic before, now or before what had to be asked first.
        relative: For whom it is asked.
        language: The language of the conversation from this turn on.
        perhaps: The language that the message is perhaps in, where that is too unsure to go on in
            it and the person has not been asked yet.
        foreign: Whether the text is in a language that the bot does not speak; not once the person
            has chosen one for the answer.
        seventh: The code of that language, where it is known.
        situation: What the person has told of their situation, now or before; of the centre what
            they said when they were asked for it (`bot.actions.centre` knows more).
        told_citizenship: The citizenship that this message tells.
        municipality: The municipality that is remembered.
        told_municipality: Whether this message names it.
        told_countries: The countries that this message names (ISO 3166-1).
        remembered_topic: The topic last answered or asked about.
        next_topics: The topics that are answered after it.
        times_asked: How often each topic was asked for.
        offered: The topics offered as buttons in the turn before.
        chosen: The topic chosen among them by typing.
        form: The form that is open.
        ran: The actions that ran since the message, forms among them, in their order.
        spoken: Whether the bot has said something since the message.
        wanted_language: The language chosen by button in this turn.
        chosen_language: Whether the person has asked for the language.
        asked_language: Whether the bot has asked for it.
        remembered_language: The language of the turn before.
        guide: The guide PD U2.
        put_off: The message that the bot has put off until the person has chosen a language.
        message: What Rasa's pipeline wrote of this message.
    """

    text: str
    button: bool
    intent: str
    topic: str | None
    band: str | None
    confidence: float | None
    ranking: tuple[str, ...]
    topics: tuple[str, ...]
    cues: frozenset[Cue]
    aspects: tuple[Aspect, ...]
    relative: Relative | None
    language: Language
    perhaps: Language | None
    foreign: bool
    seventh: str | None
    situation: Situation
    told_citizenship: Citizenship | None
    municipality: str | None
    told_municipality: bool
    told_countries: frozenset[str]
    remembered_topic: str | None
    next_topics: tuple[str, ...]
    times_asked: Mapping[str, int]
    offered: tuple[str, ...]
    chosen: str | None
    form: str | None
    ran: tuple[str, ...]
    spoken: bool
    wanted_language: Language | None
    chosen_language: bool
    asked_language: bool
    remembered_language: Language | None
    guide: GuideTurn
    put_off: Mapping[str, Any] | None
    message: Mapping[str, Any]

    @property
    def before(self) -> str | None:
        """The action that ran just before, in this turn."""
        return self.ran[-1] if self.ran else None

    @property
    def words(self) -> int:
        """How many words the person typed; a CPR number is none."""
        return len(_WORD.findall(self.text.replace(MASK, " ")))

    @property
    def has_personal_number(self) -> bool:
        """Whether the text holds a CPR number, masked or not."""
        return MASK in self.text or bool(find_personal_numbers(self.text))

    @property
    def asks(self) -> bool:
        """Whether the text reads as a question of its own rather than as a short reply."""
        return "?" in self.text or self.words > 5

    def closest(self, labels: Mapping[str, Label]) -> Label | None:
        """Return what the typed text says, read as one of some labels.

        Args:
            labels: The labels of buttons, each with what it means.

        Returns:
            The meaning of the label that is typed, give or take a letter or a small word; None
            where the text says something else. Another number is never a slip of the keyboard.
        """
        typed = plain(self.text)
        meanings = {plain(label): meaning for label, meaning in labels.items()}
        alike = [label for label in meanings if _numbers(label) == _numbers(typed)]
        found = get_close_matches(typed, alike, n=1, cutoff=_LABEL_LIKENESS)
        return meanings[found[0]] if found else None


def _numbers(text: str) -> list[str]:
    return _NUMBER.findall(text)


def plain(text: str) -> str:
    """Return the words of a text folded, without punctuation, to compare what was typed."""
    return " ".join(_WORD.findall(fold(text)))


def read_turn(tracker: Tracker) -> Turn:
    """Return the turn that a conversation is in.

    Once the person has chosen a language, that is the one with the message that was put off.
    """
    slots: Mapping[str, Any] = tracker.slots
    since = _since_message(tracker.events)
    ran = tuple(str(e.get("name")) for e in since if e.get("event") == "action")
    put_off: Mapping[str, Any] | None = slots.get("put_off")
    message: Mapping[str, Any] = tracker.latest_message or {}
    spoken = any(e.get("event") == "bot" for e in since)
    is_put_off = put_off is not None and CHANGE_LANGUAGE in ran
    if put_off is not None and is_put_off:
        message, ran, spoken = put_off, ran[ran.index(CHANGE_LANGUAGE) + 1 :], False
    text = message.get("text") or ""
    button = is_payload(text)
    entities = {e.get("entity"): e.get("value") for e in message.get("entities") or ()}
    remembered = slots.get("language")
    remembered_language = remembered if is_language(remembered) else None
    wanted = entities.get("language")
    topic = entities.get("topic") if button else message.get("topic")
    said, own_group = message.get("language"), entities.get("own_group")
    chosen_language = bool(slots.get("language_chosen"))
    asked_language = bool(slots.get("language_asked"))
    known = _known_language(message, remembered_language)
    doubtful = bool(message.get("doubtful_language")) and not chosen_language
    # The reply to the question for the home address names a country that need not be their own.
    tells_address = "address_form" in {tracker.active_loop_name, *ran}
    told = own_group if is_citizenship(own_group) and not tells_address else None
    return Turn(
        text="" if button else text,
        button=button,
        intent=str((message.get("intent") or {}).get("name") or ""),
        topic=topic if isinstance(topic, str) else None,
        band=None if button else message.get("band"),
        confidence=None if button else message.get("confidence"),
        ranking=tuple(str(entry["topic"]) for entry in message.get("ranking") or ()),
        topics=tuple(message.get("topics") or ()),
        cues=frozenset(message.get("cues") or ()),
        # What had to be asked first has just been told, where something ran before.
        aspects=tuple(message.get("aspects") or (slots.get("aspects") if ran else None) or ()),
        relative=message.get("relative"),
        language=_language(said, known, keeps=doubtful or chosen_language),
        perhaps=said if doubtful and is_language(said) and not asked_language else None,
        foreign=not (button or is_put_off) and said is None and any(c.isalpha() for c in text),
        seventh=message.get("seventh_language"),
        situation=_situation(slots, told, ran),
        told_citizenship=told,
        municipality=slots.get("municipality"),
        told_municipality="municipality" in entities,
        told_countries=frozenset(
            str(e.get("value"))
            for e in message.get("entities") or ()
            if e.get("entity") in {"country", "citizenship"}
        ),
        remembered_topic=slots.get("topic"),
        next_topics=tuple(slots.get("next_topics") or ()),
        times_asked=slots.get("times_asked") or {},
        offered=tuple(slots.get("offered") or ()),
        chosen=slots.get("choice"),
        form=tracker.active_loop_name,
        ran=ran,
        spoken=spoken,
        wanted_language=wanted if is_language(wanted) else None,
        chosen_language=chosen_language,
        asked_language=asked_language,
        remembered_language=remembered_language,
        guide=_guide(slots, entities.get("guide_button")),
        put_off=put_off,
        message=message,
    )


def _guide(slots: Mapping[str, Any], button: object) -> GuideTurn:
    state = slots.get("pd_u2_guide")
    return GuideTurn(
        state=state if state in {"asking", "paused"} else None,
        days={slot: str(slots[slot]) for slot in GUIDE_DAYS if slots.get(slot)},
        button=cast("GuideButton", button) if button in get_args(GuideButton) else None,
    )


def _since_message(events: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    newest = list(takewhile(lambda event: event.get("event") != "user", reversed(events)))
    return newest[::-1]


def _situation(slots: Mapping[str, Any], told: Citizenship | None, ran: Sequence[str]) -> Situation:
    values: dict[str, object] = {dimension: slots.get(slot) for dimension, slot in SLOTS.items()}
    # While it was asked for, its form has read the reply; labels of buttons name countries that
    # are not the person's own.
    if told is not None and "citizenship_form" not in ran:
        values["citizenship"] = told
    return situation_from(values)


def _known_language(message: Mapping[str, Any], remembered: Language | None) -> Language | None:
    metadata = message.get("metadata") or {}
    page = metadata.get("language") if is_language(metadata.get("language")) else None
    # Who turns to the page in another language has chosen that one, later than any other.
    return page or remembered if metadata.get("page_turned") else remembered or page


def _language(said: object, known: Language | None, *, keeps: bool) -> Language:
    # The pipeline identified the text with the conversation's language as its hint: texts that
    # say nothing have kept it. A language that the person asked for stays, whatever they type.
    if keeps and known is not None:
        return known
    return said if is_language(said) else known or _DEFAULT_LANGUAGE

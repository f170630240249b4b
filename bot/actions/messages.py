"""What the bot says: one object a message, the same for every action."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from rasa_sdk.executor import CollectingDispatcher

from knowledge.answers import Answer
from language.languages import Language

Kind = Literal["answer", "question", "choice", "fallback", "handover", "smalltalk"]


@dataclass(frozen=True)
class Source:
    """A page that an answer rests on; `date` (ISO 8601) is when it was last read."""

    title: str
    url: str
    date: str


@dataclass(frozen=True)
class Button:
    """A label, and the message that it sends to Rasa (bot.components.payloads)."""

    label: str
    payload: str


@dataclass(frozen=True)
class Message:
    """One message to a person.

    Attributes:
        kind: What it is.
        text: Plain text, in the subset of Markdown that knowledge.markdown describes.
        language: The language of the text.
        topic: The slug of the article it comes from or asks about.
        variant: The situation that the text is for, where it depends on that.
        confidence: How surely the question was understood, 0 to 1; None where nothing had to be.
        sources: The pages it rests on.
        buttons: What can be answered with one touch.
    """

    kind: Kind
    text: str
    language: Language
    topic: str | None = None
    variant: str | None = None
    confidence: float | None = None
    sources: tuple[Source, ...] = ()
    buttons: tuple[Button, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the object that Rasa hands on to the chat API."""
        fields = asdict(self)
        return {**fields, "sources": list(fields["sources"]), "buttons": list(fields["buttons"])}


def sources_of(answer: Answer) -> tuple[Source, ...]:
    """Return the pages that an answer of the knowledge rests on."""
    return tuple(Source(s.title, s.url, s.date.isoformat()) for s in answer.sources)


def say(dispatcher: CollectingDispatcher, message: Message) -> None:
    """Send a message."""
    dispatcher.utter_message(json_message=message.as_dict())

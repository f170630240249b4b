"""The objects of the chat API; docs/interfaces.md describes them for who calls it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from conversations.models import UnhelpfulReason
from language.languages import Language

MOST_CHARACTERS = 1000

Kind = Literal["answer", "question", "choice", "fallback", "handover", "smalltalk"]


class Source(BaseModel):
    """An official page that an answer rests on."""

    title: str
    url: str
    date: str | None = Field(description="When the page was last checked, ISO 8601.")


class Button(BaseModel):
    """A suggested reply; send its payload back to choose it."""

    label: str
    payload: str = Field(description="Opaque, and good for this conversation alone.")


class Message(BaseModel):
    """A message of the bot."""

    number: int | None = Field(
        default=None, description="Its place in the conversation; null where it is not kept."
    )
    kind: Kind
    text: str = Field(
        description="A subset of Markdown: paragraphs, headings, lists, emphasis, links."
    )
    topic: str | None = Field(default=None, description="The slug of the topic it is about.")
    variant: str | None = Field(
        default=None, description="The situation that the answer is for, such as eu_eea_ch."
    )
    language: Language
    confidence: float | None = Field(default=None, ge=0, le=1)
    sources: list[Source] = []
    buttons: list[Button] = []
    helped: bool | None = Field(
        default=None, description="Of an answer, whether it helped, as the person last said."
    )
    unhelpful_reason: UnhelpfulReason | None = Field(
        default=None, description="Why it did not, if the person said."
    )

    reference: str | None = Field(
        default=None,
        description="Of a hand-over that has taken place, what the case is called; the text is its "
        "receipt.",
    )
    form: str | None = Field(
        default=None,
        description="The path of the page with the form by which the question is put to a person: "
        "with kind handover until that has taken place, and where the bot is away.",
    )


class Messages(BaseModel):
    """The bot's answer to a message."""

    messages: list[Message]


class Refusal(Messages):
    """Why a message was not answered, in words for a program and in words for the person."""

    detail: str


class Incoming(BaseModel):
    """A message of a person: either a text or the payload of a button."""

    model_config = ConfigDict(extra="forbid")

    text: str | None = Field(
        default=None, description=f"At most {MOST_CHARACTERS} characters of plain text."
    )
    payload: str | None = Field(
        default=None, max_length=64, description="Of a button issued to this conversation."
    )
    language: Language | None = Field(default=None, description="Of the page: a hint.")
    message_id: Annotated[str, Field(pattern=r"^[!-~]{1,64}$")] | None = Field(
        default=None,
        description="Chosen by the sender. Sent again with the same id, a message is not answered "
        "twice: the first answer is given again.",
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> Incoming:
        if (self.text is None) == (self.payload is None):
            raise ValueError("send either a text or a payload")
        return self


class Rating(BaseModel):
    """Whether an answer helped."""

    model_config = ConfigDict(extra="forbid")

    helped: bool
    reason: UnhelpfulReason | None = Field(
        default=None, description="Why it did not help; left out where the person does not say."
    )

    @model_validator(mode="after")
    def _reason_of_no_help(self) -> Rating:
        if self.helped and self.reason is not None:
            raise ValueError("an answer that helped has no reason why it did not")
        return self


class Opening(BaseModel):
    """How a conversation is started; every field may be left out."""

    model_config = ConfigDict(extra="forbid")

    language: Language | None = Field(default=None, description="Of the page: a hint.")


class Opened(BaseModel):
    """A conversation that has been started."""

    id: str = Field(description="Unguessable: who knows it can read the conversation.")


class PersonEntry(BaseModel):
    """What the person said, in the history."""

    who: Literal["person"] = "person"
    text: str = Field(description="Personal numbers are masked.")
    at: datetime
    message_id: str | None


class BotEntry(Message):
    """What the bot said, in the history."""

    who: Literal["bot"] = "bot"
    at: datetime


class History(BaseModel):
    """A conversation so far, oldest message first."""

    id: str
    language: Language | None = Field(description="Of the bot's last message.")
    ended: bool = Field(description="Whether a new conversation must be started to go on.")
    messages: list[Annotated[PersonEntry | BotEntry, Field(discriminator="who")]]

"""What all actions share: from a turn to a reply, from a reply to Rasa's messages and events."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, Restarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.guide import GUIDE_ACTION, button, wanted
from bot.actions.language_names import is_request
from bot.actions.messages import Message, say
from bot.actions.phrases import Phrases
from bot.actions.turn import CHANGE_LANGUAGE, Turn, read_turn
from knowledge.former_names import former_names_in

_WITHIN_FORMS: Final = ("action_ask_", "action_read_")

# What asks for something of its own has its own buttons.
_ASKING: Final = frozenset({"question", "choice"})


@dataclass(frozen=True)
class Reply:
    """What an action decided.

    Attributes:
        messages: What to say, in this order.
        remember: Values of slots.
        leaves_form: Whether an open form is given up.
        then: The action that goes on with this turn, if another one does.
        forgets: Whether everything but the language is forgotten.
    """

    messages: tuple[Message, ...] = ()
    remember: Mapping[str, Any] = field(default_factory=dict)
    leaves_form: bool = False
    then: str | None = None
    forgets: bool = False


class BotAction(Action):
    """An action: decides on a reply in `reply`, in a thread, since it may read the database."""

    action_name: str
    language_first: ClassVar[bool] = False
    """Whether it waits until the language is clear; the way to a person, for one, waits for nothing."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    def name(self) -> str:
        """Return the name in domain.yml."""
        return self.action_name

    @abstractmethod
    def reply(self, turn: Turn) -> Reply:
        """Return what to say and to remember."""

    async def run(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: Mapping[str, Any],  # noqa: ARG002 (rasa-sdk's signature)
    ) -> list[EventType]:
        """Say the reply and return what Rasa has to remember."""
        turn = read_turn(tracker)
        if self.language_first and _is_about_language(turn):
            reply = Reply(then=CHANGE_LANGUAGE)
        else:
            reply = await asyncio.to_thread(self._guided, turn)
        for message in self._with_hint(turn, _with_new_names(turn, reply.messages)):
            say(dispatcher, message)
        return _events(turn, reply)

    def _guided(self, turn: Turn) -> Reply:
        """Return the reply; the typed label of a guide's button leads there in its place."""
        if self._leads_to_guide(turn):
            return Reply(then=GUIDE_ACTION, leaves_form=True)
        reply = self.reply(turn)
        if self.action_name == GUIDE_ACTION or reply.forgets or turn.intent == "distress":
            return reply
        return self._with_way_back(turn, reply)

    def _leads_to_guide(self, turn: Turn) -> bool:
        is_typed_first = bool(turn.text) and not turn.ran
        if not is_typed_first or self.action_name.startswith(_WITHIN_FORMS):
            return False
        return wanted(turn, self._phrases) is not None

    def _with_way_back(self, turn: Turn, reply: Reply) -> Reply:
        """Say how to go on with a guide that the reply comes in between of."""
        if reply.leaves_form and turn.guide.state == "asking":
            reply = replace(reply, remember={**reply.remember, "pd_u2_guide": "paused"})
        elif turn.guide.state != "paused":
            return reply
        if not reply.messages or reply.messages[-1].kind in _ASKING:
            return reply
        *before, last = reply.messages
        go_on = button("pd_u2_go_on", turn, self._phrases)
        return replace(reply, messages=(*before, replace(last, buttons=(*last.buttons, go_on))))

    def _with_hint(self, turn: Turn, messages: tuple[Message, ...]) -> tuple[Message, ...]:
        if not messages or not turn.has_personal_number or turn.spoken:
            return messages
        first, *rest = messages
        hint = self._phrases.text(turn.language, "personal_number_hint")
        return (replace(first, text=f"{first.text}\n\n{hint}"), *rest)


def _is_about_language(turn: Turn) -> bool:
    """Return whether the person asks for a language, or has to be asked for theirs.

    A few words in reply to what was asked are never met with a question of another kind.
    """
    if turn.ran:
        return False
    if is_request(turn.text):
        return True
    if turn.foreign:
        # Told once, the person gets what can be answered in the language of the conversation.
        return not (turn.chosen_language or turn.asked_language)
    return turn.perhaps is not None and (turn.form is None or turn.asks)


def _with_new_names(turn: Turn, messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """Tell whoever asked with a former name of something what it is called now."""
    notes = [former.notes[turn.language] for former in former_names_in(turn.text)]
    if not messages or not notes or turn.spoken:
        return messages
    first, *rest = messages
    return (replace(first, text="\n\n".join([*notes, first.text])), *rest)


def _events(turn: Turn, reply: Reply) -> list[EventType]:
    events: list[EventType] = []
    if reply.forgets:
        events.append(Restarted())
        events.append(SlotSet("language_chosen", turn.chosen_language))
        events.append(SlotSet("language_asked", turn.asked_language))
    language = reply.remember.get("language", turn.language)
    if not turn.foreign and (reply.forgets or language != turn.remembered_language):
        events.append(SlotSet("language", language))
    if turn.told_citizenship is not None and not reply.forgets:
        # Rasa fills the slot from entities only while no form is open.
        events.append(SlotSet("citizenship_group", turn.situation.get("citizenship")))
    if reply.leaves_form and turn.form is not None:
        events += [ActiveLoop(None), SlotSet("requested_slot", None)]
        events.append(SlotSet("open_question", None))
    if turn.put_off is not None and reply.then is None:
        events.append(SlotSet("put_off", None))
    events += [SlotSet(name, value) for name, value in reply.remember.items() if name != "language"]
    if reply.then is not None:
        events.append(FollowupAction(reply.then))
    return events

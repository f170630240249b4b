"""Another language: changed when asked for, asked for when it is in doubt, and kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.actions.action import BotAction, Reply
from bot.actions.handover import handover_button
from bot.actions.language_names import is_request, requested_language
from bot.actions.messages import Button, Message
from bot.actions.phrases import Phrases
from bot.actions.turn import CHANGE_LANGUAGE, Turn
from bot.components.payloads import change_language
from language.languages import LANGUAGES, NAMES, Language

# What a message that was put off is answered by; all other intents are small talk.
_ANSWERED_BY: Final[Mapping[str, str]] = {
    "faq": "action_answer",
    "follow_up": "action_answer",
    "out_of_scope": "action_fallback",
}

# What is kept of a message that is put off, as the pipeline wrote it.
_KEPT: Final = (
    "text",
    "intent",
    "entities",
    "topic",
    "confidence",
    "band",
    "ranking",
    "topics",
    "cues",
    "aspects",
    "relative",
    "language",
    "metadata",
)


class ActionChangeLanguage(BotAction):
    """Goes on in the language that was asked for, or asks which one."""

    action_name = CHANGE_LANGUAGE

    def __init__(self, phrases: Phrases, seventh_languages: Mapping[str, str]) -> None:
        super().__init__(phrases)
        self._seventh_languages = seventh_languages

    def reply(self, turn: Turn) -> Reply:
        """Return what to say.

        What was put off is answered in the new language, or the last answer given once more.
        """
        wanted = turn.wanted_language or _requested(turn)
        if wanted is None:
            question = self._six_languages(turn) if turn.foreign else self._question(turn)
            return Reply((question,), _put_off(turn), leaves_form=True)
        changed = Message(
            kind="smalltalk",
            text=self._phrases.text(wanted, "language_changed"),
            language=wanted,
        )
        return Reply(
            (changed,),
            {"language": wanted, "language_chosen": True},
            then=_goes_on_with(turn, wanted),
        )

    def _question(self, turn: Turn) -> Message:
        # Who cannot read the language of the conversation can read the one they seem to write.
        languages = [turn.language, *([turn.perhaps] if turn.perhaps else [])]
        texts = [self._phrases.text(language, "ask_language") for language in languages]
        return Message(
            kind="question",
            text="\n\n".join(dict.fromkeys(texts)),
            language=turn.language,
            buttons=_language_buttons(),
        )

    def _six_languages(self, turn: Turn) -> Message:
        # In the person's language, in the conversation's, and in those that most have some of.
        ours: tuple[Language, ...] = (turn.language, "en", "da")
        theirs = self._seventh_languages.get(turn.seventh or "")
        texts = [theirs or "", *(self._phrases.text(code, "seventh_language") for code in ours)]
        handover = handover_button(turn.language, self._phrases)
        return Message(
            kind="fallback",
            text="\n\n".join(text for text in dict.fromkeys(texts) if text),
            language=turn.language,
            confidence=turn.confidence,
            buttons=(*_language_buttons(), handover),
        )


def _put_off(turn: Turn) -> dict[str, Any]:
    """Return what to remember of a message that waits for a language."""
    kept: Mapping[str, Any] | None = turn.put_off
    if turn.perhaps is not None or turn.foreign:
        kept = {name: turn.message.get(name) for name in _KEPT}
    return {"language_asked": True, **({"put_off": kept} if kept is not None else {})}


def _requested(turn: Turn) -> Language | None:
    # A message in doubt may name a language for another reason ("deutsche Steuerkarte").
    if turn.intent != "change_language" and not is_request(turn.text):
        return None
    return requested_language(turn.text, turn.language)


def _goes_on_with(turn: Turn, wanted: Language) -> str | None:
    if turn.put_off is not None:
        intent = str((turn.put_off.get("intent") or {}).get("name"))
        return _ANSWERED_BY.get(intent, "action_smalltalk")
    again = turn.form is None and turn.remembered_topic and wanted != turn.remembered_language
    return "action_answer" if again else None


def _language_buttons() -> tuple[Button, ...]:
    return tuple(Button(NAMES[code], change_language(code)) for code in LANGUAGES)

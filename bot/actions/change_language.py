"""Another language: changed when asked for, asked for when it is in doubt, and kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.actions.action import BotAction, Reply
from bot.actions.language_names import is_request, requested_language
from bot.actions.messages import Button, Message
from bot.actions.turn import CHANGE_LANGUAGE, Turn
from bot.components.payloads import change_language
from language.languages import LANGUAGES, NAMES, Language

# What a message that was put off is answered by; all other intents are small talk.
_ANSWERED_BY: Final[Mapping[str, str]] = {
    "faq": "action_answer",
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
    "language",
    "metadata",
)


def language_buttons() -> tuple[Button, ...]:
    """Return a button for each of the six languages, with its name in itself."""
    return tuple(Button(NAMES[code], change_language(code)) for code in LANGUAGES)


class ActionChangeLanguage(BotAction):
    """Goes on in the language that was asked for, or asks which one."""

    action_name = CHANGE_LANGUAGE

    def reply(self, turn: Turn) -> Reply:
        """Return what to say.

        What was put off is answered in the new language, or the last answer given once more.
        """
        wanted = turn.wanted_language or _requested(turn)
        if wanted is None:
            return self._question(turn)
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

    def _question(self, turn: Turn) -> Reply:
        # Who cannot read the language of the conversation can read the one they seem to write.
        languages: list[Language] = [turn.language]
        remember: dict[str, Any] = {"language_asked": True}
        if turn.perhaps is not None:
            languages += [turn.perhaps]
            remember["put_off"] = {name: turn.message.get(name) for name in _KEPT}
        elif turn.put_off is not None:
            remember["put_off"] = turn.put_off
        texts = [self._phrases.text(language, "ask_language") for language in languages]
        question = Message(
            kind="question",
            text="\n\n".join(dict.fromkeys(texts)),
            language=turn.language,
            buttons=language_buttons(),
        )
        return Reply((question,), remember, leaves_form=True)


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

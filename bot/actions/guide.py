"""The buttons by which the guide PD U2 is begun, gone on with and begun anew, pressed or typed."""

from __future__ import annotations

from typing import Final

from bot.actions.messages import Button
from bot.actions.phrases import Phrase, Phrases
from bot.actions.turn import Turn
from bot.components.payloads import GuideButton, guide

GUIDE_ACTION: Final = "action_pd_u2"
GUIDE_FORM: Final = "pd_u2_form"

_TOPICS: Final = frozenset({"pd-u2-registration", "pd-u2-extension"})
_CV_TOPIC: Final = "jobnet-cv"

_LABELS: Final[dict[Phrase, GuideButton]] = {
    "pd_u2_begin": "begin",
    "pd_u2_again": "begin",
    "pd_u2_go_on": "go_on",
}


def button(label: Phrase, turn: Turn, phrases: Phrases) -> Button:
    """Return one of the buttons of `_LABELS`, in the person's language."""
    return Button(phrases.text(turn.language, label), guide(_LABELS[label]))


def wanted(turn: Turn, phrases: Phrases) -> GuideButton | None:
    """Return what a message asks of the guide, by button or by typing the label of one."""
    if turn.button:
        return turn.guide.button
    labels = {
        label: does for name, does in _LABELS.items() for label in phrases.in_all_languages(name)
    }
    return turn.closest(labels)


def beginning(topic: str, turn: Turn, phrases: Phrases) -> tuple[Button, ...]:
    """Return the button that begins the guide, under an answer that it goes with.

    The CV of Jobnet is made by others too: there only for who came from a PD U2. Who cannot be
    registered with one has nothing to count, and who has begun gets a button to go on.
    """
    fits = topic in _TOPICS or (topic == _CV_TOPIC and turn.remembered_topic in _TOPICS)
    if not fits or turn.guide.state or turn.situation.get("citizenship") == "third_country":
        return ()
    return (button("pd_u2_begin", turn, phrases),)

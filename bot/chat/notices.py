"""What the chat itself says when no answer can be had: in the person's language."""

from __future__ import annotations

from bot.chat.messages import MOST_CHARACTERS
from conversations.models import UNAVAILABLE
from conversations.record import Reply
from language.languages import Language
from web.translations import translations

CENTRES_URL = "https://lifeindenmark.borger.dk/settle-in-denmark/ics-international-citizen-service"
"""The official page that lists the centres and how to reach them."""


def unavailable(language: Language) -> Reply:
    """Return the message that the bot cannot answer now, and how to reach a person."""
    text = translations(language).gettext(
        "Sorry, I cannot answer at the moment. Please try again in a few minutes. "
        "To reach a person, contact an International Citizen Service centre: "
        "[addresses, telephone numbers and opening hours](%(url)s)."
    )
    return Reply(kind=UNAVAILABLE, text=text % {"url": CENTRES_URL}, language=language)


def too_long(language: Language, length: int) -> Reply:
    """Return the message that a text is too long."""
    text = translations(language).gettext(
        "Your message has %(length)s characters; I can read %(most)s at most. "
        "Please make it shorter, or send one question at a time."
    )
    return Reply(
        kind="fallback", text=text % {"length": length, "most": MOST_CHARACTERS}, language=language
    )


def empty(language: Language) -> Reply:
    """Return the message that there is nothing to answer."""
    text = translations(language).gettext("Your message is empty. Please write your question.")
    return Reply(kind="fallback", text=text, language=language)


def unknown_button(language: Language) -> Reply:
    """Return the message that a button does not belong to this conversation."""
    text = translations(language).gettext(
        "This button belongs to another conversation. Please write what you want to know."
    )
    return Reply(kind="fallback", text=text, language=language)


def ended(language: Language) -> Reply:
    """Return the message that a conversation is over."""
    text = translations(language).gettext(
        "This conversation has ended because it became long or old. Please start a new one."
    )
    return Reply(kind="fallback", text=text, language=language)


def too_many(language: Language, seconds: int) -> Reply:
    """Return the message that too much came from one place."""
    translation = translations(language)
    text = translation.ngettext(
        "Too many messages have come from your network. Please wait %(seconds)s second.",
        "Too many messages have come from your network. Please wait %(seconds)s seconds.",
        seconds,
    )
    return Reply(kind="fallback", text=text % {"seconds": seconds}, language=language)

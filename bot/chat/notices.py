"""What the chat itself says when no answer can be had: in the person's language."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.messages import MOST_CHARACTERS
from conversations.models import UNAVAILABLE
from conversations.record import Reply
from knowledge.addresses import article_path, articles_path, centres_path
from knowledge.centres import ServingCentre
from knowledge.search import Hit
from language.languages import Language
from web.translations import translations


def unavailable(
    language: Language, public_url: str, hits: Sequence[Hit], centre: ServingCentre | None
) -> Reply:
    """Return the message that the bot cannot answer now, with articles and the way to a person.

    Args:
        language: Of the message.
        public_url: Of our pages, which the message leads to.
        hits: Articles that fit what the person wrote.
        centre: That of the municipality which the person named, if any.
    """
    _ = translations(language).gettext
    parts = [_("Sorry, I cannot answer at the moment. Please try again in a few minutes.")]
    if hits:
        links = [f"- [{h.title}]({public_url}{article_path(h.topic, language)})" for h in hits]
        parts += [_("These articles may help:"), "\n".join(links)]
    else:
        parts.append(
            _("I found no article that fits. [Here you see all of them](%(url)s).")
            % {"url": f"{public_url}{articles_path(language)}"}
        )
    parts.append(
        _(
            "To reach a person, contact an International Citizen Service centre: "
            "[addresses, telephone numbers and opening hours](%(url)s)."
        )
        % {"url": f"{public_url}{centres_path(language)}"}
    )
    if centre is not None:
        parts += _contact(centre, language)
    return Reply(kind=UNAVAILABLE, text="\n\n".join(parts), language=language)


def _contact(centre: ServingCentre, language: Language) -> list[str]:
    known = [value for value in (centre.address, centre.phone, centre.email) if value]
    parts = [f"{centre.municipality}: **{centre.name}**", "\n".join(f"- {one}" for one in known)]
    if not centre.agreement_known:
        parts.append(
            translations(language).gettext(
                "This is the nearest centre. Ask your municipality whether it is the one that "
                "helps you."
            )
        )
    return [part for part in parts if part]


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

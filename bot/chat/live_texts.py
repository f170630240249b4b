"""What the chat says while it is used, on our page and on the pages that embed it.

In the language of the conversation, which need not be the page's.
"""

from __future__ import annotations

from language.languages import Language
from web.translations import translations


def live_texts(language: Language) -> dict[str, str]:
    """Return the texts by the names that the scripts use."""
    _ = translations(language).gettext
    return {
        "left": _("Characters left: %(number)s") % {"number": "{number}"},
        "over": _("Too long by %(number)s characters. Please make it shorter.")
        % {"number": "{number}"},
        "empty": _("Write your question first."),
        "writing": _("The answer is being written …"),
        "waiting": _("No connection. Your message is kept and is sent again …"),
        "failed": _("Your message could not be sent. It is kept here."),
        "again": _("Try again"),
    }

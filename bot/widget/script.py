"""The widget as one file: its texts in all languages, its style sheet and its code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.chat.live_texts import live_texts
from bot.chat.messages import MOST_CHARACTERS
from bot.chat.ratings import reasons
from language.languages import LANGUAGES, Language
from web.translations import translations

_SOURCE = Path(__file__).parent / "source"


def texts(language: Language) -> dict[str, Any]:
    """Return all texts that the widget shows, in a language, by the names that its code uses."""
    _ = translations(language).gettext
    return {
        "chat": _("Chat"),
        "close": _("Close"),
        "restart": _("Start over"),
        "question": _("Your question"),
        "send": _("Send"),
        "welcome": _(
            "Hello! What would you like to know? Please do not write your CPR number here."
        ),
        "examples": [_("How do I get a tax card?"), _("How do I get a CPR number?")],
        "you": _("You wrote:"),
        "bot": _("The chat wrote:"),
        "source": _("Source:"),
        "checked": _("checked %(date)s") % {"date": "{date}"},
        "more": _("More sources"),
        **live_texts(language),
        "didHelp": _("Did this help?"),
        "yes": _("Yes"),
        "no": _("No"),
        "whatWasWrong": _("What was wrong? You need not say."),
        "reasons": dict(reasons(language)),
        "writeToPerson": _("Write to a person"),
        "person": _("I want to talk to a person"),
        "thanks": _("Thank you for telling us."),
        "notRated": _("That could not be saved. Please try again."),
    }


def widget_script() -> bytes:
    """Return the script that defines the element."""
    data = {
        "texts": {language: texts(language) for language in LANGUAGES},
        "style": (_SOURCE / "widget.css").read_text("utf-8"),
        "most": MOST_CHARACTERS,
    }
    code = (_SOURCE / "widget.js").read_text("utf-8")
    # In a function, so that nothing of it meets the names of the page around it.
    return f"(() => {{\nconst ANKOMST = {json.dumps(data, ensure_ascii=False)};\n{code}}})();\n".encode()

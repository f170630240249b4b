"""What a person can say of an answer: whether it helped, and why it did not."""

from __future__ import annotations

from conversations.models import UnhelpfulReason
from language.languages import Language
from web.translations import translations


def reasons(language: Language) -> list[tuple[UnhelpfulReason, str]]:
    """Return why an answer may not have helped, in the words of buttons."""
    _ = translations(language).gettext
    return [
        ("not_my_question", _("It is not what I asked")),
        ("hard_to_understand", _("It is hard to understand")),
        ("wrong_or_old", _("It is wrong or out of date")),
        ("incomplete", _("Something is missing")),
    ]

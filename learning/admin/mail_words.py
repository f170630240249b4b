"""What the names of training mails mean, in the words of admins."""

from __future__ import annotations

from knowledge.catalogue import Catalogue
from language.languages import Language
from language.personal_data import PersonalKind
from learning.admin import words
from triage.desk import words as desk_words
from triage.models import HowConfirmed
from web.translations import translations


class Words(words.Words):
    """The words in one language of staff.

    Args:
        language: da or en.
        known: The topics.
    """

    def __init__(self, language: Language, known: Catalogue) -> None:
        super().__init__(language, known)
        self._desk = desk_words.Words(language)
        gettext = translations(language).gettext
        self._how: dict[HowConfirmed, str] = {
            "confirmed": gettext("confirmed by a caseworker"),
            "corrected": gettext("corrected by a caseworker"),
            "answered": gettext("answered by a caseworker"),
            "moved": gettext("moved in the mailbox"),
        }
        self._personal: dict[PersonalKind, str] = {
            "name": gettext("name"),
            "signature": gettext("signature"),
            "address": gettext("address"),
            "employer": gettext("company"),
            "email": gettext("e-mail address"),
            "link": gettext("web address"),
            "phone": gettext("telephone number"),
            "account": gettext("account number"),
            "number": gettext("long number"),
            "birth": gettext("day of birth"),
            "cpr": gettext("CPR number"),
        }

    def shelf(self, shelf: str) -> str:
        """Return the name of a shelf."""
        return self._desk.shelf(shelf)

    def how(self, how: HowConfirmed) -> str:
        """Return what confirmed a routing."""
        return self._how[how]

    def personal(self, kind: PersonalKind) -> str:
        """Return what is taken out of a text."""
        return self._personal[kind]

"""What the names of training messages and questions mean, in the words of admins."""

from __future__ import annotations

from conversations.unanswered import Outcome
from knowledge.admin import words
from knowledge.catalogue import Catalogue
from language.languages import Language
from understanding.examples import OUT_OF_SCOPE, topic_of
from web.translations import translations


class Words(words.Words):
    """The words in one language of staff.

    Args:
        language: da or en.
        known: The topics.
    """

    def __init__(self, language: Language, known: Catalogue) -> None:
        super().__init__(language)
        self._topics = known.every
        gettext = translations(language).gettext
        self._outcomes: dict[Outcome, str] = {
            "fallback": gettext("Not answered"),
            "choice": gettext("Topics offered"),
            "none_of_these": gettext("“None of these”"),
            "unhelpful": gettext("Answer did not help"),
            "unavailable": gettext("The chat was away"),
        }
        self._labels = {
            "greet": gettext("Greeting"),
            "goodbye": gettext("Goodbye"),
            "thanks": gettext("Thanks"),
            "affirm": gettext("Yes"),
            "deny": gettext("No"),
            "bot_challenge": gettext("Is this a person?"),
            "change_language": gettext("Another language"),
            "restart": gettext("From the beginning"),
            "human_handover": gettext("Talk to a person"),
            "feedback_negative": gettext("That did not help"),
            "what_can_you_do": gettext("What can you do?"),
            OUT_OF_SCOPE: gettext("Not for us"),
        }

    def outcome(self, outcome: Outcome) -> str:
        """Return what became of a question."""
        return self._outcomes[outcome]

    def label(self, label: str) -> str:
        """Return what a training message is about; a topic by its title in English."""
        topic = self._topics.get(topic_of(label) or "")
        return self._labels.get(label, topic_of(label) or label) if topic is None else topic.title

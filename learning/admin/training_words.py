"""What the names of trainings mean, in the words of admins."""

from __future__ import annotations

from typing import Any

from language.languages import NAMES, Language
from learning.models import Failure, RunState, Stage, TrainingRun
from triage.desk import words as desk_words
from understanding.bands import FAQ_INTENT, Band
from understanding.examples import OUT_OF_SCOPE, topic_of
from web.translations import translations


class Words:
    """The words in one language of staff.

    Args:
        language: da or en.
        titles: The titles of topics in that language, by slug.
    """

    def __init__(self, language: Language, titles: dict[str, str]) -> None:
        self._texts = translations(language)
        self._titles = titles
        self._desk = desk_words.Words(language)

    def state(self, state: RunState) -> str:
        """Return how far a run has come."""
        gettext = self._texts.gettext
        names = {
            RunState.WAITING: gettext("Waiting"),
            RunState.TRAINING: gettext("Training"),
            RunState.EVALUATED: gettext("To be decided"),
            RunState.ACTIVE: gettext("In use"),
            RunState.REFUSED: gettext("Refused"),
            RunState.REPLACED: gettext("Replaced"),
            RunState.UNCHANGED: gettext("Nothing new"),
            RunState.FAILED: gettext("Failed"),
        }
        return names[state]

    def stage(self, run: TrainingRun) -> str:
        """Return what a run under way is at, in a sentence."""
        gettext = self._texts.gettext
        if run.state == RunState.WAITING or run.stage is None:
            return gettext("The training waits for the trainer.")
        names: dict[Stage, str] = {
            "reading": gettext("The messages are read."),
            "encoding": gettext("New messages are encoded."),
            "fitting": gettext("The model is fitted to the messages."),
            "archive": gettext("The model is packed for the chat."),
            "comparing": gettext("The model is compared with the one in use."),
        }
        return names[run.stage]

    def failure(self, failure: Failure) -> str:
        """Return why a training failed, and what to do."""
        gettext = self._texts.gettext
        names: dict[Failure, str] = {
            "data": gettext(
                "The messages cannot be trained on. Correct what is said below, then train again."
            ),
            "rasa": gettext(
                "Rasa could not make its part of the model. Show what stands below to the operator."
            ),
            "killed": gettext(
                "The training was ended from outside three times, perhaps for want of memory. Ask "
                "the operator to look, then train again."
            ),
            "broken": gettext(
                "The training broke off. Train again; if it breaks off again, ask the operator to "
                "look into the log of the trainer."
            ),
        }
        return names[failure]

    def language(self, language: Language) -> str:
        """Return the name of a language in itself."""
        return NAMES[language]

    def topic(self, slug: str) -> str:
        """Return the title of a topic; its slug where it has none."""
        return self._titles.get(slug, slug)

    def label(self, label: str) -> str:
        """Return what a message is filed under."""
        topic = topic_of(label)
        if topic is not None:
            return self.topic(topic)
        return self._texts.gettext("Out of scope") if label == OUT_OF_SCOPE else label

    def shelf(self, shelf: str) -> str:
        """Return the name of a shelf."""
        return self._desk.shelf(shelf)

    def sorting(self, done: dict[str, Any]) -> str:
        """Return what a model did with a mail, as it is kept with a run."""
        gettext = self._texts.gettext
        said = gettext("%(queue)s, sure") if done["decided"] else gettext("%(queue)s, unsure")
        return said % {"queue": self.shelf(done["shelf"])}

    def doing(self, intent: str, band: Band, topics: list[str]) -> str:
        """Return what a model does with a message."""
        gettext = self._texts.gettext
        if band == "refuse":
            return gettext("Finds no answer")
        if band == "choice":
            shown = ", ".join(self.topic(slug) for slug in topics)
            return gettext("Offers: %(topics)s") % {"topics": shown}
        what = self.topic(topics[0]) if intent == FAQ_INTENT else intent
        return gettext("Answers: %(topic)s") % {"topic": what}

    def done(self, judgement: dict[str, Any]) -> str:
        """Return what a model did, as it is kept with a changed message."""
        return self.doing(judgement["intent"], judgement["band"], judgement["topics"])

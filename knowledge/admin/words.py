"""What the names of the knowledge mean, in the words of admins."""

from __future__ import annotations

from typing import cast

from conversations.models import UnhelpfulReason
from knowledge.aligning import PartKey
from knowledge.articles import Reading
from knowledge.models import TranslationVersion, VersionState
from knowledge.overview import Mark
from language.languages import NAMES, Language
from understanding.queues import Queue
from web.translations import translations


class Words:
    """The words in one language of staff.

    Args:
        language: da or en.
    """

    def __init__(self, language: Language) -> None:
        self._texts = translations(language)

    def queue(self, queue: Queue) -> str:
        """Return the name of a queue."""
        gettext = self._texts.gettext
        names: dict[Queue, str] = {
            "tax": gettext("Tax"),
            "jobseeker": gettext("Jobseekers"),
            "visitation": gettext("Visitation"),
        }
        return names[queue]

    def language(self, language: Language) -> str:
        """Return the name of a language in itself."""
        return NAMES[language]

    def mark(self, mark: Mark) -> str:
        """Return what holds for a text."""
        gettext = self._texts.gettext
        names: dict[Mark, str] = {
            "published": gettext("Published"),
            "draft": gettext("Draft"),
            "scheduled": gettext("Scheduled"),
            "in_review": gettext("Waiting for review"),
            "changes_wanted": gettext("Changes wanted"),
            "approved": gettext("Approved"),
            "review_put_off": gettext("To be reviewed afterwards"),
            "missing": gettext("Missing"),
            "withdrawn": gettext("Withdrawn"),
            "stale": gettext("Out of date"),
        }
        return names[mark]

    def state(self, version: TranslationVersion) -> str:
        """Return the state of a version."""
        gettext = self._texts.gettext
        names: dict[VersionState, str] = {
            "draft": gettext("Draft"),
            "published": gettext("Published"),
            "replaced": gettext("Replaced by a later version"),
            "withdrawn": gettext("Withdrawn"),
        }
        return names[version.state]

    def part(self, key: PartKey) -> str:
        """Return the name of a part of a text."""
        gettext = self._texts.gettext
        names: dict[PartKey, str] = {
            "lead": gettext("Direct answer"),
            "steps": gettext("Steps"),
            "bring": gettext("What to have ready"),
            "deadlines": gettext("Deadlines"),
            "mistakes": gettext("Frequent mistakes"),
            "next": gettext("What happens next"),
            "where": gettext("Where to go"),
        }
        return names[key]

    def reading(self, reading: str) -> str:
        """Return how far a text has been read."""
        gettext = self._texts.gettext
        names: dict[Reading, str] = {
            "written": gettext("Written, read by nobody else"),
            "cross-read": gettext("Read by a second reader against the Danish text"),
            "confirmed": gettext("Confirmed by a native reader"),
        }
        return names[cast("Reading", reading)]

    def origin(self, version: TranslationVersion) -> str:
        """Return where a version came from."""
        gettext = self._texts.gettext
        return gettext("From the files") if version.origin == "import" else gettext("Edited here")

    def reason(self, reason: UnhelpfulReason) -> str:
        """Return why an answer did not help, as the person said."""
        gettext = self._texts.gettext
        names: dict[UnhelpfulReason, str] = {
            "not_my_question": gettext("not what was asked"),
            "hard_to_understand": gettext("hard to understand"),
            "wrong_or_old": gettext("wrong or out of date"),
            "incomplete": gettext("something is missing"),
        }
        return names[reason]

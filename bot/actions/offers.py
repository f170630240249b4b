"""Articles to offer where there is no answer; nobody waits until the search is ready."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import structlog

from knowledge.search import Hit, Search
from language.languages import LANGUAGES, Language
from storage.database import Database
from web.request_log import error_fields

_log = structlog.get_logger(__name__)

_NOTHING: Final[Sequence[Hit]] = ()


class Offers:
    """Finds articles by a search whose indexes are made in the background.

    Making one takes seconds, at the start and whenever something was published in the language;
    until then nothing is offered.

    Args:
        database: With the articles.
        search: Finds them.
    """

    def __init__(self, database: Database, search: Search) -> None:
        self._database = database
        self._search = search
        self._under_way: dict[Language, Future[None]] = {}
        self._background = ThreadPoolExecutor(1, thread_name_prefix="offers")

    def prepare(self) -> None:
        """Begin to make the indexes of all languages."""
        for language in LANGUAGES:
            self._prepare(language)

    def articles(self, question: str, language: Language) -> Sequence[Hit]:
        """Return the articles that a question is surely about, the best first.

        Args:
            question: As typed.
            language: Of the articles.
        """
        with self._database.reading() as session:
            if self._search.can_offer(session, language):
                return self._search.offer(session, question, language)
        self._prepare(language)
        return _NOTHING

    def close(self) -> None:
        """Begin nothing more."""
        self._background.shutdown(cancel_futures=True)

    def _prepare(self, language: Language) -> None:
        if not self._search.ranks_by_meaning:
            return
        under_way = self._under_way.get(language)
        if under_way is None or under_way.done():
            self._under_way[language] = self._background.submit(self._make, language)

    def _make(self, language: Language) -> None:
        try:
            with self._database.reading() as session:
                self._search.prepare(session, language)
        except Exception as error:  # noqa: BLE001 (the next question tries again)
            _log.error("offers_not_prepared", **error_fields(error))

"""The active model in a process: whoever needs it next has the new one, without a restart."""

from __future__ import annotations

import threading

import structlog
from sqlalchemy.orm import Session

from learning import runs
from learning.versions import Versions
from storage.database import Database
from understanding.errors import ModelMissingError, UnderstandingError
from understanding.mails import MailJudgement
from understanding.model import Understanding

_log = structlog.get_logger(__name__)


class CurrentModel:
    """Gives the active model; may be used from several threads.

    Args:
        database: Says which one is active.
        versions: The models on disk.
    """

    def __init__(self, database: Database, versions: Versions) -> None:
        self._database = database
        self._versions = versions
        self._lock = threading.Lock()
        self._loaded: Understanding | None = None
        self._name: str | None = None

    def model(self) -> Understanding:
        """Return the active model; it is loaded when it is not the one of the last time.

        Where a new one cannot be loaded, the one of the last time goes on and the log says so.

        Raises:
            ModelMissingError: None was trained yet.
            ModelFormatError: It cannot be loaded, and none is there to go on with.
            DatabaseUnavailableError: The database is away.
        """
        with self._database.reading() as session:
            return self._active(session)

    def judge_mail(self, text: str) -> MailJudgement:
        """Judge a mail with the active model, as `Understanding.judge_mail`."""
        return self.model().judge_mail(text)

    def topic_probabilities(self, session: Session, text: str) -> dict[str, float]:
        """Return how likely a text is about each topic, as `Understanding.topic_probabilities`.

        Where there is no model that can be used, nothing is known of any topic; the log says so.
        """
        try:
            return self._active(session).topic_probabilities(text)
        except UnderstandingError as error:
            _log.warning("topics_unknown", reason=str(error))
            return {}

    def _active(self, session: Session) -> Understanding:
        run = runs.active(session)
        name = run.version if run is not None else None
        with self._lock:
            if name is not None and name != self._name:
                self._load(name)
            if self._loaded is None:
                raise ModelMissingError("There is no model yet; train one with: ankomst train")
            return self._loaded

    def _load(self, name: str) -> None:
        try:
            self._loaded = Understanding.load(self._versions.version(name).understanding)
        except UnderstandingError as error:
            if self._loaded is None:
                raise
            _log.error("model_not_loaded", version=name, reason=str(error))
        # Also where it could not be loaded: it would not be the next time either.
        self._name = name

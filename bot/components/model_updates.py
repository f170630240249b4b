"""Fetches the active model while Rasa serves, and puts it in the place of the present one.

Rasa's own way loads a model within its event loop, where every conversation waits for it, and
starts without a model when its server is not there. Here it is loaded beside the conversations; a
turn that has begun is finished with the model that it began with.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor

_log = logging.getLogger(__name__)

_SILENT_FAILURES = 15


class ModelUpdates:
    """Keeps an agent at the active model.

    Args:
        agent: Rasa's agent.
        endpoint: Where the archive is fetched from, as `models` in endpoints.yml says it.
        version: The name of the model that the agent has; None when it has none yet.
    """

    def __init__(self, agent: Any, endpoint: Any, version: str | None) -> None:
        self._agent = agent
        self._endpoint = endpoint
        self._pause = float(endpoint.kwargs["wait_time_between_pulls"])
        self._tag = f'"{version}"' if version else None
        self._failures = 0

    async def wait_for_first(self) -> None:
        """Return when the agent has a model."""
        while not self._agent.is_ready():
            await self.look()
            if not self._agent.is_ready():
                await asyncio.sleep(self._pause)

    async def keep_up(self) -> None:
        """Look for another model again and again, until cancelled."""
        while True:
            await asyncio.sleep(self._pause)
            await self.look()

    async def look(self) -> None:
        """Fetch the active model once, if it is another one; what goes wrong is logged."""
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / "rasa.tar.gz"
            try:
                tag = await self._fetch(archive)
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
                self._note_failure(type(error).__name__)
                return
            self._failures = 0
            if tag is None:
                return
            # Also where it cannot be loaded: it would be no better the next time.
            self._tag = tag
            try:
                await self._take(archive)
            except Exception:  # noqa: BLE001 (whatever it is, the present model goes on)
                _log.exception("The model %s cannot be loaded; the present one stays.", tag)
            else:
                _log.info("The model is now %s.", tag)

    async def _fetch(self, archive: Path) -> str | None:
        """Write the active archive to a file; return its tag, or None where it is the present one."""
        headers = {"If-None-Match": self._tag} if self._tag else {}
        async with (
            self._endpoint.session() as session,
            session.get(self._endpoint.url, headers=headers) as response,
        ):
            if response.status == HTTPStatus.NOT_MODIFIED:
                return None
            response.raise_for_status()
            archive.write_bytes(await response.read())
            tag: str = response.headers["ETag"]
            return tag

    async def _take(self, archive: Path) -> None:
        agent = self._agent
        processor = await asyncio.get_running_loop().run_in_executor(None, self._load, archive)
        agent.processor = processor
        agent.domain = processor.domain
        agent.tracker_store.domain = processor.domain
        if isinstance(agent.nlg, TemplatedNaturalLanguageGenerator):
            agent.nlg.responses = processor.domain.responses

    def _load(self, archive: Path) -> Any:
        agent = self._agent
        return MessageProcessor(
            model_path=str(archive),
            tracker_store=agent.tracker_store,
            lock_store=agent.lock_store,
            action_endpoint=agent.action_endpoint,
            generator=agent.nlg,
        )

    def _note_failure(self, kind: str) -> None:
        self._failures += 1
        if self._failures == _SILENT_FAILURES:
            _log.warning("No model can be fetched from %s (%s).", self._endpoint.url, kind)


async def stop(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait until it has ended."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task

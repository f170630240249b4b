"""What a process of the pages does by itself, again and again: publish and erase what is due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from storage.database import DatabaseUnavailableError
from web.request_log import error_fields

_log = structlog.get_logger(__name__)


async def keep_doing(act: Callable[[], object], what: str, every: float) -> None:
    """Do something in a thread of its own, now and then again and again until cancelled.

    While the database is away it is put off, and the log says so.

    Args:
        act: Does what is due; several processes may do it at the same time.
        what: What the log calls it.
        every: Seconds between two times.
    """
    while True:
        try:
            await asyncio.to_thread(act)
        except (DatabaseUnavailableError, SQLAlchemyError) as error:
            _log.warning("put_off", what=what, seconds=every, **error_fields(error))
        await asyncio.sleep(every)

"""Fixtures that all of the bot's tests share."""

from __future__ import annotations

import pytest

from tests.bot.servers import bot_servers, trained_models

__all__ = ["bot_servers", "trained_models"]

_TRAINING_SECONDS = 1500


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give time to train to the tests that need a model: on a fresh machine the first one does."""
    for item in items:
        if "trained_models" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(_TRAINING_SECONDS))

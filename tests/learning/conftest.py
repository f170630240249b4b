"""Small models as versions on disk, and runs about them in databases of both kinds."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from learning.versions import Version, Versions
from tests.understanding.small import EXAMPLES, MAILS, TOPIC_QUEUES
from understanding.encoder import open_encoder
from understanding.examples import Example
from understanding.judgements import key_of, save_judgements
from understanding.training import train_and_judge

WITHOUT = "faq/jobnet-cv"
"""The small model of before knows nothing of this topic."""


def write_version(version: Version, name: str, examples: Sequence[Example]) -> None:
    """Make a version of the small data; Rasa's archive in it is none that Rasa reads."""
    judged = train_and_judge(examples, MAILS, TOPIC_QUEUES, open_encoder("hashing"))
    judged.model.save(version.understanding)
    of_messages = zip(examples, judged.judgements, strict=True)
    save_judgements(version.judgements, {key_of(e): j for e, j in of_messages})
    version.archive.write_bytes(name.encode())


@pytest.fixture(scope="session")
def small_versions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models directory with the versions `old`, which lacks a topic, and `new`."""
    models = tmp_path_factory.mktemp("models")
    versions = Versions(models)
    for name, examples in (
        ("old", [example for example in EXAMPLES if example.label != WITHOUT]),
        ("new", list(EXAMPLES)),
    ):
        with versions.making(name) as version:
            write_version(version, name, examples)
    return models


@pytest.fixture
def models(small_versions: Path, tmp_path: Path) -> Path:
    """A copy of these versions of the test's own."""
    return Path(shutil.copytree(small_versions, tmp_path / "models"))


@pytest.fixture
def versions(models: Path) -> Versions:
    """The versions `old` and `new`."""
    return Versions(models)

"""Makes a version: understanding, what it makes of its own messages, and Rasa's archive."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

from ankomst import training_data
from ankomst.rasa_training import train_rasa
from settings import ROOT
from understanding.encodings import KeptEncoder
from understanding.judgements import key_of, save_judgements
from understanding.training import fingerprint_of, texts_to_encode, train_and_judge

if TYPE_CHECKING:
    from ankomst.training_data import TrainingData
    from learning.models import Stage
    from learning.versions import Version, Versions
    from settings import Settings
    from understanding.encoder import Encoder

_MADE_FROM = (
    "config.yml",
    "domain.yml",
    "bot/data/*.yml",
    "bot/components/**/*.py",
    "bot/uv.lock",
    "language/**/*.py",
    "language/data/*.yml",
    "understanding/**/*.py",
)
_HASH_LENGTH = 16


class Report(Protocol):
    """Told of the stage that a training is at, and of how much of it is done."""

    def __call__(self, stage: Stage, done: int | None = None, total: int | None = None) -> None:
        """Take note."""


def files_hash(encoder: Encoder) -> str:
    """Return a hash of all files that models are made from, and of the encoder."""
    digest = hashlib.sha256(f"{encoder.name} {encoder.version} ".encode())
    files = sorted({path for pattern in _MADE_FROM for path in ROOT.glob(pattern)})
    folders = (training_data.MESSAGES, training_data.MAILS)
    messages = [path for folder in folders for path in sorted(folder.glob("*.yml"))]
    for path in [*files, *messages]:
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)} ".encode() + content)
    return digest.hexdigest()[:_HASH_LENGTH]


def is_made_from_present_files(version: Version, encoder: Encoder) -> bool:
    """Return whether a version was made from the files that are there now.

    What admins changed in the database since then does not count: they decide themselves when to
    train, and which model is used.
    """
    return version.name.partition("-")[0] == files_hash(encoder)


def version_name(data: TrainingData, encoder: Encoder) -> str:
    """Return the name of the version that the present files and training data give."""
    of_data = fingerprint_of(data.examples, data.mails, data.topic_queues, encoder)
    return f"{files_hash(encoder)}-{of_data[:_HASH_LENGTH]}"


def make_version(
    configuration: Settings,
    versions: Versions,
    data: TrainingData,
    encoder: Encoder,
    report: Report,
) -> Version:
    """Train, and keep what came of it under its name.

    Args:
        configuration: Says where models and encodings are kept.
        versions: The models on disk.
        data: What is trained on.
        encoder: Gives the vectors; only texts that are new are encoded.
        report: Told how far it has come.

    Raises:
        ExamplesError: Too little to train on.
        RasaTrainingError: Rasa's training fails.
    """
    kept = KeptEncoder(
        encoder,
        configuration.models_directory,
        lambda done, total: report("encoding", done, total),
    )
    kept.encode(texts_to_encode(data.examples, data.mails))
    kept.save()  # a training that is ended halfway need not encode anew
    report("fitting")
    judged = train_and_judge(data.examples, data.mails, data.topic_queues, kept)
    name = version_name(data, encoder)
    with versions.making(name) as version:
        judged.model.save(version.understanding)
        save_judgements(version.judgements, {key_of(e): j for e, j in judged.judgements})
        report("archive")
        train_rasa(configuration, version, data.examples)
    return versions.version(name)

"""Training of Rasa's archive, in Rasa's own environment."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from ankomst.commands.bot_servers import rasa_environment
from learning.message_files import write_messages
from settings import PREFIX, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from settings import Settings
    from understanding.examples import Example

ARCHIVE = "ankomst"
_RULES = ("bot/data/rules.yml", "bot/data/stories.yml")
_MADE_FROM = (
    "config.yml",
    "domain.yml",
    *_RULES,
    "bot/components/**/*.py",
    "bot/uv.lock",
    "language/**/*.py",
    "language/data/*.yml",
    "understanding/**/*.py",
)


class RasaTrainingError(RuntimeError):
    """Rasa's training did not succeed; the message says why, or where it stands."""


def is_trained(configuration: Settings, understanding: Path) -> bool:
    """Return whether Rasa's archive was made from the present files.

    Args:
        configuration: Says where models are kept.
        understanding: The model that is part of the archive.
    """
    note = _note(configuration)
    archive = _folder(configuration) / f"{ARCHIVE}.tar.gz"
    if not (archive.is_file() and note.is_file()):
        return False
    return note.read_text(encoding="ascii") == _digest(understanding)


def train_rasa(configuration: Settings, understanding: Path, examples: Iterable[Example]) -> None:
    """Train Rasa's archive: rules, stories, and the understanding model carried in it.

    Args:
        configuration: Says where Rasa's Python is and where models are kept.
        understanding: The model that becomes part of the archive.
        examples: The messages that it was trained on; Rasa reads them from files made of them.

    Raises:
        RasaTrainingError: Rasa's environment is missing, or its training fails.
        ExportError: The files of the messages cannot be written.
    """
    if not configuration.rasa_python.is_file():
        raise RasaTrainingError(
            f"Rasa's environment is missing ({configuration.rasa_python}); make it with: make install"
        )
    digest = _digest(understanding)
    _note(configuration).unlink(missing_ok=True)
    _folder(configuration).mkdir(parents=True, exist_ok=True)
    messages = configuration.models_directory / "rasa-messages"
    shutil.rmtree(messages, ignore_errors=True)
    write_messages(examples, messages)
    log = configuration.models_directory / "rasa-training.log"
    with log.open("wb") as output:
        result = subprocess.run(
            [
                str(configuration.rasa_python),
                # Rasa's validation refuses a text under two intents: Danish "tak" (thanks) is
                # Polish "tak" (yes).
                *("-m", "rasa", "train", "--force", "--skip-validation"),
                *("--config", "config.yml", "--domain", "domain.yml"),
                *("--data", *_RULES, str(messages.absolute())),
                *("--out", str(_folder(configuration).absolute())),
                *("--fixed-model-name", ARCHIVE),
            ],
            cwd=ROOT,
            env=_environment(configuration, understanding),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if result.returncode != 0:
        raise RasaTrainingError(f"Rasa's training failed: {_last_line(log)} All of it is in {log}.")
    _note(configuration).write_text(digest, encoding="ascii")


def _environment(configuration: Settings, understanding: Path) -> dict[str, str]:
    inherited = {name: v for name, v in os.environ.items() if not name.startswith(PREFIX)}
    return {
        **inherited,
        **rasa_environment(configuration),
        "UNDERSTANDING_MODEL": str(understanding.absolute()),
        "PYTHONWARNINGS": "ignore",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }


def _folder(configuration: Settings) -> Path:
    return configuration.models_directory / "rasa"


def _note(configuration: Settings) -> Path:
    """Return the file that says what the archive was made from."""
    return configuration.models_directory / "rasa.made-from"


def _digest(understanding: Path) -> str:
    digest = hashlib.sha256()
    files = sorted({path for pattern in _MADE_FROM for path in ROOT.glob(pattern)})
    for path in [*files, understanding]:
        content = path.read_bytes()
        name = path.name if path == understanding else path.relative_to(ROOT).as_posix()
        digest.update(f"{name} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines()]
    return next((line for line in reversed(lines) if line), "it said nothing.")

"""Training of Rasa's archive, in Rasa's own environment."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

from ankomst.commands.bot_servers import rasa_environment
from settings import PREFIX, ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from learning.versions import Version
    from settings import Settings
    from understanding.examples import Example

_MESSAGES = "messages.json"


class RasaTrainingError(RuntimeError):
    """Rasa's training did not succeed; the message says why, or where it stands."""


def train_rasa(configuration: Settings, version: Version, examples: Sequence[Example]) -> None:
    """Train Rasa's archive: rules, stories, and the version's understanding carried in it.

    Args:
        configuration: Says where Rasa's Python is and where models are kept.
        version: Its weights become part of the archive, which is written beside them.
        examples: The messages that they were trained on.

    Raises:
        RasaTrainingError: Rasa's environment is missing, or its training fails.
        ExportError: The files of the messages cannot be written.
    """
    if not configuration.rasa_python.is_file():
        raise RasaTrainingError(
            f"Rasa's environment is missing ({configuration.rasa_python}); make it with: make install"
        )
    messages = version.folder / _MESSAGES
    _write_messages(messages, examples)
    log = configuration.models_directory / "rasa-training.log"
    with log.open("wb") as output:
        result = subprocess.run(
            [
                str(configuration.rasa_python),
                # Rasa's validation refuses a text under two intents: Danish "tak" (thanks) is
                # Polish "tak" (yes).
                *("-m", "rasa", "train", "--force", "--skip-validation"),
                *("--config", "config.yml", "--domain", "domain.yml"),
                *("--data", "bot/data/rules.yml", "bot/data/stories.yml", str(messages.absolute())),
                *("--out", str(version.folder.absolute())),
                *("--fixed-model-name", version.archive.name.removesuffix(".tar.gz")),
            ],
            cwd=ROOT,
            env=_environment(configuration, version),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    messages.unlink()
    if result.returncode != 0:
        raise RasaTrainingError(f"Rasa's training failed: {_last_line(log)} All of it is in {log}.")


def _write_messages(path: Path, examples: Sequence[Example]) -> None:
    """Write messages in Rasa's JSON form, in which no character of a message has a meaning."""
    entries = [{"text": e.text, "intent": e.label, "entities": []} for e in examples]
    content = json.dumps({"rasa_nlu_data": {"common_examples": entries}})
    path.write_text(content, encoding="ascii")


def _environment(configuration: Settings, version: Version) -> dict[str, str]:
    inherited = {name: v for name, v in os.environ.items() if not name.startswith(PREFIX)}
    return {
        **inherited,
        **rasa_environment(configuration),
        "UNDERSTANDING_MODEL": str(version.understanding.absolute()),
        "PYTHONWARNINGS": "ignore",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines()]
    return next((line for line in reversed(lines) if line), "it said nothing.")

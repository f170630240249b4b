"""A whole assistant on Rasa as it comes: its pipeline, a rule and a text for each intent.

It learns from a sample of our messages with few passes, since all of them take DIET an hour; the
time of a turn depends little on either. It keeps conversations in memory and needs no action
server, both of which make a turn cheaper than one of ours.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from ankomst.training_data import MESSAGES
from benchmarks.understanding import stock_messages
from settings import ROOT
from tests.postgres import free_port
from understanding.examples import read_nlu

_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
_PIPELINE = Path(__file__).with_name("stock_rasa.yml")
_MESSAGES = 2000
_EPOCHS = 5
_SEED = 1
_REFUSED = "nlu_fallback"
_OF_RASA = "restart"
"""The intent that Rasa has a rule of its own for, which says the text for it too."""
_START_SECONDS = 180
_ENVIRONMENT = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}


@contextmanager
def running_stock_assistant(folder: Path) -> Iterator[tuple[str, int]]:
    """Train the assistant if it is not there, and run it; gives its address and its process.

    Args:
        folder: Where its files are kept.
    """
    if not (folder / "models" / "stock.tar.gz").is_file():
        _train(folder)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with (folder / "rasa.log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(str(_PYTHON), "-W", "ignore", "-m", "rasa", "run", "--model", "models"),
                *("--interface", "127.0.0.1", "--port", str(port)),
            ],
            cwd=folder,
            env=_ENVIRONMENT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(address, process)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _train(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    drawing = random.Random(_SEED)  # noqa: S311 (a sample, nothing secret)
    nlu = stock_messages(drawing.sample(list(read_nlu(MESSAGES)), _MESSAGES))
    (folder / "nlu.yml").write_text(nlu, encoding="utf-8")
    intents = [entry["intent"] for entry in yaml.safe_load(nlu)["nlu"]]
    _write(folder / "config.yml", _configuration())
    _write(folder / "domain.yml", _domain(intents))
    _write(folder / "rules.yml", _rules([one for one in [*intents, _REFUSED] if one != _OF_RASA]))
    _write(folder / "credentials.yml", {"rest": None})
    with (folder / "train.log").open("wb") as log:
        subprocess.run(
            [
                *(str(_PYTHON), "-W", "ignore", "-m", "rasa", "train", "--skip-validation"),
                *("--data", "nlu.yml", "rules.yml", "--fixed-model-name", "stock"),
            ],
            cwd=folder,
            env=_ENVIRONMENT,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=True,
        )


def _configuration() -> dict[str, Any]:
    configuration: dict[str, Any] = yaml.safe_load(_PIPELINE.read_text(encoding="utf-8"))
    for component in configuration["pipeline"]:
        if "epochs" in component:
            component["epochs"] = _EPOCHS
    return {"assistant_id": "stock", **configuration, "policies": [{"name": "RulePolicy"}]}


def _domain(intents: Sequence[str]) -> dict[str, Any]:
    return {
        "version": "3.1",
        "intents": list(intents),
        "responses": {
            _response(intent): [{"text": f"This is what there is to say about {intent}."}]
            for intent in [*intents, _REFUSED]
        },
    }


def _rules(intents: Sequence[str]) -> dict[str, Any]:
    return {
        "version": "3.1",
        "rules": [
            {
                "rule": f"An answer to {intent}",
                "steps": [{"intent": intent}, {"action": _response(intent)}],
            }
            for intent in intents
        ],
    }


def _response(intent: str) -> str:
    return f"utter_{intent}"


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/status", timeout=5, trust_env=False).status_code < 500:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise RuntimeError("Rasa as it comes does not start; see rasa.log in its folder.")

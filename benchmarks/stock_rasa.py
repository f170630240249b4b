"""Rasa as `rasa init` sets it up, trained and asked; run with Rasa's own Python.

`train` writes a model from an NLU file, `answer` puts each line of a file to it. Both print one JSON
object as their last line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import resource
import time
from pathlib import Path
from typing import Any

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import rasa.core.agent
import rasa.model_training


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["train", "answer"])
    parser.add_argument("--config", type=Path)
    parser.add_argument("--nlu", type=Path)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--texts", type=Path, help="a JSON list of what is asked")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    if arguments.action == "train":
        print(json.dumps(_train(arguments.config, arguments.nlu, arguments.models)))
    else:
        texts = json.loads(arguments.texts.read_text(encoding="utf-8"))
        print(json.dumps(asyncio.run(_answers(arguments.models, texts))))


def _train(config: Path, nlu: Path, models: Path) -> dict[str, Any]:
    started = time.perf_counter()
    rasa.model_training.train_nlu(
        str(config), str(nlu), str(models), fixed_model_name="stock", domain=None
    )
    return {"training_seconds": time.perf_counter() - started}


async def _answers(models: Path, texts: list[str]) -> dict[str, Any]:
    agent = rasa.core.agent.Agent.load(str(models / "stock.tar.gz"))
    await agent.parse_message("warm up")
    answers = []
    for text in texts:
        started = time.perf_counter()
        parsed = await agent.parse_message(text)
        answers.append(
            {
                "seconds": time.perf_counter() - started,
                "intent": parsed["intent"]["name"],
                "ranking": [(one["name"], one["confidence"]) for one in parsed["intent_ranking"]],
            }
        )
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"answers": answers, "memory_mb": kilobytes / 1024}


if __name__ == "__main__":
    main()

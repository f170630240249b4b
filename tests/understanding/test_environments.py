"""Rasa's environment, with its older Python and libraries, understands as this one does."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from settings import PREFIX, ROOT, settings
from tests.understanding.small import EXAMPLES, MAILS
from understanding.model import Understanding

# Runs in Rasa's environment, as its server does without TensorFlow: reads a model's path and
# texts, prints what was understood.
_SCRIPT = """
import json, sys
from pathlib import Path
from bot.components.no_tensorflow import stand_in_for_tensorflow
stand_in_for_tensorflow()
from understanding.model import Understanding
given = json.load(sys.stdin)
model = Understanding.load(Path(given["model"]))
json.dump({
    "python": sys.version_info[:2],
    "understood": [u.as_dict() for u in model.understand_all([tuple(m) for m in given["messages"]])],
    "judged": [[j.queue, j.confidence, j.decided, j.topics, j.carrying]
               for j in map(model.judge_mail, given["mails"])],
}, sys.stdout)
"""


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, str | None]]:
    """More than sixty in six languages, odd ones among them."""
    messages: list[tuple[str, str | None]] = [(e.text, None) for e in EXAMPLES[::2]]
    odd = ["", "ok", "CPR?", "😀", "ŁÓDŹ 010190-1234", "a" * 1500, "как дела", "PD U2 i Horsens"]
    return messages + [(text, "da") for text in odd]


@pytest.fixture(scope="module")
def there(real_model_path: Path, texts: list[tuple[str, str | None]]) -> dict[str, Any]:
    """What Rasa's environment makes of them."""
    given = {
        "model": str(real_model_path),
        "messages": texts,
        "mails": [mail.text for mail in MAILS],
    }
    environment = {name: v for name, v in os.environ.items() if not name.startswith(PREFIX)}
    result = subprocess.run(
        [str(settings().rasa_python), "-c", _SCRIPT],
        input=json.dumps(given),
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["python"] == [3, 10]
    return found


def test_messages_are_understood_the_same(
    real_model_path: Path, texts: list[tuple[str, Any]], there: dict[str, Any]
) -> None:
    assert len(texts) > 60
    here = Understanding.load(real_model_path).understand_all(texts)
    for (text, _), ours, theirs in zip(texts, here, there["understood"], strict=True):
        expected = ours.as_dict()
        for field in ("language", "intent", "topic", "band", "entities"):
            assert theirs[field] == expected[field], (text, field)
        assert theirs["confidence"] == pytest.approx(expected["confidence"], abs=1e-3), text
        assert [entry["topic"] for entry in theirs["ranking"]] == [
            entry["topic"] for entry in expected["ranking"]
        ], text


def test_mails_are_judged_the_same(real_model_path: Path, there: dict[str, Any]) -> None:
    model = Understanding.load(real_model_path)
    for mail, (queue, confidence, decided, topics, carrying) in zip(
        MAILS, there["judged"], strict=True
    ):
        expected = model.judge_mail(mail.text)
        assert (queue, decided) == (expected.queue, expected.decided)
        assert (tuple(topics), tuple(carrying)) == (expected.topics, expected.carrying)
        assert confidence == pytest.approx(expected.confidence, abs=1e-3)

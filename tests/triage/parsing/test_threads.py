"""What is new in replies and forwards, as mail programs of the six languages write them.

The samples lie in threads/, one file a language; what is expected stands beside each. A sample is a
text, or what is new with what the program puts below it, or HTML.
"""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
import yaml

from language.languages import LANGUAGES
from triage.parsing.message import parse

THREADS = Path(__file__).parent / "threads"
SAMPLES: dict[str, dict[str, str]] = {
    f"{path.stem}: {sample['program']}": sample
    for path in sorted(THREADS.glob("*.yml"))
    for sample in yaml.safe_load(path.read_text(encoding="utf-8"))
}


def mail_of(sample: dict[str, str]) -> bytes:
    """Write a sample down as a mail."""
    message = EmailMessage()
    message["From"] = "somebody@example.org"
    message["Subject"] = "Re:"
    if "html" in sample:
        message.set_content(sample["html"], subtype="html")
    else:
        parts = (sample.get(name) for name in ("new", "signature", "quoted"))
        message.set_content(sample.get("text") or "\n\n".join(filter(None, parts)))
    return message.as_bytes()


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_new(name: str) -> None:
    sample = SAMPLES[name]
    mail = parse(mail_of(sample))
    assert _lines(mail.text_new) == _lines(sample["new"])
    assert _lines(mail.text_signature) == _lines(sample.get("signature", ""))
    assert mail.text_quoted


@pytest.mark.parametrize("name", [name for name in SAMPLES if not SAMPLES[name]["new"].strip()])
def test_what_is_only_forwarded_is_judged(name: str) -> None:
    assert "55 %" in parse(mail_of(SAMPLES[name])).text


def test_each_language_has_enough_of_them() -> None:
    counts = dict.fromkeys(LANGUAGES, 0)
    for name in SAMPLES:
        counts[next(one for one in LANGUAGES if one == name[:2])] += 1
    assert min(counts.values()) >= 20

"""`ankomst bot parse`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from ankomst import cli
from settings import PREFIX, settings
from tests.learning.use import use_model, used_model
from tests.understanding.small import EXAMPLES, MAILS, TOPIC_QUEUES
from understanding.encoder import open_encoder
from understanding.model import Understanding
from understanding.training import train

_ANKOMST = str(Path(sys.executable).parent / "ankomst")


@pytest.fixture(scope="module")
def data_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a small model."""
    directory = tmp_path_factory.mktemp("data")
    model = train(EXAMPLES, MAILS, TOPIC_QUEUES, open_encoder("hashing"))
    return use_model(directory, model)


def environment(directory: Path) -> dict[str, str]:
    return {**os.environ, f"{PREFIX}DATA_DIRECTORY": str(directory)}


def parse(directory: Path, given: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [_ANKOMST, "bot", "parse"],
        input=given,
        env=environment(directory),
        capture_output=True,
        check=False,
    )


def test_each_line_gets_what_the_model_understands_in_order(data_directory: Path) -> None:
    model = Understanding.load(used_model(data_directory))
    lines = [
        {"text": example.text, "language": example.language if number % 3 else None}
        for number, example in enumerate(EXAMPLES)
    ]
    result = parse(data_directory, "".join(json.dumps(line) + "\n" for line in lines).encode())
    assert (result.returncode, result.stderr) == (0, b"")
    expected = [
        model.understand(e.text, e.language if n % 3 else None).as_dict()
        for n, e in enumerate(EXAMPLES)
    ]
    assert [json.loads(line) for line in result.stdout.splitlines()] == expected


def test_utf_8_empty_lines_and_other_fields_are_borne(data_directory: Path) -> None:
    given = '\ufeff{"text": "Łódź, Århus"}\n\n{"id": 7, "text": "hej"}\r\n{"text": "\\ud83d"}'
    result = parse(data_directory, given.encode())
    assert result.returncode == 0, result.stderr
    first, second, third = map(json.loads, result.stdout.decode().splitlines())
    assert [entity["text"] for entity in first["entities"]] == ["Århus"]
    assert second["intent"] == "greet"
    assert third["band"] in {"answer", "choice", "refuse"}


def test_nothing_in_nothing_out(data_directory: Path) -> None:
    result = parse(data_directory, b"")
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"{", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"\xff", "it is not UTF-8"),
        (b'"hej"', "write {"),
        (b'{"txt": "hej"}', "write {"),
        (b'{"text": 7}', "write {"),
        (b'{"text": "hej", "language": "fr"}', "language is one of da, en, pl, lt, ro, de"),
        (b'{"text": "hej", "language": ["da"]}', "language is one of"),
    ],
)
def test_a_bad_line_is_named_after_what_came_before_it(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch, line: bytes, complaint: str
) -> None:
    monkeypatch.setenv(f"{PREFIX}DATA_DIRECTORY", str(data_directory))
    settings.cache_clear()
    given = b'{"text": "hej"}\n\n' + line + b'\n{"text": "tak"}\n'
    result = CliRunner().invoke(cli.ankomst, ["bot", "parse"], input=given)
    settings.cache_clear()
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 1
    [message] = result.stderr.splitlines()
    assert message.startswith("Error: line 3: ")
    assert complaint in message


def test_what_is_wrong_is_one_line_on_standard_error(data_directory: Path) -> None:
    result = parse(data_directory, b'{"text": "hej"}\n{"text"}\n')
    assert result.returncode == 1
    assert len(result.stdout.splitlines()) == 1
    [message] = result.stderr.decode().splitlines()
    assert message.startswith("ankomst: line 2: it is not JSON")


def test_a_missing_model_is_one_line(tmp_path: Path) -> None:
    result = parse(tmp_path, b'{"text": "hej"}\n')
    assert (result.returncode, result.stdout) == (1, b"")
    [message] = result.stderr.decode().splitlines()
    assert "no model yet" in message
    assert "ankomst train" in message


@pytest.fixture
def conversation(data_directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command, kept open."""
    with subprocess.Popen(
        [_ANKOMST, "bot", "parse"],
        env=environment(data_directory),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        yield process
        process.kill()


def test_a_program_that_waits_for_each_answer_gets_it(
    conversation: subprocess.Popen[bytes],
) -> None:
    assert conversation.stdin is not None
    assert conversation.stdout is not None
    for text, intent in [("hej", "greet"), ("mange tak", "thanks"), ("skattekort", "faq")]:
        conversation.stdin.write(json.dumps({"text": text, "language": "da"}).encode() + b"\n")
        conversation.stdin.flush()
        assert json.loads(conversation.stdout.readline())["intent"] == intent
    conversation.stdin.close()
    assert conversation.wait(timeout=30) == 0

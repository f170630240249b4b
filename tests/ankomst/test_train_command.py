"""`ankomst train` and `ankomst evaluate`, on small data. That Rasa really trains is shown in bot."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ankomst import cli, training_data
from ankomst.rasa_training import RasaTrainingError, is_trained, train_rasa
from settings import Settings, settings
from tests.understanding.small import EXAMPLES, write_mails, write_messages
from understanding.model import Understanding


@pytest.fixture
def rasa_python(tmp_path: Path) -> Path:
    """Stands where Rasa's Python is: writes an archive, and how it was called."""
    path = tmp_path / "python"
    path.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$UNDERSTANDING_MODEL" "$ANKOMST_ENCODER" "$@" >> "$0.calls"\n'
        'while [ "$1" != --out ]; do shift; done\ntouch "$2/ankomst.tar.gz"\n',
        encoding="utf-8",
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def configuration(
    tmp_path: Path, rasa_python: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """A data directory of the test's own, the small data, and the small encoder."""
    monkeypatch.setattr(training_data, "MESSAGES", write_messages(tmp_path / "nlu"))
    monkeypatch.setattr(training_data, "MAILS", write_mails(tmp_path / "mails"))
    monkeypatch.setenv("ANKOMST_DATA_DIRECTORY", str(tmp_path / "data"))
    monkeypatch.setenv("ANKOMST_RASA_PYTHON", str(rasa_python))
    monkeypatch.setenv("ANKOMST_ENCODER", "hashing")
    settings.cache_clear()
    yield settings()
    settings.cache_clear()


def ankomst(*arguments: str) -> Result:
    return CliRunner().invoke(cli.ankomst, arguments)


def test_training_once_is_enough(configuration: Settings, rasa_python: Path) -> None:
    first = ankomst("train")
    assert first.exit_code == 0, first.output
    assert "Training understanding on 174 messages and 18 mails …" in first.output
    model = configuration.models_directory / "understanding.npz"
    assert Understanding.load(model).topics == ("cpr-number", "jobnet-cv", "tax-card")
    calls = Path(f"{rasa_python}.calls")
    path, encoder, *arguments = calls.read_text().splitlines()
    assert path == str(model)
    assert encoder == ""  # what is a setting of ours is none of Rasa's
    assert arguments[:3] == ["-m", "rasa", "train"]
    calls.unlink()
    before = model.stat().st_mtime_ns

    second = ankomst("train")
    assert second.output.splitlines() == [
        "Understanding fits its training data.",
        "Rasa's model fits its files.",
    ]
    assert not calls.exists()
    assert model.stat().st_mtime_ns == before

    assert ankomst("train", "--force").exit_code == 0
    assert calls.exists()
    assert model.stat().st_mtime_ns > before


def test_changed_messages_are_trained_anew(configuration: Settings, rasa_python: Path) -> None:
    assert ankomst("train").exit_code == 0
    model = configuration.models_directory / "understanding.npz"
    before = Understanding.load(model).messages_fingerprint
    Path(f"{rasa_python}.calls").unlink()
    messages = training_data.MESSAGES / "en.yml"
    messages.write_text(messages.read_text().replace("- hello\n", "- hello you\n"))
    assert ankomst("train").exit_code == 0
    assert Understanding.load(model).messages_fingerprint != before
    assert Path(f"{rasa_python}.calls").exists()


@pytest.mark.parametrize("content", [b"", b"something else"])
def test_a_broken_model_is_trained_anew(configuration: Settings, content: bytes) -> None:
    configuration.models_directory.mkdir(parents=True)
    model = configuration.models_directory / "understanding.npz"
    model.write_bytes(content)
    assert ankomst("train").exit_code == 0
    assert Understanding.load(model).topics


def test_what_is_wrong_in_the_data_is_one_line(configuration: Settings) -> None:
    (training_data.MESSAGES / "en.yml").write_text("nlu: 7")
    result = ankomst("train")
    assert result.exit_code == 1
    assert "en.yml has no list `nlu`" in result.output
    assert not configuration.models_directory.exists()


@pytest.mark.usefixtures("configuration")
def test_a_missing_rasa_environment_is_one_line(rasa_python: Path) -> None:
    rasa_python.unlink()
    result = ankomst("train")
    assert result.exit_code == 1
    assert "Rasa's environment is missing" in result.output
    assert "make install" in result.output


def test_a_failure_of_rasa_is_told_and_tried_again(
    configuration: Settings, rasa_python: Path
) -> None:
    works = rasa_python.read_text()
    rasa_python.write_text("#!/bin/sh\necho lots of words\necho the rules contradict\nexit 1\n")
    model = configuration.models_directory / "understanding.npz"
    model.parent.mkdir(parents=True)
    model.write_bytes(b"a model")
    with pytest.raises(
        RasaTrainingError, match=r"failed: the rules contradict.*rasa-training\.log"
    ):
        train_rasa(configuration, model, EXAMPLES)
    assert not is_trained(configuration, model)
    rasa_python.write_text(works)
    train_rasa(configuration, model, EXAMPLES)
    assert is_trained(configuration, model)
    model.write_bytes(b"another model")
    assert not is_trained(configuration, model)


def test_evaluate_shows_a_line_a_language(configuration: Settings) -> None:
    result = ankomst("evaluate", "--folds", "2")
    assert result.exit_code == 0, result.output
    messages, mails = result.stdout.split("\n\n")
    assert [line.split()[0] for line in messages.splitlines()[2:]] == [
        *("all", "da", "en", "pl", "lt", "ro", "de")
    ]
    assert [line.split()[0] for line in mails.splitlines()[2:]] == ["all", "da", "en", "pl"]
    kept = [path.name for path in configuration.models_directory.iterdir()]
    assert kept == ["encodings-hashing-1.npz"]


def test_evaluate_wants_two_parts_at_least() -> None:
    assert ankomst("evaluate", "--folds", "1").exit_code == 2

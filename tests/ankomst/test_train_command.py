"""`ankomst train` and `ankomst evaluate`, on small data. That Rasa really trains is shown in bot."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ankomst import cli, training_data
from ankomst.commands import evaluate as evaluate_commands
from ankomst.rasa_training import train_rasa
from learning import runs
from learning.versions import Version, Versions
from settings import Settings, settings
from storage.database import Database
from tests.understanding.small import write_mails, write_messages
from understanding.examples import Example
from understanding.model import Understanding


@pytest.fixture
def rasa_python(tmp_path: Path) -> Path:
    """Stands where Rasa's Python is: writes an archive, and how it was called."""
    path = tmp_path / "python"
    path.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$UNDERSTANDING_MODEL" "$ANKOMST_ENCODER" "$@" >> "$0.calls"\n'
        'while [ "$1" != --out ]; do shift; done\ntouch "$2/rasa.tar.gz"\n',
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


def in_use(configuration: Settings) -> Version:
    database = Database(configuration.effective_database_url())
    with database.transaction() as session:
        run = runs.active(session)
    database.close()
    assert run is not None
    assert run.version is not None
    return Versions(configuration.models_directory).version(run.version)


def test_training_once_is_enough(configuration: Settings, rasa_python: Path) -> None:
    first = ankomst("train")
    assert first.exit_code == 0, first.output
    assert "Training on 174 messages and 18 mails …" in first.output
    version = in_use(configuration)
    assert version.is_complete
    model = Understanding.load(version.understanding)
    assert model.topics == ("cpr-number", "jobnet-cv", "tax-card")
    calls = Path(f"{rasa_python}.calls")
    path, encoder, *arguments = calls.read_text().splitlines()
    assert Path(path).name == "understanding.npz"
    assert encoder == ""  # what is a setting of ours is none of Rasa's
    assert arguments[:3] == ["-m", "rasa", "train"]
    calls.unlink()
    before = version.understanding.stat().st_mtime_ns

    second = ankomst("train")
    assert second.output.splitlines()[1:] == ["The model in use fits its files."]
    assert not calls.exists()
    assert version.understanding.stat().st_mtime_ns == before

    assert ankomst("train", "--force").exit_code == 0
    assert calls.exists()
    assert version.understanding.stat().st_mtime_ns > before
    assert in_use(configuration) == version


def test_changed_files_are_trained_on_anew(configuration: Settings, rasa_python: Path) -> None:
    assert ankomst("train").exit_code == 0
    before = in_use(configuration)
    Path(f"{rasa_python}.calls").unlink()
    messages = training_data.MESSAGES / "en.yml"
    text = messages.read_text()
    messages.write_text(text.replace("- hello\n", "- hello you\n"))
    assert ankomst("train").exit_code == 0
    assert in_use(configuration) != before
    assert Path(f"{rasa_python}.calls").exists()

    # Back at what was there, the model of before is there too.
    Path(f"{rasa_python}.calls").unlink()
    messages.write_text(text)
    assert ankomst("train").exit_code == 0
    assert in_use(configuration) == before
    assert not Path(f"{rasa_python}.calls").exists()


def test_models_of_before_are_kept_to_go_back_to_but_not_all(configuration: Settings) -> None:
    messages = training_data.MESSAGES / "en.yml"
    text = messages.read_text()
    made = []
    for number in range(5):
        messages.write_text(text.replace("- hello\n", f"- hello {number}\n"))
        assert ankomst("train").exit_code == 0
        made.append(in_use(configuration))
    assert [version.is_complete for version in made] == [False, True, True, True, True]


@pytest.mark.parametrize("content", [b"", b"something else"])
def test_a_broken_model_is_trained_anew(configuration: Settings, content: bytes) -> None:
    assert ankomst("train").exit_code == 0
    version = in_use(configuration)
    version.understanding.write_bytes(content)
    assert ankomst("train").exit_code == 0
    assert in_use(configuration) == version
    assert Understanding.load(version.understanding).topics


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
    failed = ankomst("train")
    assert failed.exit_code == 1
    assert "failed: the rules contradict" in failed.output
    assert "rasa-training.log" in failed.output
    assert list((configuration.models_directory / "versions").iterdir()) == []
    rasa_python.write_text(works)
    assert ankomst("train").exit_code == 0
    assert in_use(configuration).is_complete


def test_rasa_gets_the_messages_as_they_are(configuration: Settings, rasa_python: Path) -> None:
    """No character of a message has a meaning, as those of Rasa's Markdown would."""
    rasa_python.write_text('#!/bin/sh\nwhile [ "$1" != --data ]; do shift; done\ncat "$4"\n')
    version = Versions(configuration.models_directory).version("here")
    version.folder.mkdir(parents=True)
    train_rasa(configuration, version, [Example("what is [a](b)?", "faq/tax-card", "en")])
    log = json.loads((configuration.models_directory / "rasa-training.log").read_text())
    assert log["rasa_nlu_data"]["common_examples"] == [
        {"text": "what is [a](b)?", "intent": "faq/tax-card", "entities": []}
    ]
    assert list(version.folder.iterdir()) == []


def test_evaluate_shows_a_line_a_language(configuration: Settings) -> None:
    result = ankomst("evaluate", "--folds", "2")
    assert result.exit_code == 0, result.output
    assert [line.split()[0] for line in result.stdout.splitlines()[2:]] == [
        *("all", "da", "en", "pl", "lt", "ro", "de")
    ]
    kept = [path.name for path in configuration.models_directory.iterdir()]
    assert kept == ["encodings-hashing-1.npz"]


@pytest.mark.usefixtures("configuration")
def test_evaluate_triage_shows_figures_confusion_and_calibration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evaluate_commands, "MAILS", training_data.MAILS)
    result = ankomst("evaluate", "triage", "--folds", "2", "--wrong")
    assert result.exit_code == 0, result.output
    figures, confusion, bands, *wrong = result.stdout.strip("\n").split("\n\n")
    lines = figures.splitlines()[2:]
    assert [line.split()[:2] for line in lines] == [
        *(["all", "18"], ["da", "6"], ["en", "6"], ["pl", "6"])
    ]
    counts = [[int(cell) for cell in line.split()[1:]] for line in confusion.splitlines()[2:]]
    assert [sum(row) for row in counts] == [6, 6, 6, 0, 0]
    assert sum(int(line.split()[1]) for line in bands.splitlines()[2:]) == 18
    missed = 18 - sum(counts[place][place] for place in range(5))
    assert len("".join(wrong).splitlines()) == (missed + 1 if missed else 0)


def test_evaluate_judges_the_model_in_use_on_mails_for_validation(
    configuration: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert ankomst("train").exit_code == 0, configuration
    mails = write_mails(tmp_path / "validation")
    monkeypatch.setattr(evaluate_commands, "MAILS_FOR_VALIDATION", mails)
    result = ankomst("evaluate", "triage", "--validation")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Mails that no model is trained on: 18\n")


def test_evaluate_wants_two_parts_at_least() -> None:
    assert ankomst("evaluate", "--folds", "1").exit_code == 2

"""What Rasa takes into its archive, and that a new topic needs no change to domain and rules."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from language.languages import LANGUAGES
from settings import ROOT
from tests.bot.servers import running_servers, sqlite_with_articles, train, trained_version

pytestmark = pytest.mark.rasa

_RASA_PYTHON = str(ROOT / "bot" / ".venv" / "bin" / "python")

# Runs in Rasa's environment: trains the component on the messages given, prints what came of it.
_TRAIN_COMPONENT = """
import json, sys, tempfile
from pathlib import Path
from bot.components.no_tensorflow import stand_in_for_tensorflow
stand_in_for_tensorflow()
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from bot.components.importer import TopicImporter
from bot.components.understander import UnfitModelError, Understander

data = TopicImporter("config.yml", "domain.yml", [sys.argv[1]]).get_nlu_data()
with tempfile.TemporaryDirectory() as folder:
    storage, resource = LocalModelStorage(Path(folder)), Resource("understander")
    try:
        Understander.create({}, storage, resource, None).train(data)
    except UnfitModelError as error:
        print(json.dumps({"error": str(error)}))
    else:
        loaded = Understander.load({}, storage, resource, None)
        print(json.dumps({"kept": loaded.__class__.__name__}))
"""


def _train_component(model: Path, messages: Path) -> dict[str, str]:
    result = subprocess.run(
        [_RASA_PYTHON, "-W", "ignore", "-c", _TRAIN_COMPONENT, str(messages)],
        cwd=ROOT,
        env={**os.environ, "UNDERSTANDING_MODEL": str(model), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(result.stdout.splitlines()[-1])
    assert isinstance(found, dict)
    return found


def test_a_model_of_the_same_messages_is_kept(trained_models: Path) -> None:
    model = trained_version(trained_models).understanding
    assert _train_component(model, ROOT / "bot" / "data" / "nlu") == {"kept": "Understander"}


def test_a_model_of_other_messages_is_refused(trained_models: Path, tmp_path: Path) -> None:
    messages = tmp_path / "nlu"
    shutil.copytree(ROOT / "bot" / "data" / "nlu", messages)
    with (messages / "da.yml").open("a", encoding="utf-8") as file:
        file.write("\n- intent: faq/pets\n  examples: |\n    - Må jeg tage min hund med?\n")
    error = _train_component(trained_version(trained_models).understanding, messages)["error"]
    assert "trained on other messages" in error
    assert "ankomst train" in error


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "understanding.npz"
    error = _train_component(missing, ROOT / "bot" / "data" / "nlu")["error"]
    assert str(missing) in error
    assert "ankomst train" in error


_QUESTIONS = {
    "da": ("Må jeg tage min hund med til Danmark?", "Hunde og katte"),
    "en": ("Can I bring my dog to Denmark?", "Dogs and cats"),
    "pl": ("Czy mogę zabrać psa do Danii?", "Psy i koty"),
    "lt": ("Ar galiu atsivežti šunį į Daniją?", "Šunys ir katės"),
    "ro": ("Pot să îmi aduc câinele în Danemarca?", "Câini și pisici"),
    "de": ("Darf ich meinen Hund nach Dänemark mitbringen?", "Hunde und Katzen"),
}


def _copy_with_a_new_topic(folder: Path) -> Path:
    copy = folder / "project"
    ignored = shutil.ignore_patterns(
        ".venv",
        ".git",
        ".tools",
        ".*_cache",
        ".rasa",
        "var",
        "tests",
        "node_modules",
        "__pycache__",
    )
    shutil.copytree(ROOT, copy, ignore=ignored)
    article = copy / "knowledge" / "articles" / "pets"
    shutil.rmtree(article)
    article.mkdir()
    source = {"id": "fvst", "title": "Pets", "url": "https://example.org/", "checked": "2026-11-23"}
    (article / "article.yml").write_text(
        yaml.safe_dump(
            {
                "reviewed": "2026-11-23",
                "review_due": "2027-05-23",
                "sources": [source],
                "related": [],
            }
        ).replace("'", ""),
        encoding="utf-8",
    )
    for language, (question, title) in _QUESTIONS.items():
        (article / f"{language}.md").write_text(
            f"---\ntitle: {title}\nstate: written\n---\n{title}.\n", encoding="utf-8"
        )
        with (copy / "bot" / "data" / "nlu" / f"{language}.yml").open(
            "a", encoding="utf-8"
        ) as file:
            lines = "".join(f"    - {question} ({number})\n" for number in range(12))
            file.write(f"\n- intent: faq/pets\n  examples: |\n    - {question}\n{lines}")
    return copy


def test_a_new_topic_needs_an_article_and_messages_alone(
    sqlite_template: Path, tmp_path: Path
) -> None:
    copy = _copy_with_a_new_topic(tmp_path)
    for name in ("domain.yml", "config.yml", "bot/data/rules.yml", "bot/data/stories.yml"):
        assert (copy / name).read_bytes() == (ROOT / name).read_bytes()
    data, trained = tmp_path / "data", tmp_path / "trained"
    data.mkdir()
    trained.mkdir()
    # The small encoder: what is shown here has nothing to do with meaning.
    models = train(copy, trained, ANKOMST_ENCODER="hashing")
    url = sqlite_with_articles(data, sqlite_template, copy / "knowledge")
    with running_servers(data, models, url, copy) as servers:
        for language in LANGUAGES:
            question, title = _QUESTIONS[language]
            (answer,) = servers.conversation(language).say(question)
            assert (answer["kind"], answer["topic"]) == ("answer", "pets")
            assert title in answer["text"]

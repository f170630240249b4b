"""Import never overwrites what was edited here, on both databases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from knowledge import models
from knowledge.articles import Text
from knowledge.catalogue import (
    TOPICS_FILE,
    Catalogue,
    Topic,
    catalogue,
    require_topic,
    shipped_catalogue,
    write_catalogue,
)
from knowledge.content import Content, read_content
from knowledge.errors import EditConflictError, UnknownTopicError
from knowledge.facts import FACTS_FILE
from knowledge.importing import Step, carry_out, describe, plan
from knowledge.models import TranslationVersion
from knowledge.rows import all_facts
from knowledge.saving import make_topic, save_topic, withdraw_topic
from knowledge.translations import history, latest, publish, published, save, withdraw
from tests.knowledge.conftest import ARTICLE, CENTRES, ENGLISH, write_facts_content

EDITED = Text("Edited here", "written", "Edited.\n")


def actions(steps: list[Step]) -> dict[tuple[str, str], str]:
    return {(step.group, step.item): step.action for step in steps if step.action != "same"}


def run(session: Session, directory: Path, *, overwrite: bool = False) -> list[Step]:
    steps = plan(session, read_content(directory), overwrite=overwrite)
    carry_out(session, steps, "import")
    return steps


def edit(session: Session, *, publishing: bool = True) -> TranslationVersion:
    before = latest(session, "tax-card", "en")
    version = save(
        session,
        "tax-card",
        "en",
        EDITED,
        author="anna",
        based_on=before.id if before else None,
    )
    if publishing:
        publish(session, version)
    return version


def change_english(directory: Path) -> None:
    path = directory / "articles" / "tax-card" / "en.md"
    path.write_text(ENGLISH.replace("Your passport", "Your valid passport"), encoding="utf-8")


def test_the_first_import_adds_and_publishes_everything(
    session: Session, content_directory: Path
) -> None:
    steps = run(session, content_directory)
    assert {step.action for step in steps} == {"add"}
    version = published(session, "tax-card", "en")
    assert version is not None
    assert (version.number, version.origin, version.author) == (1, "import", "import")
    assert describe(steps) == [
        (
            "add    topics.yml: tax-card, personal-tax-number, form-04063, no-tax-card, "
            "tax-card-types, and 76 more"
        ),
        "add    cpr-number: article.yml, da.md",
        "add    tax-card: article.yml, da.md, en.md",
        "add    centres.yml: kobenhavn, odense, København, Herlev, Odense",
    ]


def test_a_second_import_changes_nothing(filled: Session, content_directory: Path) -> None:
    assert actions(run(filled, content_directory)) == {}
    assert len(history(filled, "tax-card", "en")) == 1


def test_a_plan_changes_nothing(filled: Session, content_directory: Path) -> None:
    change_english(content_directory)
    plan(filled, read_content(content_directory), overwrite=True)
    assert not filled.new
    assert not filled.dirty
    assert len(history(filled, "tax-card", "en")) == 1


def test_a_changed_file_becomes_a_new_version(filled: Session, content_directory: Path) -> None:
    change_english(content_directory)
    steps = run(filled, content_directory)
    assert actions(steps) == {("tax-card", "en.md"): "change"}
    assert describe(steps) == ["change tax-card: en.md (replaces version 1)"]
    version = published(filled, "tax-card", "en")
    assert version is not None
    assert version.number == 2
    assert "valid passport" in version.body


@pytest.mark.parametrize("publishing", [True, False])
@pytest.mark.parametrize("file_changed", [True, False])
def test_what_was_edited_here_is_kept(
    filled: Session, content_directory: Path, publishing: bool, file_changed: bool
) -> None:
    edit(filled, publishing=publishing)
    if file_changed:
        change_english(content_directory)
    steps = run(filled, content_directory)
    assert actions(steps) == {("tax-card", "en.md"): "keep"}
    assert "anna" in describe(steps)[0]
    newest = latest(filled, "tax-card", "en")
    assert newest is not None
    assert newest.title == "Edited here"


def test_told_to_overwrite_the_files_win_and_the_edit_stays_in_the_history(
    filled: Session, content_directory: Path
) -> None:
    edit(filled)
    change_english(content_directory)
    assert actions(run(filled, content_directory, overwrite=True)) == {
        ("tax-card", "en.md"): "change"
    }
    assert [version.title for version in history(filled, "tax-card", "en")] == [
        "Getting a tax card",
        "Edited here",
        "Getting a tax card",
    ]
    assert actions(run(filled, content_directory)) == {}


def test_an_edit_that_reached_the_files_may_be_changed_there(
    filled: Session, content_directory: Path
) -> None:
    edit(filled)
    path = content_directory / "articles" / "tax-card" / "en.md"
    path.write_text("---\ntitle: Edited here\nstate: written\n---\nEdited.\n", encoding="utf-8")
    assert actions(run(filled, content_directory)) == {}
    path.write_text("---\ntitle: Edited there\nstate: written\n---\nEdited.\n", encoding="utf-8")
    assert actions(run(filled, content_directory)) == {("tax-card", "en.md"): "change"}


def test_what_was_withdrawn_here_stays_withdrawn(filled: Session, content_directory: Path) -> None:
    version = published(filled, "tax-card", "en")
    assert version is not None
    withdraw(filled, version)
    assert actions(run(filled, content_directory)) == {("tax-card", "en.md"): "keep"}
    assert published(filled, "tax-card", "en") is None
    run(filled, content_directory, overwrite=True)
    assert published(filled, "tax-card", "en") is not None


def test_a_translation_without_file_is_named_and_stays(
    filled: Session, content_directory: Path
) -> None:
    (content_directory / "articles" / "tax-card" / "en.md").unlink()
    steps = run(filled, content_directory, overwrite=True)
    assert describe(steps) == ["keep   tax-card: en.md (not among the files; withdraw it here)"]
    assert published(filled, "tax-card", "en") is not None


def test_shared_data_follow_the_files_unless_edited_here(
    filled: Session, content_directory: Path
) -> None:
    path = content_directory / "articles" / "tax-card" / "article.yml"
    swapped = ARTICLE.replace("id: skat", "id: x").replace("id: law", "id: skat")
    path.write_text(swapped.replace("id: x", "id: law"), encoding="utf-8")
    assert actions(run(filled, content_directory)) == {("tax-card", "article.yml"): "change"}
    article = filled.get_one(models.Article, "tax-card")
    assert [source.key for source in article.sources] == ["law", "skat"]
    assert [source.title for source in article.sources] == [
        "Tax card (skat.dk)",
        "Kildeskatteloven § 48",
    ]
    article.reviewed = date(2027, 1, 1)
    filled.flush()
    assert actions(run(filled, content_directory)) == {("tax-card", "article.yml"): "keep"}
    assert article.reviewed == date(2027, 1, 1)
    run(filled, content_directory, overwrite=True)
    assert article.reviewed == date(2026, 11, 23)


def test_centres_follow_the_files_unless_edited_here(
    filled: Session, content_directory: Path
) -> None:
    odense = filled.get_one(models.Centre, "odense")
    odense.records[0].phone = "+45 12 34 56 78"
    filled.flush()
    changed = CENTRES.replace("name: ICS O", "name: The ICS O").replace("cph@kk.dk", "ics@kk.dk")
    (content_directory / "centres.yml").write_text(changed, encoding="utf-8")
    assert actions(run(filled, content_directory)) == {
        ("centres.yml", "kobenhavn"): "change",
        ("centres.yml", "odense"): "keep",
    }
    assert odense.records[0].name == "ICS Odense"
    assert filled.get_one(models.Centre, "kobenhavn").records[0].email == "ics@kk.dk"


def test_facts_follow_the_files_unless_edited_here(session: Session, tmp_path: Path) -> None:
    directory = write_facts_content(tmp_path / "content")
    assert ("facts.yml", "fee") in actions(run(session, directory))
    assert actions(run(session, directory)) == {}
    session.get_one(models.Fact, "fee").value = 7000
    session.flush()
    path = directory / FACTS_FILE
    changed = path.read_text(encoding="utf-8").replace("2 weeks", "3 weeks").replace("6055", "1")
    path.write_text(changed, encoding="utf-8")
    steps = run(session, directory)
    assert actions(steps) == {("facts.yml", "fee"): "keep", ("facts.yml", "wait"): "change"}
    assert "keep   facts.yml: fee (was edited here since the last import)" in describe(steps)
    values = {name: fact.value for name, fact in all_facts(session).items()}
    assert (values["fee"], values["wait"]) == (7000, "3 weeks")
    run(session, directory, overwrite=True)
    assert session.get_one(models.Fact, "fee").value == 1
    assert actions(run(session, directory)) == {}


def test_somebody_who_saves_meanwhile_stops_the_import(
    filled: Session, content_directory: Path
) -> None:
    change_english(content_directory)
    steps = plan(filled, read_content(content_directory))
    edit(filled)
    with pytest.raises(EditConflictError, match="anna saved version 2"):
        carry_out(filled, steps, "import")


SIM = Topic(slug="sim-card", queue="visitation", title="SIM card")


def write_topics(directory: Path, **changed: Topic | None) -> None:
    """Write a file of topics with others than the project's: None leaves one out."""
    topics = dict(shipped_catalogue().every)
    for name, topic in changed.items():
        slug = name.replace("_", "-")
        topics.pop(slug)
        if topic is not None:
            topics[slug] = topic
    content = write_catalogue(Catalogue(topics), "# By hand.\n")
    (directory / TOPICS_FILE.name).write_text(content, encoding="utf-8")


def test_an_import_never_undoes_what_was_done_to_topics_here(
    filled: Session, content_directory: Path
) -> None:
    make_topic(filled, SIM)
    tax_card = require_topic(filled, "tax-card")
    here = tax_card.model_copy(update={"title": "Renamed here", "queue": "visitation"})
    save_topic(filled, here, 1)
    withdraw_topic(filled, "mitid")
    in_files = tax_card.model_copy(update={"title": "Renamed in the files"})
    write_topics(content_directory, tax_card=in_files, pets=None)
    steps = run(filled, content_directory)
    assert describe(steps) == [
        "keep   topics.yml: tax-card, mitid (was edited here since the last import)",
        "keep   topics.yml: pets (not among the files; withdraw it here)",
        "keep   topics.yml: sim-card (made here)",
    ]
    topics = catalogue(filled).topics
    assert topics["tax-card"] == here
    assert topics["sim-card"] == SIM
    assert "pets" in topics
    assert "mitid" not in topics
    run(filled, content_directory, overwrite=True)
    topics = catalogue(filled).topics
    assert topics["tax-card"] == in_files
    assert topics["sim-card"] == SIM
    assert "mitid" in topics


def test_a_topic_changes_with_the_files_where_nobody_changed_it_here(
    filled: Session, content_directory: Path
) -> None:
    renamed = require_topic(filled, "tax-card").model_copy(update={"title": "Another"})
    write_topics(content_directory, tax_card=renamed)
    assert actions(run(filled, content_directory)) == {("topics.yml", "tax-card"): "change"}
    assert catalogue(filled).every["tax-card"] == renamed


def test_an_article_on_what_is_no_topic_stops_the_import(
    session: Session, content_directory: Path
) -> None:
    folder = content_directory / "articles" / "tax-card"
    folder.rename(folder.with_name("sim-card"))
    with pytest.raises(UnknownTopicError, match="sim-card is no topic"):
        plan(session, read_content(content_directory))
    make_topic(session, SIM)
    assert plan(session, read_content(content_directory))


def test_articles_alone_leave_the_centres(filled: Session, content_directory: Path) -> None:
    content = read_content(content_directory / "articles")
    assert content.centres is None
    assert actions(plan(filled, content)) == {}


def test_an_empty_content_plans_nothing(session: Session) -> None:
    assert plan(session, Content([], {}, None, None)) == []

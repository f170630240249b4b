"""Export writes what is published, and a round trip loses nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from knowledge import models
from knowledge.admin.forms import flat, nested
from knowledge.articles import Article, Text, read_articles
from knowledge.catalogue import TOPICS_FILE, Catalogue, Topic, shipped_catalogue
from knowledge.centre_files import CENTRES_FILE, CentreFile, read_centres, write_centres
from knowledge.content import CONTENT_DIRECTORY, Content, read_content
from knowledge.exporting import export_content
from knowledge.facts import FACTS_FILE, Fact, read_facts
from knowledge.importing import carry_out, plan
from knowledge.saving import make_topic, withdraw_topic
from knowledge.translations import latest, publish, published, save, withdraw
from knowledge.whole_files import ExportError
from storage.database import Database
from storage.migrate import upgrade
from tests.conftest import copy_of_postgres
from tests.knowledge.conftest import fill, write_facts_content
from tests.knowledge.values import articles, catalogues, centre_files, fact_files


def names(paths: list[Path], directory: Path) -> list[str]:
    return [str(path.relative_to(directory)) for path in paths]


def test_the_files_come_back_as_they_were(
    filled: Session, content_directory: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    written = export_content(filled, out)
    assert names(written, out) == [
        "articles/cpr-number/article.yml",
        "articles/tax-card/article.yml",
        "articles/cpr-number/da.md",
        "articles/tax-card/da.md",
        "articles/tax-card/en.md",
        "topics.yml",
        "centres.yml",
    ]
    for name in names(written, out)[1:5]:
        assert (out / name).read_bytes() == (content_directory / name).read_bytes()
    assert read_content(out) == read_content(content_directory)


def test_a_file_that_says_the_same_is_left_alone(filled: Session, content_directory: Path) -> None:
    path = content_directory / "articles" / "tax-card" / "article.yml"
    path.write_text(f"# by hand\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    assert export_content(filled, content_directory) == []
    assert path.read_text(encoding="utf-8").startswith("# by hand")


def test_only_what_changed_is_written(filled: Session, content_directory: Path) -> None:
    before = latest(filled, "tax-card", "en")
    assert before is not None
    text = Text("Tax", "written", "Ask us.\n")
    draft = save(filled, "tax-card", "en", text, author="anna", based_on=before.id)
    assert export_content(filled, content_directory) == []
    publish(filled, draft)
    filled.get_one(models.Centre, "odense").records[0].phone = "+45 12 34 56 78"
    filled.flush()
    assert names(export_content(filled, content_directory), content_directory) == [
        "articles/tax-card/en.md",
        "centres.yml",
    ]
    exported = read_centres(content_directory / "centres.yml")
    assert exported.centres["odense"].records[0].phone == "+45 12 34 56 78"


def test_a_broken_file_is_replaced(filled: Session, content_directory: Path) -> None:
    path = content_directory / "articles" / "tax-card" / "da.md"
    good = path.read_bytes()
    path.write_bytes(b"\xff")
    assert export_content(filled, content_directory) == [path]
    assert path.read_bytes() == good


def test_what_is_withdrawn_is_not_written(filled: Session, tmp_path: Path) -> None:
    version = published(filled, "tax-card", "en")
    assert version is not None
    withdraw(filled, version)
    export_content(filled, tmp_path)
    assert not (tmp_path / "articles" / "tax-card" / "en.md").exists()
    assert (tmp_path / "articles" / "tax-card" / "da.md").exists()


def test_facts_are_written_where_they_changed(session: Session, tmp_path: Path) -> None:
    directory = write_facts_content(tmp_path / "content")
    fill(session, directory)
    assert export_content(session, directory) == []
    session.get_one(models.Fact, "fee").value = 7000
    session.flush()
    assert names(export_content(session, directory), directory) == [FACTS_FILE]
    assert read_facts(directory / FACTS_FILE)["fee"].value == 7000


def test_topics_are_written_under_the_comment_of_the_file(
    filled: Session, content_directory: Path, tmp_path: Path
) -> None:
    path = content_directory / TOPICS_FILE.name
    path.write_text("# By hand.\n#\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    assert export_content(filled, content_directory) == []
    make_topic(filled, Topic(slug="sim-card", queue="tax", title='A "SIM" card: yes # or no'))
    withdraw_topic(filled, "church-tax")
    assert export_content(filled, content_directory) == [path]
    after = path.read_text(encoding="utf-8")
    assert set(after.splitlines()) ^ set(before.splitlines()) == {
        '  church-tax: {title: "Church tax"}',
        '  church-tax: {title: "Church tax", withdrawn: true}',
        r'  sim-card: {title: "A \"SIM\" card: yes # or no"}',
    }
    assert after.startswith("# By hand.\n#\n# The topic catalogue")
    export_content(filled, tmp_path / "elsewhere")
    elsewhere = (tmp_path / "elsewhere" / TOPICS_FILE.name).read_text(encoding="utf-8")
    assert f"# By hand.\n#\n{elsewhere}" == after


def test_a_place_that_cannot_be_written_is_named(filled: Session, tmp_path: Path) -> None:
    (tmp_path / "articles").write_text("in the way")
    with pytest.raises(ExportError, match=r"articles/cpr-number/article\.yml cannot be written"):
        export_content(filled, tmp_path)


def test_the_projects_own_content_survives_a_round_trip(session: Session, tmp_path: Path) -> None:
    content = read_content(CONTENT_DIRECTORY)
    carry_out(session, plan(session, content), "import")
    export_content(session, tmp_path)
    assert read_content(tmp_path) == content
    assert {step.action for step in plan(session, read_content(tmp_path))} == {"same"}


def _topics_of(articles: list[Article]) -> Catalogue:
    every = shipped_catalogue().every
    return Catalogue({article.topic: every[article.topic] for article in articles})


@pytest.fixture(scope="module")
def one_database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """An SQLite database for all examples of a property; each rolls its transaction back."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('property')}/ankomst.db")
    upgrade(database)
    return database


@given(content=articles(), facts=fact_files(), data=st.data())
@settings(deadline=None, max_examples=60)
def test_import_and_export_of_any_content_lose_nothing(
    one_database: Database,
    tmp_path_factory: pytest.TempPathFactory,
    content: list[Article],
    facts: dict[str, Fact],
    data: st.DataObject,
) -> None:
    edited = data.draw(st.sampled_from(content))
    out = tmp_path_factory.mktemp("out")
    with Session(one_database.engine) as session:
        carry_out(
            session, plan(session, Content(content, facts, None, _topics_of(content))), "import"
        )
        export_content(session, out)
        assert read_articles(out / "articles") == content
        if facts:
            assert read_facts(out / FACTS_FILE) == facts
            # Forms show a value so that it is read again as the same.
            for fact in facts.values():
                assert Fact.model_validate(nested(flat(fact))) == fact
        assert {step.action for step in plan(session, read_content(out))} == {"same"}

        # What is edited here survives an import of the same files.
        before = latest(session, edited.topic, "da")
        assert before is not None
        text = Text("Redigeret", "written", "Nyt svar.\n")
        version = save(session, edited.topic, "da", text, author="a", based_on=before.id)
        publish(session, version)
        steps = plan(session, read_content(out))
        carry_out(session, steps, "import")
        assert [step.item for step in steps if step.action == "keep"] == ["da.md"]
        assert published(session, edited.topic, "da") is version
    shutil.rmtree(out)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def either_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A database of each kind for all examples of a property; each rolls its transaction back."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path_factory.mktemp('either')}/ankomst.db")
        upgrade(database)
        yield database
        database.close()
        return
    with copy_of_postgres(request.getfixturevalue("postgres")) as url:
        database = Database(url)
        yield database
        database.close()


def _files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


@given(
    topics=catalogues(), articles=articles(), facts=fact_files(), centres=st.none() | centre_files()
)
@settings(deadline=None, max_examples=25, phases=set(Phase) - {Phase.shrink})
def test_what_is_exported_and_imported_elsewhere_is_exported_to_the_same_bytes(
    either_database: Database,
    tmp_path_factory: pytest.TempPathFactory,
    topics: Catalogue,
    articles: list[Article],
    facts: dict[str, Fact],
    centres: CentreFile | None,
) -> None:
    out = tmp_path_factory.mktemp("twice")
    topics = Catalogue({**_topics_of(articles).every, **topics.every})
    content = Content(articles, facts, centres, topics)
    for directory in (out / "first", out / "second"):
        with Session(either_database.engine) as session:
            carry_out(session, plan(session, content), "import")
            export_content(session, directory)
            content = read_content(directory)
            assert {step.action for step in plan(session, content)} == {"same"}
        assert content.articles == articles
        assert content.facts == facts
        assert content.topics is not None
        assert content.topics.every == topics.every
        if centres is not None:
            assert content.centres is not None
            assert content.centres.centres == centres.centres
            assert set(content.centres.municipalities) == set(centres.municipalities)
    assert _files(out / "first") == _files(out / "second")
    shutil.rmtree(out)


@pytest.mark.parametrize("value", [": x", ":x", "?x", "? x", "- x", "#x", "{x", "%x", "@x", "x: y"])
def test_a_value_that_begins_with_a_sign_is_read_again(tmp_path: Path, value: str) -> None:
    file = read_centres(CONTENT_DIRECTORY / CENTRES_FILE)
    first, *others = file.municipalities
    record = first.records[0].model_copy(update={"region": value})
    changed = first.model_copy(update={"records": (record, *first.records[1:])})
    file = file.model_copy(update={"municipalities": (changed, *others)})
    path = tmp_path / CENTRES_FILE
    path.write_text(write_centres(file), encoding="utf-8")
    assert read_centres(path) == file

"""Taking the files' content over into the database, without overwriting what was edited there.

`plan` compares and changes nothing; `carry_out` does what a plan says. Both belong into one
transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from knowledge import articles, models, rows
from knowledge.articles import Text
from knowledge.catalogue import TOPICS_FILE, Topic, catalogue, topic_of
from knowledge.centre_files import CENTRES_FILE
from knowledge.content import Content
from knowledge.errors import EditConflictError, UnknownTopicError
from knowledge.facts import FACTS_FILE
from knowledge.models import TranslationVersion
from knowledge.translations import latest, publish, save, text_of
from language.languages import Language

Action = Literal["add", "change", "keep", "same"]
"""add, change: the files' content is taken over. keep: what is here stays, and differs from the
files. same: both agree."""

Row = TypeVar("Row", models.Topic, models.Article, models.Fact, models.Centre, models.Municipality)
Value = TypeVar("Value", bound=BaseModel)

_EDITED = "was edited here since the last import"


@dataclass(frozen=True)
class Step:
    """What an import does with one thing.

    Attributes:
        group: The topic whose article it belongs to, or the file, such as `centres.yml`.
        item: The thing, such as `pl.md` or `aarhus`.
        action: What happens.
        note: Why, in a few words; may be empty.
        perform: Does it; takes the transaction and the author's name.
    """

    group: str
    item: str
    action: Action
    note: str
    perform: Callable[[Session, str], None]


def plan(session: Session, content: Content, *, overwrite: bool = False) -> list[Step]:
    """Compare files and database.

    Args:
        session: Read only.
        content: What the files say.
        overwrite: Whether the files win over what was edited here since the last import. What
            they replace stays in the history of the translations.

    Returns:
        A step for everything in the files, and for every topic and translation that is here only.

    Raises:
        UnknownTopicError: An article is about something that is no topic.
    """
    steps = [
        _topic_step(session, position, topic, overwrite=overwrite)
        for position, topic in enumerate(content.topics.every.values() if content.topics else ())
    ]
    _require_topics(session, content)
    for article in content.articles:
        steps.append(
            _row_step(
                session,
                (article.topic, articles.ARTICLE_FILE),
                _ARTICLES,
                article.topic,
                article.file,
                overwrite=overwrite,
            )
        )
        steps += [
            _text_step(session, article.topic, language, text, overwrite=overwrite)
            for language, text in article.texts.items()
        ]
    steps += [
        _row_step(session, (FACTS_FILE, name), _FACTS, name, fact, overwrite=overwrite)
        for name, fact in content.facts.items()
    ]
    if content.centres is not None:
        steps += [
            _row_step(session, (CENTRES_FILE, slug), _CENTRES, slug, entry, overwrite=overwrite)
            for slug, entry in content.centres.centres.items()
        ]
        steps += [
            _row_step(
                session,
                (CENTRES_FILE, entry.name),
                _MUNICIPALITIES,
                entry.code,
                entry,
                overwrite=overwrite,
            )
            for entry in content.centres.municipalities
        ]
    return [*steps, *_topics_only_here(session, content), *_only_here(session, content.articles)]


def carry_out(session: Session, steps: Iterable[Step], author: str) -> None:
    """Do what a plan says.

    Args:
        session: The transaction in which the plan was made.
        steps: The plan.
        author: Who is named as the author of imported versions.

    Raises:
        EditConflictError: Somebody else saved meanwhile; the transaction must be rolled back.
    """
    try:
        for step in steps:
            step.perform(session, author)
        session.flush()
    except (IntegrityError, StaleDataError) as error:
        raise EditConflictError(
            "Somebody else saved at the same moment; nothing was imported, start it again."
        ) from error


def describe(steps: Iterable[Step]) -> list[str]:
    """Put a plan into lines, things of one group and fate together; what is the same is left out."""
    together: dict[tuple[str, str, str], list[str]] = {}
    for step in steps:
        if step.action != "same":
            together.setdefault((step.action, step.group, step.note), []).append(step.item)
    return [
        f"{action:<6} {group}: {_few(items)}" + (f" ({note})" if note else "")
        for (action, group, note), items in together.items()
    ]


def _few(items: list[str]) -> str:
    shown = items if len(items) <= 8 else [*items[:5], f"and {len(items) - 5} more"]
    return ", ".join(shown)


def _judge(present: str, in_files_before: str, in_files: str, *, overwrite: bool) -> Action:
    """Decide by three digests: of what is here, of the files at the last import, of them now."""
    if present == in_files:
        return "same"
    if present == in_files_before or overwrite:
        return "change"
    return "keep"


@dataclass(frozen=True)
class _Kind(Generic[Row, Value]):
    """How rows of a table and the files' values become each other."""

    table: type[Row]
    key: str
    read: Callable[[Row], Value]
    fill: Callable[[Row, Value], None]


_TOPICS = _Kind(models.Topic, "slug", topic_of, rows.fill_topic)
_ARTICLES = _Kind(models.Article, "topic", rows.article_file, rows.fill_article)
_FACTS = _Kind(models.Fact, "name", rows.fact_entry, rows.fill_fact)
_CENTRES = _Kind(models.Centre, "slug", rows.centre_entry, rows.fill_centre)
_MUNICIPALITIES = _Kind(
    models.Municipality, "code", rows.municipality_entry, rows.fill_municipality
)


def _row_step(
    session: Session,
    name: tuple[str, str],
    kind: _Kind[Row, Value],
    key: str,
    value: Value,
    *,
    overwrite: bool,
) -> Step:
    row = session.get(kind.table, key)
    in_files = rows.digest(value)
    action: Action = "add"
    if row is not None:
        present = rows.digest(kind.read(row))
        action = _judge(present, row.files_digest, in_files, overwrite=overwrite)

    def perform(session: Session, _author: str) -> None:
        if action == "keep":
            return
        target = row if row is not None else kind.table(**{kind.key: key})
        if action != "same":
            kind.fill(target, value)
        target.files_digest = in_files
        session.add(target)
        session.flush()

    return Step(*name, action, _EDITED if action == "keep" else "", perform)


def _topic_step(session: Session, position: int, topic: Topic, *, overwrite: bool) -> Step:
    name = (TOPICS_FILE.name, topic.slug)
    step = _row_step(session, name, _TOPICS, topic.slug, topic, overwrite=overwrite)

    def perform(session: Session, author: str) -> None:
        step.perform(session, author)
        session.get_one(models.Topic, topic.slug).position = position

    return replace(step, perform=perform)


def _require_topics(session: Session, content: Content) -> None:
    known = {*catalogue(session).every, *(content.topics.every if content.topics else ())}
    for article in content.articles:
        if article.topic not in known:
            raise UnknownTopicError(
                f"{article.topic} is no topic; correct the name of the folder, or add it to "
                f"{TOPICS_FILE.name} beside the articles."
            )


def _topics_only_here(session: Session, content: Content) -> list[Step]:
    if content.topics is None:
        return []
    return [
        Step(
            TOPICS_FILE.name,
            row.slug,
            "keep",
            "made here" if row.origin == "editor" else "not among the files; withdraw it here",
            _nothing,
        )
        for row in session.scalars(select(models.Topic).order_by(models.Topic.slug))
        if row.slug not in content.topics.every and not row.withdrawn
    ]


def _text_step(
    session: Session, topic: str, language: Language, text: Text, *, overwrite: bool
) -> Step:
    before = latest(session, topic, language)
    action, note = _judge_text(before, text, overwrite=overwrite)

    def perform(session: Session, author: str) -> None:
        if action in {"add", "change"}:
            based_on = before.id if before else None
            version = save(
                session, topic, language, text, author=author, based_on=based_on, origin="import"
            )
            publish(session, version)
        elif action == "same" and before is not None:
            before.in_files = True

    return Step(topic, f"{language}.md", action, note, perform)


def _judge_text(
    before: TranslationVersion | None, text: Text, *, overwrite: bool
) -> tuple[Action, str]:
    if before is None:
        return "add", ""
    is_same = text_of(before) == text
    if is_same and before.state == "published":
        return "same", ""
    if before.state == "published" and before.in_files:
        return "change", f"replaces version {before.number}"
    what = {
        "draft": f"{before.author} has a draft here, version {before.number}",
        "withdrawn": f"withdrawn here, version {before.number}",
    }.get(before.state, f"edited here by {before.author}, version {before.number}")
    return ("change", f"overwrites: {what}") if overwrite else ("keep", what)


def _only_here(session: Session, given: Iterable[articles.Article]) -> list[Step]:
    in_files = {(article.topic, language) for article in given for language in article.texts}
    published = session.execute(
        select(TranslationVersion.topic, TranslationVersion.language)
        .where(TranslationVersion.state == "published")
        .order_by(TranslationVersion.topic, TranslationVersion.language)
    )
    return [
        Step(topic, f"{language}.md", "keep", "not among the files; withdraw it here", _nothing)
        for topic, language in published
        if (topic, language) not in in_files
    ]


def _nothing(_session: Session, _author: str) -> None:
    """Change nothing."""

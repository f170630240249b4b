"""Saving what is not text: topics, what an article's languages share, facts, centres, municipalities.

Each row counts its saves. Who saves names the count that they had before them, so that of two
people who save at once the second one is told and nothing is overwritten. The digest of the files
stays as it is: it tells an import that the row was edited here.
"""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from knowledge import facts, models
from knowledge.articles import ArticleFile
from knowledge.catalogue import Topic, dialogue_intents
from knowledge.centre_files import CentreEntry, MunicipalityEntry, serving_problem
from knowledge.errors import EditConflictError, RecordError, TopicError
from knowledge.models import (
    Article,
    Centre,
    Fact,
    Municipality,
    MunicipalityRecord,
    TranslationVersion,
)
from knowledge.periods import cover
from knowledge.rows import (
    centre_entry,
    fill_article,
    fill_centre,
    fill_fact,
    fill_municipality,
    fill_topic,
)
from knowledge.translations import lock
from language.languages import LANGUAGES
from web.translations import later

Row = TypeVar("Row", models.Topic, Article, Fact, Centre, Municipality)

_NOT_IN_FILES = ""

_IN_ADDRESSES = ("new", "edit")
"""Pages that stand where a topic's page stands."""


def require_free(session: Session, topic: Topic) -> None:
    """Require that a topic can be made; one that was withdrawn can be made again.

    Args:
        session: Read only.
        topic: The new topic.

    Raises:
        TopicError: Its slug is taken.
    """
    if topic.slug in {*dialogue_intents(), *_IN_ADDRESSES}:
        raise TopicError(
            later("“%(slug)s” means something else already; write a longer title.", slug=topic.slug)
        )
    row = session.get(models.Topic, topic.slug)
    if row is not None and not row.withdrawn:
        raise _taken(topic)


def make_topic(session: Session, topic: Topic) -> models.Topic:
    """Make a topic, the last one of its queue.

    Raises:
        TopicError: Its slug is taken.
    """
    require_free(session, topic)
    row = session.get(models.Topic, topic.slug, with_for_update=True)
    if row is None:
        last = session.scalar(select(func.max(models.Topic.position)))
        row = models.Topic(
            slug=topic.slug,
            origin="editor",
            position=0 if last is None else last + 1,
            files_digest=_NOT_IN_FILES,
        )
        session.add(row)
    fill_topic(row, topic)
    try:
        session.flush()
    except IntegrityError as error:
        raise _taken(topic) from error
    return row


def save_topic(session: Session, topic: Topic, revision: int | None) -> models.Topic:
    """Save a topic's title and queue; see `save_article`.

    Raises:
        EditConflictError: Somebody else saved in between.
    """
    row = session.get(models.Topic, topic.slug, with_for_update=True)
    row = _unchanged(row, topic.slug, revision)
    fill_topic(row, topic)
    flag_modified(row, "queue")
    session.flush()
    return row


def withdraw_topic(session: Session, slug: str) -> None:
    """Offer a topic nowhere any more; its drafts stay, and it can be made again.

    Args:
        session: A transaction.
        slug: Of a topic that is there.

    Raises:
        TopicError: Readers get a text on it, or will by themselves.
    """
    lock(session, slug)  # or a text could be published at the same moment
    shown = session.scalars(
        select(TranslationVersion.language).where(
            TranslationVersion.topic == slug,
            or_(
                TranslationVersion.state == "published", TranslationVersion.publish_at.is_not(None)
            ),
        )
    ).all()
    if shown:
        raise TopicError(
            later(
                "Readers get a text on it (%(languages)s), or will get it at a time that is set; "
                "withdraw these texts first.",
                languages=", ".join(code for code in LANGUAGES if code in shown),
            )
        )
    session.get_one(models.Topic, slug).withdrawn = True
    session.flush()


def _taken(topic: Topic) -> TopicError:
    return TopicError(
        later(
            "There is a topic “%(slug)s” already; use that, or write another title.",
            slug=topic.slug,
        )
    )


def save_article(session: Session, topic: str, file: ArticleFile, revision: int | None) -> Article:
    """Save what the languages of an article share; the first time makes the article.

    Args:
        session: A transaction.
        topic: A slug of the catalogue.
        file: The data.
        revision: The count that the author had before them; None where there was no article.

    Raises:
        EditConflictError: Somebody else saved in between.
    """
    row = session.get(Article, topic, with_for_update=True)
    if row is None and revision is None:
        row = Article(topic=topic, files_digest=_NOT_IN_FILES)
        session.add(row)
    else:
        row = _unchanged(row, topic, revision)
    fill_article(row, file)
    flag_modified(row, "related")  # or a change of the sources alone would not be counted
    try:
        session.flush()
    except IntegrityError as error:
        raise EditConflictError(
            f"{topic} was made by somebody else just now; compare the two and save again."
        ) from error
    return row


def save_fact(session: Session, name: str, entry: facts.Fact, revision: int | None) -> Fact:
    """Save a fact; see `save_article`.

    Raises:
        EditConflictError: Somebody else saved in between.
    """
    row = _unchanged(session.get(Fact, name, with_for_update=True), name, revision)
    fill_fact(row, entry)
    flag_modified(row, "kind")
    session.flush()
    return row


def save_centre(session: Session, slug: str, entry: CentreEntry, revision: int | None) -> Centre:
    """Save a centre with all its records; see `save_article`.

    Raises:
        EditConflictError: Somebody else saved in between.
        RecordError: The centre ends while it is still to serve municipalities.
    """
    row = _unchanged(session.get(Centre, slug, with_for_update=True), slug, revision)
    _require_free_after_end(session, slug, entry)
    fill_centre(row, entry)
    flag_modified(row, "files_digest")  # or a change of the records alone would not be counted
    session.flush()
    return row


def save_municipality(
    session: Session, entry: MunicipalityEntry, revision: int | None
) -> Municipality:
    """Save a municipality with all its records; see `save_article`.

    Raises:
        EditConflictError: Somebody else saved in between.
        RecordError: A centre is not there on all days on which it is to serve it.
    """
    row = _unchanged(
        session.get(Municipality, entry.code, with_for_update=True), entry.code, revision
    )
    for record in entry.records:
        # Locked, so that it is not closed at the same moment.
        centre = session.get(Centre, record.centre, with_for_update={"read": True})
        problem = serving_problem(entry.name, record, centre_entry(centre) if centre else None)
        if problem is not None:
            raise RecordError("centre", problem)
    fill_municipality(row, entry)
    flag_modified(row, "files_digest")
    session.flush()
    return row


def _require_free_after_end(session: Session, slug: str, entry: CentreEntry) -> None:
    served = session.execute(
        select(Municipality.name, MunicipalityRecord)
        .join(Municipality, Municipality.code == MunicipalityRecord.code)
        .where(MunicipalityRecord.centre_slug == slug)
        .order_by(Municipality.name)
    )
    left = [name for name, record in served if not cover(entry.records, record)]
    if left:
        raise RecordError(
            "valid_to",
            later(
                "On other days it is still to serve %(municipalities)s; give them another centre "
                "from then on first.",
                municipalities=", ".join(dict.fromkeys(left)),
            ),
        )


def _unchanged(row: Row | None, name: str, revision: int | None) -> Row:
    if row is None or row.revision != revision:
        raise EditConflictError(
            f"{name} has changed since you opened it; compare the two and save again."
        )
    return row

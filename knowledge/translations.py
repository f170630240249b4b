"""Versions of an article's translations: save, publish, schedule, withdraw, history.

Saving never changes an earlier version. An article's row is locked meanwhile, so that of two
people who save at once the second one is told, and has the first one's version to compare with.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from knowledge.articles import Reading, Text
from knowledge.errors import EditConflictError, KnowledgeError, PastTimeError
from knowledge.models import Article, Origin, Review, TranslationVersion
from language.languages import LANGUAGES, Language
from storage.times import now


def lock(session: Session, topic: str) -> Article | None:
    """Keep others from saving or publishing texts of an article until the transaction ends.

    Returns:
        The article; None if there is none.
    """
    return session.get(Article, topic, with_for_update=True)


def numbered(
    session: Session, topic: str, language: Language, number: int
) -> TranslationVersion | None:
    """Return a version by its number; None if there is none."""
    return session.scalars(
        select(TranslationVersion).where(
            TranslationVersion.topic == topic,
            TranslationVersion.language == language,
            TranslationVersion.number == number,
        )
    ).one_or_none()


def text_of(version: TranslationVersion) -> Text:
    """Return what a version says."""
    return Text(version.title, cast("Reading", version.reading), version.body)


def history(session: Session, topic: str, language: Language) -> list[TranslationVersion]:
    """Return all versions of a translation, the newest first."""
    return list(
        session.scalars(
            select(TranslationVersion)
            .where(TranslationVersion.topic == topic, TranslationVersion.language == language)
            .order_by(TranslationVersion.number.desc())
        )
    )


def latest(session: Session, topic: str, language: Language) -> TranslationVersion | None:
    """Return the newest version of a translation, published or not; None if there is none."""
    return session.scalars(
        select(TranslationVersion)
        .where(TranslationVersion.topic == topic, TranslationVersion.language == language)
        .order_by(TranslationVersion.number.desc())
        .limit(1)
    ).one_or_none()


def published(session: Session, topic: str, language: Language) -> TranslationVersion | None:
    """Return the version that readers get; None if there is none."""
    return session.scalars(
        select(TranslationVersion).where(
            TranslationVersion.topic == topic,
            TranslationVersion.language == language,
            TranslationVersion.state == "published",
        )
    ).one_or_none()


def readers_had(session: Session, version: TranslationVersion) -> TranslationVersion | None:
    """Return what readers get in place of a draft, or got before a version was published."""
    if version.state == "draft":
        return published(session, version.topic, cast("Language", version.language))
    return session.scalars(
        select(TranslationVersion)
        .where(
            TranslationVersion.topic == version.topic,
            TranslationVersion.language == version.language,
            TranslationVersion.number < version.number,
            TranslationVersion.published_at.is_not(None),
        )
        .order_by(TranslationVersion.number.desc())
        .limit(1)
    ).one_or_none()


def newest_danish(session: Session, topic: str) -> TranslationVersion | None:
    """Return the newest Danish text that was not given up, which the other languages render."""
    return session.scalars(
        select(TranslationVersion)
        .where(
            TranslationVersion.topic == topic,
            TranslationVersion.language == "da",
            TranslationVersion.state.in_(("draft", "published")),
        )
        .order_by(TranslationVersion.number.desc())
        .limit(1)
    ).one_or_none()


def renders(session: Session, version: TranslationVersion, danish: TranslationVersion) -> bool:
    """Return whether a text renders a Danish version, or a later one."""
    rendered = session.get(TranslationVersion, version.translated_from_id or 0)
    return rendered is not None and rendered.number >= danish.number


def behind(session: Session, topic: str) -> list[Language]:
    """Return the languages whose text does not render the newest Danish one, or is not there."""
    danish = newest_danish(session, topic)
    if danish is None:
        return []
    newest = {code: latest(session, topic, code) for code in LANGUAGES if code != "da"}
    return [
        code
        for code, version in newest.items()
        if version is None or not renders(session, version, danish)
    ]


def published_titles(session: Session, language: Language) -> dict[str, str]:
    """Return the titles that readers get in a language, by topic."""
    rows = session.execute(
        select(TranslationVersion.topic, TranslationVersion.title).where(
            TranslationVersion.language == language, TranslationVersion.state == "published"
        )
    )
    return {row.topic: row.title for row in rows}


def save(
    session: Session,
    topic: str,
    language: Language,
    text: Text,
    *,
    author: str,
    based_on: int | None,
    origin: Origin = "editor",
) -> TranslationVersion:
    """Add a draft; the one before it is neither published by itself nor reviewed any more.

    Args:
        session: A transaction.
        topic: The slug of an article that is there.
        language: The language of the text.
        text: What the new version says.
        author: Who wrote it.
        based_on: Id of the version that the author had before them; None for a first one.
        origin: `import` for texts that come from the files.

    Raises:
        MarkdownError: The body breaks a rule.
        KnowledgeError: There is no article of this topic.
        EditConflictError: A newer version than `based_on` is there.
    """
    _ = text.document  # refuses a body that cannot be shown
    if lock(session, topic) is None:
        raise KnowledgeError(f"There is no article {topic} yet; import or create it first.")
    before = latest(session, topic, language)
    if (before.id if before else None) != based_on:
        who = f"{before.author} saved version {before.number}" if before else "it was removed"
        raise EditConflictError(
            f"{topic}/{language} has changed since you opened it ({who}); "
            "compare the two and save again."
        )
    if before is not None:
        unschedule(before)
        if before.state == "draft":
            _close_review(session, before)
    danish = None if language == "da" else published(session, topic, "da")
    version = TranslationVersion(
        topic=topic,
        language=language,
        number=before.number + 1 if before else 1,
        state="draft",
        title=text.title,
        reading=text.reading,
        body=text.body,
        origin=origin,
        author=author,
        created_at=now(),
        based_on_id=based_on,
        translated_from_id=danish.id if danish else None,
        in_files=origin == "import",
    )
    session.add(version)
    session.flush()
    return version


def publish(session: Session, version: TranslationVersion) -> None:
    """Show a draft to readers, in place of the version they had.

    Raises:
        KnowledgeError: It is no draft; an old text is published by saving it as a new version.
    """
    if version.state != "draft":
        raise KnowledgeError(
            f"Version {version.number} of {version.topic}/{version.language} is {version.state}, "
            "no draft; save its text as a new version and publish that."
        )
    lock(session, version.topic)
    before = published(session, version.topic, cast("Language", version.language))
    if before is not None:
        before.state = "replaced"
        session.flush()  # first, or the database would see two published versions
    version.state = "published"
    version.published_at = now()
    unschedule(version)
    session.flush()


def withdraw(session: Session, version: TranslationVersion) -> None:
    """Take a published version away from readers, or give up a draft.

    Raises:
        KnowledgeError: It is neither.
    """
    if version.state not in {"draft", "published"}:
        raise KnowledgeError(
            f"Version {version.number} of {version.topic}/{version.language} is {version.state}; "
            "only drafts and published versions can be withdrawn."
        )
    _close_review(session, version)
    version.state = "withdrawn"
    unschedule(version)
    session.flush()


def _close_review(session: Session, version: TranslationVersion) -> None:
    """End the open review of a version that readers will not get any more."""
    session.execute(
        update(Review)
        .where(Review.version_id == version.id, Review.outcome.is_(None))
        .values(outcome="overtaken", decided_at=now())
    )


def can_be_scheduled(session: Session, version: TranslationVersion) -> bool:
    """Return whether a version may be published by itself: a draft that nothing newer follows."""
    newest = latest(session, version.topic, cast("Language", version.language))
    return version.state == "draft" and newest is not None and newest.id == version.id


def schedule(session: Session, version: TranslationVersion, at: datetime, by: str) -> None:
    """Have a draft published by itself; a time that was set before is replaced.

    Args:
        session: A transaction.
        version: The newest draft of a text.
        at: When.
        by: The name of the user who decides so.

    Raises:
        PastTimeError: That time is over.
        KnowledgeError: It is no draft, or a newer text follows it.
    """
    lock(session, version.topic)
    if not can_be_scheduled(session, version):
        raise KnowledgeError(
            f"Version {version.number} of {version.topic}/{version.language} is not the newest "
            "draft; save its text as a new version and set the time of that."
        )
    if at <= now():
        raise PastTimeError("Choose a time that is still to come, or publish the draft now.")
    version.publish_at = at
    version.scheduled_by = by
    session.flush()


def unschedule(version: TranslationVersion) -> None:
    """Leave it to a person when a draft is published."""
    version.publish_at = None
    version.scheduled_by = None


class Due(NamedTuple):
    """A draft that was published by itself.

    Attributes:
        version: The version, published now.
        scheduled_by: The name of the user who decided that.
    """

    version: TranslationVersion
    scheduled_by: str | None


def publish_due(session: Session, at: datetime) -> list[Due]:
    """Publish the drafts whose time has come, in the order of their times.

    Several processes may do this at once: whoever comes second finds the version published.

    Args:
        session: A transaction.
        at: The present time.
    """
    due = session.execute(
        select(TranslationVersion.id, TranslationVersion.topic)
        .where(TranslationVersion.state == "draft", TranslationVersion.publish_at <= at)
        .order_by(TranslationVersion.publish_at, TranslationVersion.id)
    ).all()
    done = []
    for version_id, topic in due:
        lock(session, topic)
        version = session.get_one(TranslationVersion, version_id, populate_existing=True)
        is_due = version.publish_at is not None and version.publish_at <= at
        if version.state == "draft" and is_due:
            by = version.scheduled_by
            publish(session, version)
            done.append(Due(version, by))
    return done

"""Reviews of texts: a second person says whether a version is right before readers get it.

A review is of one version, whose text never changes, so that whoever edits an approved text makes
one that needs an approval of its own. Whoever wrote a text cannot approve it. What cannot wait is
published with a reason, and its review stays open until somebody has made up for it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, NamedTuple, cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from knowledge.errors import KnowledgeError, OwnTextError
from knowledge.models import Review, TranslationVersion
from knowledge.translations import can_be_scheduled, unschedule
from language.languages import Language
from storage.times import now

Rule = Literal["with_two_admins", "always", "never"]
"""When readers get only texts that a second person has approved."""

Decision = Literal["approved", "changes"]


def is_required(rule: Rule, admins: Collection[str]) -> bool:
    """Return whether a text needs an approval before it is published.

    Args:
        rule: What the installation has chosen.
        admins: The names of those who could approve.
    """
    return rule == "always" or (rule == "with_two_admins" and len(admins) > 1)


def reviews_of(session: Session, version: TranslationVersion) -> list[Review]:
    """Return the reviews of a version, the earliest first."""
    return list(
        session.scalars(select(Review).where(Review.version_id == version.id).order_by(Review.id))
    )


def older_to_review(session: Session, version: TranslationVersion) -> list[TranslationVersion]:
    """Return the texts before a version whose review was put off and has still to be made."""
    return list(
        session.scalars(
            select(TranslationVersion)
            .join(Review, Review.version_id == TranslationVersion.id)
            .where(
                TranslationVersion.topic == version.topic,
                TranslationVersion.language == version.language,
                TranslationVersion.number < version.number,
                Review.outcome.is_(None),
            )
            .order_by(TranslationVersion.number)
        )
    )


@dataclass(frozen=True)
class Standing:
    """How the review of a version stands.

    Attributes:
        reviews: Its reviews, the earliest first.
        can_be_asked: Whether it can be sent for a review: the newest draft, of which none is open
            and which nobody has approved.
    """

    reviews: tuple[Review, ...]
    can_be_asked: bool

    @property
    def open(self) -> Review | None:
        """The review that nobody has decided yet."""
        return next((one for one in self.reviews if one.outcome is None), None)

    @property
    def is_approved(self) -> bool:
        """Whether a second person has approved it."""
        return any(one.outcome == "approved" for one in self.reviews)


def standing(session: Session, version: TranslationVersion) -> Standing:
    """Return how the review of a version stands."""
    found = Standing(tuple(reviews_of(session, version)), can_be_asked=False)
    is_settled = found.open is not None or found.is_approved
    return Standing(found.reviews, not is_settled and can_be_scheduled(session, version))


def ask(
    session: Session, version: TranslationVersion, *, by: str, reviewer: str | None, note: str
) -> Review:
    """Send a draft for a review.

    Args:
        session: A transaction in which the article is locked.
        version: The newest draft of a text.
        by: The name of the user who asks.
        reviewer: The name of the admin who is asked; None for anybody but the author.
        note: What the reviewer should know; may be empty.

    Raises:
        OwnTextError: The author is asked.
        KnowledgeError: It is no draft that waits for nothing, or has been approved already.
    """
    if reviewer == version.author:
        raise OwnTextError(f"{reviewer} wrote the text; ask somebody else.")
    if not standing(session, version).can_be_asked:
        raise KnowledgeError(
            f"Version {version.number} of {version.topic}/{version.language} cannot be sent for a "
            "review; look at how it stands now."
        )
    review = Review(version_id=version.id, asked_by=by, reviewer=reviewer, note=note)
    session.add(review)
    session.flush()
    return review


def decide(
    session: Session, version: TranslationVersion, *, by: str, decision: Decision, comment: str
) -> None:
    """Close the open review of a version.

    An approval also covers older texts whose review was put off. Where changes are wanted, a time
    at which the draft would be published by itself is cancelled.

    Args:
        session: A transaction in which the article is locked.
        version: The version.
        by: The name of the user who decides.
        decision: Whether the text is right, or changes are wanted.
        comment: What the author should know; may be empty.

    Raises:
        OwnTextError: `by` wrote the text.
        KnowledgeError: No review of it is open.
    """
    review = standing(session, version).open
    if review is None:
        raise KnowledgeError(
            f"No review of version {version.number} of {version.topic}/{version.language} is open."
        )
    if by == version.author:
        raise OwnTextError(f"{by} wrote the text; somebody else has to review it.")
    review.outcome = decision
    review.decided_by = by
    review.decided_at = now()
    review.comment = comment
    if decision == "approved":
        _overtake_older(session, version)
    else:
        unschedule(version)
    session.flush()


def put_off(session: Session, version: TranslationVersion, *, by: str, reason: str) -> None:
    """Note that readers get a draft before its review, which stays open.

    Args:
        session: A transaction in which the article is locked.
        version: The draft.
        by: The name of the user who decides so.
        reason: Why it cannot wait.
    """
    review = standing(session, version).open
    if review is None:
        review = Review(version_id=version.id, asked_by=by)
        session.add(review)
    review.reason = reason
    session.flush()


def _overtake_older(session: Session, version: TranslationVersion) -> None:
    older = select(TranslationVersion.id).where(
        TranslationVersion.topic == version.topic,
        TranslationVersion.language == version.language,
        TranslationVersion.number < version.number,
    )
    session.execute(
        update(Review)
        .where(Review.outcome.is_(None), Review.version_id.in_(older))
        .values(outcome="overtaken", decided_at=now())
    )


class ReviewState(NamedTuple):
    """What a table needs of a review.

    Attributes:
        version_id: Of the version that it is of.
        topic: Of the text.
        language: Of the text.
        author: The name of the user who wrote the text.
        reviewer: The name of the admin who is asked; None for anybody but the author.
        outcome: What was decided; None while it is open.
        is_put_off: Whether readers get the text before it is reviewed.
    """

    version_id: int
    topic: str
    language: Language
    author: str
    reviewer: str | None
    outcome: str | None
    is_put_off: bool

    def waits_for(self, name: str) -> bool:
        """Return whether it is open and a user is asked: by name, or as anybody but the author."""
        return self.outcome is None and self.author != name and self.reviewer in {None, name}


def review_states(session: Session, topic: str | None = None) -> list[ReviewState]:
    """Return all reviews, the earliest first: of the texts of one topic, or of all."""
    query = (
        select(
            TranslationVersion.id,
            TranslationVersion.topic,
            TranslationVersion.language,
            TranslationVersion.author,
            Review.reviewer,
            Review.outcome,
            Review.reason,
            TranslationVersion.state,
        )
        .join(Review, Review.version_id == TranslationVersion.id)
        .order_by(Review.id)
    )
    if topic is not None:
        query = query.where(TranslationVersion.topic == topic)
    return [
        ReviewState(
            version_id,
            slug,
            cast("Language", language),
            author,
            reviewer,
            outcome,
            reason is not None or state != "draft",
        )
        for version_id, slug, language, author, reviewer, outcome, reason, state in session.execute(
            query
        )
    ]

"""Whether a text may be published before a second person has approved it, and why it was all the same."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.requests import Request

from knowledge.admin.forms import Fields, note_problem
from knowledge.models import TranslationVersion
from knowledge.reviews import Standing, is_required, put_off, standing
from web import audit, users
from web.sessions import SignedIn
from web.site import site_of
from web.translations import Translatable

REASON = "reason"
"""The field in which it is said why a text cannot wait for its review."""


@dataclass(frozen=True)
class Approval:
    """What has to be known before a version is published.

    Attributes:
        is_required: Whether this installation asks for an approval.
        standing: How the review of the version stands.
        others: The names of the admins who could review it: all but its author.
    """

    is_required: bool
    standing: Standing
    others: tuple[str, ...]

    @property
    def is_missing(self) -> bool:
        """Whether it would be published without the approval that it needs."""
        return self.is_required and not self.standing.is_approved

    @property
    def fields(self) -> Fields:
        """The reason that was given before, as it stands in the form."""
        review = self.standing.open
        return {REASON: review.reason} if review is not None and review.reason else {}


def approval_of(request: Request, session: Session, version: TranslationVersion) -> Approval:
    """Return what has to be known before a version is published."""
    settings = site_of(request).settings
    admins = users.admins(session, demo=settings.demo)
    return Approval(
        is_required(settings.review_required, admins),
        standing(session, version),
        tuple(name for name in admins if name != version.author),
    )


def reason_problems(approval: Approval, fields: Fields) -> dict[str, Translatable]:
    """Return what is wrong with the reason for publishing a version without its approval."""
    if not approval.is_missing:
        return {}
    problem = note_problem(fields.get(REASON, ""), required=True)
    return {REASON: problem} if problem else {}


def put_off_review(
    session: Session,
    user: SignedIn,
    version: TranslationVersion,
    approval: Approval,
    fields: Fields,
) -> None:
    """Where the approval of a version is missing, keep the reason and leave its review open."""
    if approval.is_missing:
        put_off(session, version, by=user.name, reason=fields[REASON])
        audit.record(session, user, "article.review_put_off", version.audit_subject)

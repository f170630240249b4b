"""What a mail is, and the three queues of an International Citizen Service."""

from __future__ import annotations

from typing import Literal, TypeGuard, get_args

Queue = Literal["tax", "jobseeker", "visitation"]
"""Who answers: tax cards and numbers; jobseekers from the EU/EEA; coming to Denmark at large."""

QUEUES: tuple[Queue, ...] = get_args(Queue)

Kind = Literal["mail", "automatic", "spam"]
"""Written by a person; sent by a machine; unwanted."""

KINDS: tuple[Kind, ...] = get_args(Kind)

MailLabel = Literal["tax", "jobseeker", "visitation", "automatic", "spam"]
"""What a mail of the training data is: of a queue, or no question of a person."""

MAIL_LABELS: tuple[MailLabel, ...] = get_args(MailLabel)


def is_queue(value: object) -> TypeGuard[Queue]:
    """Return whether a value is the name of one of the three queues."""
    return value in QUEUES


def is_mail_label(value: object) -> TypeGuard[MailLabel]:
    """Return whether a value is a label of a training mail."""
    return value in MAIL_LABELS


def kind_of(label: MailLabel) -> Kind:
    """Return what a mail of a label is: of a queue are those that persons wrote."""
    if label == "automatic" or label == "spam":  # noqa: PLR1714 (mypy follows this)
        return label
    return "mail"

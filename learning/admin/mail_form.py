"""The form in which a person makes a training mail of what a mail says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, Field
from starlette.requests import Request

from knowledge.catalogue import Catalogue
from language.languages import Language
from learning.admin.choosing import sections
from learning.admin.mail_words import Words
from learning.proposing import LABELS, Proposal, ProposedText
from learning.training_mails import Content
from triage.models import TrainingMail
from understanding.mails import TOPICS
from web.sessions import SignedIn
from web.staff import staff_language
from web.translations import Translatable, later

SUBJECT_CHARACTERS = 500
BODY_CHARACTERS = 50_000

PAGE_LENGTH = 25

Done = Literal["", "accepted", "refused", "saved", "removed", "brought_back", "deleted", "again"]
"""What has just been done."""

CHANGED = later(
    "Somebody else has changed the case or decided about it meanwhile. Nothing was saved. What you "
    "typed stands below; look at how it is now, and decide again."
)
NEAR = later(
    "Another training mail says nearly the same, from which little is learnt. Refuse this one, or "
    "take out what they have in common."
)

Label = Literal["tax", "jobseeker", "visitation", "automatic", "spam"]

Wrong = Literal["body", "topics"]
"""What can be wrong in the form."""


class MailForm(BaseModel):
    """What the form sends.

    Attributes:
        revision: Of the case or of the training mail that the person had before them.
        subject: With personal data taken out.
        body: Likewise.
        label: The shelf that it belongs on.
        language: What it is written in.
        topic: Slugs of topics; an empty one is none.
    """

    revision: int
    subject: str = Field(default="", max_length=4 * SUBJECT_CHARACTERS)
    body: str = Field(default="", max_length=4 * BODY_CHARACTERS)
    label: Label = "visitation"
    language: Language = "da"
    topic: list[str] = Field(default=[], max_length=10)

    @classmethod
    def of_proposal(cls, seen: Proposal, text: ProposedText) -> MailForm:
        """Return the form as it is first shown."""
        return cls(
            revision=seen.revision,
            subject=text.proposed_subject,
            body=text.proposed_body,
            label=seen.label,
            language=seen.language,
            topic=text.topics[:TOPICS],
        )

    @classmethod
    def of_mail(cls, mail: TrainingMail) -> MailForm:
        """Return the form of a mail that was accepted."""
        return cls(
            revision=mail.revision,
            subject=mail.subject,
            body=mail.body,
            label=mail.label,
            language=mail.language,
            topic=mail.topics,
        )

    @property
    def topics(self) -> Sequence[str]:
        """The topics, each once."""
        return list(dict.fromkeys(filter(None, self.topic)))

    @property
    def content(self) -> Content:
        """What it says, on one line ending of its own."""
        return Content(
            " ".join(self.subject.split()),
            "\n".join(self.body.splitlines()).strip(),
            self.label,
            self.language,
            self.topics,
        )

    def problems(self, known: Catalogue) -> dict[Wrong, Translatable]:
        """Return what is wrong, by field.

        Args:
            known: The topics that there are.
        """
        found: dict[Wrong, Translatable] = {}
        content = self.content
        if not content.text:
            found["body"] = later("Nothing is left of the mail. Write what it says, or refuse it.")
        elif len(content.subject) > SUBJECT_CHARACTERS or len(content.body) > BODY_CHARACTERS:
            found["body"] = later("This is too long.")
        if any(topic not in known.every for topic in self.topics):
            found["topics"] = later("Choose topics of the list.")
        return found


@dataclass(frozen=True)
class Refusal:
    """Why a form was refused.

    Attributes:
        status: The status code of the page.
        problems: What is wrong, by field.
        problem: What is wrong with all of it.
        other: The training mail that says nearly the same.
    """

    status: int
    problems: Mapping[Wrong, Translatable] = field(default_factory=dict)
    problem: Translatable | None = None
    other: int | None = None


NOT_REFUSED = Refusal(200)


def form_context(
    request: Request,
    user: SignedIn,
    known: Catalogue,
    form: MailForm,
    refused: Refusal,
) -> dict[str, Any]:
    """Return what the pages with this form show."""
    reader = staff_language(request, user)
    return {
        "words": Words(reader, known),
        "form": form,
        "problems": {name: said.in_language(reader) for name, said in refused.problems.items()},
        "problem": refused.problem.in_language(reader) if refused.problem else None,
        "other": refused.other,
        "labels": LABELS,
        "sections": sections(known)[:-1],
        "subject_characters": SUBJECT_CHARACTERS,
    }


def pages_of(count: int) -> int:
    """Return how many pages so many entries fill."""
    return max(1, -(-count // PAGE_LENGTH))

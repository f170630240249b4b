"""Which questions of people a page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from conversations.unanswered import OUTCOMES, Outcome, Unanswered, unanswered
from language.languages import Language
from learning.admin.choosing import catalogue_of
from learning.admin.words import Words
from storage.times import now
from web.dates import midnight, today
from web.sessions import SignedIn
from web.staff import staff_language, staff_page

Days = Literal["7", "30", "90", "365"]
_SPANS: tuple[Days, ...] = ("7", "30", "90", "365")


@dataclass(frozen=True)
class Asked:
    """Which questions are asked for.

    Attributes:
        outcome: What became of them.
        asked_in: The language of what the bot said to them; empty for all.
        days: How many days back.
        page: Of the list, from 1.
    """

    outcome: Outcome = "fallback"
    asked_in: Language | Literal[""] = ""
    days: Days = "30"
    page: Annotated[int, Query(ge=1, le=10_000)] = 1

    def find(self, session: Session) -> list[Unanswered]:
        """Return the questions, the one that was asked last first."""
        return unanswered(
            session,
            self.outcome,
            since=midnight(today() - timedelta(days=int(self.days))),
            until=now(),
            language=self.asked_in or None,
        )

    def query(self, **more: str | int) -> str:
        """Return it as the query of an address, with further fields or other ones."""
        own = {"outcome": self.outcome, "asked_in": self.asked_in, "days": self.days}
        return urlencode({**own, "page": self.page, **more})


AskedFor = Annotated[Asked, Depends()]


def asked_page(
    request: Request,
    user: SignedIn,
    template: str,
    asked: Asked,
    *,
    status: int = 200,
    **context: object,
) -> Response:
    """Return a page of questions, with what its filter needs."""
    return staff_page(
        request,
        user,
        template,
        status=status,
        words=Words(staff_language(request, user), catalogue_of(request)),
        chosen=asked,
        outcomes=OUTCOMES,
        spans=_SPANS,
        editable=user.role == "admin",
        **context,
    )

"""What all pages of the desk share: their parts, who may see which case, the page itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Path
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from knowledge.addresses import topic_links
from knowledge.answers import title, topics_with_translation
from knowledge.catalogue import catalogue
from knowledge.markdown import TopicAddress
from knowledge.search import Search
from knowledge.situations import Situation
from language.languages import Language
from storage.originals import Originals
from triage.cases.cases import CaseDetail, Listing, Scope, mailbox_of_case, read_case
from triage.desk.words import Words
from web.access import requires
from web.errors import NotAllowedError
from web.models import Role
from web.sessions import SignedIn
from web.staff import staff_language, staff_page

reader = requires("caseworker", "team_leader", "admin")
"""Who may read and work on cases; a caseworker with queues or centres only in those."""

watcher = requires("caseworker", "team_leader", "admin", renews=False)
"""The same, for what the page asks for by itself while it is open."""

LEADING: tuple[Role, ...] = ("team_leader", "admin")

leader = requires(*LEADING)
"""Who sees whether mailbox and ledger agree, and is told when sure decisions are wrong too often."""

Reader = Annotated[SignedIn, Depends(reader)]
Watcher = Annotated[SignedIn, Depends(watcher)]
Leader = Annotated[SignedIn, Depends(leader)]
RowId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@dataclass(frozen=True)
class Desk:
    """The parts that the desk works with.

    Attributes:
        originals: The mails as they came.
        address: The ICS' own address, the sender of replies to what came by no mailbox.
        addresses: The address of each mailbox, by the mailbox's name.
        public_url: Address of the public pages, for links in replies.
        search: Finds articles.
        authority_addresses: The secure mailboxes of other authorities, by their slugs.
    """

    originals: Originals
    address: str
    addresses: Mapping[str, str]
    public_url: str
    search: Search
    authority_addresses: Mapping[str, str]

    def sender(self, session: Session, case_id: int) -> str:
        """Return the address that a case is answered from: that of the mailbox that it came by."""
        mailbox = mailbox_of_case(session, case_id)
        return self.address if mailbox is None else self.addresses.get(mailbox, self.address)

    def topic_address(
        self, session: Session, language: Language, situation: Situation
    ) -> TopicAddress:
        """Return what gives the address of a topic's public page, for links in replies."""
        readable = topics_with_translation(session, language)
        return topic_links(language, readable, situation, self.public_url)


def scope_of(user: SignedIn) -> Scope:
    """Return whose cases a user sees: a caseworker those of their own queues and centres."""
    if user.role != "caseworker":
        return Scope()
    return Scope(
        queues=frozenset(user.queues) if user.queues else None,
        centres=frozenset(user.centres) if user.centres else None,
    )


def refuse_others_queue(user: SignedIn, listing: Listing) -> None:
    """Refuse a listing that is not this user's.

    Raises:
        NotAllowedError: It is not.
    """
    if not scope_of(user).has_listing(listing):
        raise NotAllowedError(f"The queue {listing} is not among this user's queues.")


def case_for(session: Session, user: SignedIn, case_id: int) -> CaseDetail:
    """Return a case that a user may see.

    Raises:
        HTTPException: There is none (404).
        NotAllowedError: It is not this user's.
    """
    detail = read_case(session, case_id)
    if detail is None:
        raise HTTPException(404)
    if not scope_of(user).has(detail.summary):
        raise NotAllowedError(f"Case {case_id} is not among this user's queues and centres.")
    return detail


def kept_case_for(request: Request, session: Session, user: SignedIn, case_id: int) -> CaseDetail:
    """Return a case that a user may see and that can be written into.

    Raises:
        HTTPException: There is none (404), or it was erased: then to its page, which says so.
        NotAllowedError: It is not this user's.
    """
    detail = case_for(session, user, case_id)
    if detail.summary.erased_at is None:
        return detail
    address = f"/desk/cases/{case_id}"
    # htmx follows no redirect of a piece.
    if "HX-Request" in request.headers:
        raise HTTPException(410, headers={"HX-Redirect": address})
    raise HTTPException(303, headers={"Location": address})


def page(
    request: Request, user: SignedIn, template: str, *, status: int = 200, **context: Any
) -> HTMLResponse:
    """Return a page of the desk, with the words of the ledger."""
    words = Words(staff_language(request, user))
    return staff_page(request, user, template, status=status, words=words, **context)


def topic_titles(session: Session, topics: Sequence[str], language: Language) -> list[str]:
    """Return what topics are called: their article's title, else that of the catalogue."""
    known = catalogue(session).every
    return [
        title(session, topic, language) or (known[topic].title if topic in known else topic)
        for topic in topics
    ]

"""The form by which a person puts a question to a person, and its receipt.

A page of its own, which works without JavaScript and while the bot is away, and a piece of the page
with the chat. Sent, the form leads to the receipt, which can be loaded again as often as one likes.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Path
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.chat.api import ConversationId
from bot.chat.form_address import PATH, form_path
from bot.chat.last_question import last_question
from conversations import record
from conversations.errors import UnknownConversationError
from knowledge.addresses import article_path
from knowledge.centres import municipalities
from language.languages import Language
from triage.addresses import LONGEST, is_address
from triage.cases.asking import Asked, Intake, conversation_lines
from triage.errors import UnfitAddressError, UnfitQuestionError
from triage.letters.receipt import (
    Receipt,
    find_receipt,
    number_words,
    queue_words,
    receipt_of_conversation,
    when_words,
)
from web import csrf
from web.access import public, returned_form
from web.errors import TooManyRequestsError
from web.place import Place
from web.rate_limit import RateLimit, client_key
from web.site import site_of

QUESTION_CHARACTERS = 10_000
NAME_CHARACTERS = 200

NOT_IN_DENMARK = "none"
"""What the list of municipalities sends for who does not live in Denmark."""

_DATA_PROTECTION = "data-protection"

Field = Literal["question", "name", "address", "municipality", "consent", "form"]

Key = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class HandoverForm(BaseModel):
    """What the form sends. `website` is seen by programs alone; people leave it empty."""

    question: str = ""
    name: str = ""
    address: str = ""
    municipality: str = ""
    consent: bool = False
    conversation: str = ""
    send_conversation: bool = False
    website: str = ""


def routes(intake: Intake, attempts: RateLimit) -> APIRouter:
    """Return the routes of the form and its receipt.

    Args:
        intake: Makes cases of questions.
        attempts: How many forms one client may send.
    """
    router = APIRouter(include_in_schema=False)
    _add_reading(router, intake)
    _add_sending(router, intake, attempts)
    return router


def _add_reading(router: APIRouter, intake: Intake) -> None:
    @router.get("/{language}/" + PATH, dependencies=[Depends(public)])
    def write(request: Request, language: Language) -> Response:
        response = _form_page(request, language, HandoverForm())
        response.background = BackgroundTask(intake.prepare, language)
        return response

    @router.get(
        "/{language}/conversations/{conversation_id}/" + PATH, dependencies=[Depends(public)]
    )
    def write_from_conversation(
        request: Request, language: Language, conversation_id: ConversationId, again: bool = False
    ) -> Response:
        with site_of(request).database.transaction() as session:
            try:
                record.find(session, conversation_id)
            except UnknownConversationError:
                return RedirectResponse(form_path(language), 303)
            given = receipt_of_conversation(session, conversation_id)
            question = "" if given else last_question(record.history(session, conversation_id))
        if given is not None and not again:
            return _receipt_page(request, language, given, conversation_id)
        form = HandoverForm(question=question, conversation=conversation_id)
        response = _form_page(request, language, form)
        response.background = BackgroundTask(intake.prepare, language)
        return response

    @router.get("/{language}/" + PATH + "/{key}", dependencies=[Depends(public)])
    def receipt(request: Request, language: Language, key: Key) -> Response:
        with site_of(request).database.transaction() as session:
            found = find_receipt(session, key)
        if found is None:
            raise HTTPException(404)
        return _receipt_page(request, language, found)


def _add_sending(router: APIRouter, intake: Intake, attempts: RateLimit) -> None:
    @router.post("/{language}/" + PATH)
    def send(
        request: Request,
        language: Language,
        form: Annotated[HandoverForm, Form()],
        is_fresh: Annotated[bool, Depends(returned_form)],
    ) -> Response:
        with site_of(request).database.transaction() as session:
            problems = _problems(form, municipalities(session))
        if not is_fresh:
            return _form_page(request, language, form, {**problems, "form": "expired"}, status=403)
        if not problems and _is_too_much(request, attempts):
            return _form_page(request, language, form, {"form": "too_many"}, status=429)
        if not problems:
            try:
                receipt = intake.receive(_asked(form, csrf.binding(request) or "", language))
            except UnfitAddressError:
                problems = {"address": "unfit"}
            except UnfitQuestionError:
                problems = {"question": "missing"}
            else:
                return RedirectResponse(f"{form_path(language)}/{receipt.key}", 303)
        return _form_page(request, language, form, problems, status=422)


def _is_too_much(request: Request, attempts: RateLimit) -> bool:
    client = client_key(request.client.host if request.client else None)
    if client is None:
        return False
    try:
        attempts.take(client)
    except TooManyRequestsError:
        return True
    return False


def _problems(form: HandoverForm, known: list[str]) -> dict[Field, str]:
    """Return what is wrong with each field, as keys that the template puts into words."""
    address = form.address.strip()
    checks: list[tuple[Field, str, bool]] = [
        ("form", "trap", bool(form.website)),
        ("question", "missing", not _readable(form.question)),
        ("question", "long", len(_readable(form.question)) > QUESTION_CHARACTERS),
        ("name", "missing", not _on_one_line(form.name)),
        ("name", "long", len(form.name) > NAME_CHARACTERS),
        ("address", "missing", not address),
        ("address", "wrong", bool(address) and not _is_fit(address)),
        ("municipality", "unknown", form.municipality not in {"", NOT_IN_DENMARK, *known}),
        ("consent", "missing", not form.consent),
    ]
    return {field: key for field, key, is_wrong in reversed(checks) if is_wrong}


def _is_fit(address: str) -> bool:
    return len(address) <= LONGEST and address.isascii() and is_address(address)


def _asked(form: HandoverForm, browser: str, language: Language) -> Asked:
    is_named = form.municipality not in {"", NOT_IN_DENMARK}
    return Asked(
        browser=browser,
        question=_readable(form.question),
        name=_on_one_line(form.name),
        address=form.address.strip(),
        language=language,
        municipality=form.municipality if is_named else None,
        conversation_id=form.conversation or None,
        with_conversation=form.send_conversation,
    )


def _readable(text: str) -> str:
    """Return a text with one kind of line end, without control characters and blanks around it."""
    return "".join(
        character
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}
        else " "
        for character in text.replace("\r\n", "\n")
    ).strip()


def _on_one_line(text: str) -> str:
    return " ".join(_readable(text).split())


def _form_page(
    request: Request,
    language: Language,
    form: HandoverForm,
    problems: dict[Field, str] | None = None,
    *,
    status: int = 200,
) -> Response:
    """Return the form with all that was typed; as a piece where the page with the chat asks."""
    site = site_of(request)
    visitor = csrf.binding(request) or csrf.new_visitor()
    with site.database.transaction() as session:
        names = municipalities(session)
        lines = _lines(session, form.conversation)
    is_piece = "HX-Request" in request.headers
    response = site.pages.response(
        "handover_form.html" if is_piece else "handover_form_page.html",
        language,
        # A piece is put into the page only when it comes without an error.
        status=200 if is_piece else status,
        place=Place(site.public_url, language, PATH),
        is_piece=is_piece,
        form=form,
        problems=problems or {},
        municipalities=names,
        lines=lines,
        not_in_denmark=NOT_IN_DENMARK,
        question_characters=QUESTION_CHARACTERS,
        name_characters=NAME_CHARACTERS,
        address_characters=LONGEST,
        data_protection=article_path(_DATA_PROTECTION, language),
        csrf_token=csrf.token_for(site, visitor),
    )
    if csrf.binding(request) is None:
        csrf.set_visitor_cookie(site, response, visitor)
    return response


def _lines(session: Session, conversation_id: str) -> list[tuple[str, str]]:
    return conversation_lines(session, conversation_id) if conversation_id else []


def _receipt_page(
    request: Request, language: Language, receipt: Receipt, conversation_id: str | None = None
) -> Response:
    site = site_of(request)
    is_piece = "HX-Request" in request.headers
    others = [other for other in receipt.languages if other != language]
    return site.pages.response(
        "handover_receipt.html" if is_piece else "handover_receipt_page.html",
        language,
        place=Place(site.public_url, language, f"{PATH}/{receipt.key}"),
        is_piece=is_piece,
        others=[
            (other, site.pages.html("handover_facts.html", other, **_facts(receipt, other)))
            for other in others
        ],
        again=f"{form_path(language, conversation_id)}?again=true"
        if conversation_id
        else form_path(language),
        **_facts(receipt, language),
    )


def _facts(receipt: Receipt, language: Language) -> dict[str, Any]:
    return {
        "receipt": receipt,
        "queue": queue_words(receipt.queue, language),
        "when": when_words(receipt, language),
        "number": number_words(language) if receipt.number_hidden else None,
    }

"""The forms of what is kept in dated records: what holds now, and changes entered ahead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic

from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from knowledge.admin.forms import (
    Fields,
    Form,
    flat,
    nested,
    problems_by_field,
    revision_in,
    typed,
)
from knowledge.centre_files import AnyRecord
from knowledge.changing_records import beginning, corrected, entered_ahead, withdrawn
from knowledge.errors import EditConflictError, RecordError
from knowledge.periods import holding_or_last
from web import audit
from web.dates import today
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page


@dataclass(frozen=True)
class Kept(Generic[AnyRecord]):
    """What is kept of a centre or municipality.

    Attributes:
        title: Its name.
        records: The earliest first.
        revision: The count of saves.
    """

    title: str
    records: tuple[AnyRecord, ...]
    revision: int


@dataclass(frozen=True)
class RecordPages(Generic[AnyRecord]):
    """The pages of one kind of thing that is kept in dated records.

    Attributes:
        kind: Names its template and its actions in the audit log: `centre`, `municipality`.
        address: Of its list, with a stroke at the end.
        record: The model of a record.
        find: Returns what is kept under a key; None where there is nothing.
        save: Saves the records; raises as knowledge.saving does.
        complete: Adds to the fields what a browser does not send.
        values: More values for the template.
    """

    kind: str
    address: str
    record: type[AnyRecord]
    find: Callable[[Session, str], Kept[AnyRecord] | None]
    save: Callable[[Session, str, tuple[AnyRecord, ...], int | None], object]
    complete: Callable[[Fields], Fields]
    values: Callable[[Request, SignedIn, Session], Mapping[str, Any]]

    def show(self, request: Request, user: SignedIn, key: str) -> Response:
        """Show the record that holds today, or the one that begins on `?record=`."""
        kept = self._kept(request, key)
        records = kept.records
        asked = request.query_params.get("record")
        shown = (
            holding_or_last(records, today())
            if asked is None
            else beginning(records, _first_day(asked))
        )
        if shown is None:
            raise HTTPException(404)
        form = Form(flat(shown), kept.revision, done="done" in request.query_params)
        return self._page(request, user, key, kept, form)

    def correct(self, request: Request, user: SignedIn, key: str, sent: Fields) -> Response:
        """Save other data in a record."""
        return self._saved(
            request, user, key, sent, lambda kept, record: corrected(kept.records, record)
        )

    def show_ahead(self, request: Request, user: SignedIn, key: str) -> Response:
        """Show the form for a change ahead, with what holds last in it."""
        kept = self._kept(request, key)
        fields = flat(kept.records[-1])
        for name in ("valid_from", "valid_to"):
            fields.pop(name, None)
        return self._page(request, user, key, kept, Form(fields, kept.revision), ahead=True)

    def enter_ahead(self, request: Request, user: SignedIn, key: str, sent: Fields) -> Response:
        """Save a change that takes effect on a later day."""
        return self._saved(
            request,
            user,
            key,
            sent,
            lambda kept, record: entered_ahead(kept.records, record, today()),
            ahead=True,
        )

    def withdraw(self, request: Request, user: SignedIn, key: str, sent: Fields) -> Response:
        """Take a change back before it takes effect."""
        kept = self._kept(request, key)
        try:
            left = withdrawn(kept.records, _first_day(sent.get("valid_from", "")), today())
            self._store(request, user, key, left, revision_in(sent), "withdrawn")
        except (EditConflictError, RecordError):
            # It is gone, holds by now, or was changed: the page says what there is.
            return RedirectResponse(f"{self.address}{key}?changed", 303)
        return RedirectResponse(f"{self.address}{key}?done", 303)

    def _saved(
        self,
        request: Request,
        user: SignedIn,
        key: str,
        sent: Fields,
        change: Callable[[Kept[AnyRecord], AnyRecord], tuple[AnyRecord, ...]],
        *,
        ahead: bool = False,
    ) -> Response:
        kept = self._kept(request, key)
        fields, revision = typed(sent), revision_in(sent)
        language = staff_language(request, user)
        try:
            record = self.record.model_validate(nested(self.complete(fields)))
            _require_unchanged(kept, revision)
            action = "change_entered" if ahead else "saved"
            self._store(request, user, key, change(kept, record), revision, action)
        except ValidationError as error:
            problems = problems_by_field(error, language)
        except RecordError as error:
            problems = {error.field: error.message.in_language(language)}
        except EditConflictError:
            kept = self._kept(request, key)
            day = _first_day(fields.get("valid_from", "")) or today()
            theirs = flat(holding_or_last(kept.records, day))
            if ahead:
                theirs |= {"valid_from": fields.get("valid_from", "")}
            form = Form(fields, kept.revision, theirs=theirs)
            return self._page(request, user, key, kept, form, ahead=ahead)
        else:
            begins = fields.get("valid_from", "")
            return RedirectResponse(f"{self.address}{key}?record={begins}&done", 303)
        form = Form(fields, revision, problems)
        return self._page(request, user, key, kept, form, ahead=ahead)

    def _store(
        self,
        request: Request,
        user: SignedIn,
        key: str,
        records: tuple[AnyRecord, ...],
        revision: int | None,
        action: str,
    ) -> None:
        with site_of(request).database.transaction() as session:
            self.save(session, key, records, revision)
            audit.record(session, user, f"{self.kind}.{action}", f"{self.kind}:{key}")

    def _kept(self, request: Request, key: str) -> Kept[AnyRecord]:
        with site_of(request).database.transaction() as session:
            kept = self.find(session, key)
        if kept is None:
            raise HTTPException(404)
        return kept

    def _page(
        self,
        request: Request,
        user: SignedIn,
        key: str,
        kept: Kept[AnyRecord],
        form: Form,
        *,
        ahead: bool = False,
    ) -> Response:
        day = today()
        records = kept.records
        shown = None if ahead else beginning(records, _first_day(form.fields.get("valid_from", "")))
        over = shown is not None and shown.valid_to is not None and shown.valid_to < day
        with site_of(request).database.transaction() as session:
            values = self.values(request, user, session)
        return staff_page(
            request,
            user,
            f"{self.kind}.html",
            status=form.status,
            title=kept.title,
            address=f"{self.address}{key}",
            records=records,
            shown=shown,
            today=day,
            ahead=ahead,
            changed="changed" in request.query_params,
            last=shown is records[-1],
            withdrawable=shown is not None
            and shown is not records[0]
            and shown.valid_from is not None
            and shown.valid_from > day,
            form=form,
            editable=user.role == "admin" and not over,
            **values,
        )


def _require_unchanged(kept: Kept[AnyRecord], revision: int | None) -> None:
    """Say of two people who save at once that it is a conflict, before saying anything else."""
    if kept.revision != revision:
        raise EditConflictError(f"{kept.title} has changed since the form was opened.")


def _first_day(text: str) -> date | None:
    """Return the day that a form or an address names; None for the open beginning."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

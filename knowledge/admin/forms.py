"""Between the fields of a form and the models of the files: `hours.opening.mon` and so on.

A field is named by its place in the model, so that a problem is shown where it is. What is left
empty is not sent on: it is not known, or a row that is not needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import Request

from language.languages import Language
from web.translations import Translatable, later

Fields = dict[str, str]
"""What was typed, by the names of the fields, without what was left empty."""


LONGEST_NOTE = 2000
"""Characters of a note to a colleague."""

_NOT_DATA = frozenset({"csrf_token", "revision"})
_EMPTY_ROWS = 2


@dataclass(frozen=True)
class Form:
    """A form as it is shown.

    Attributes:
        fields: What stands in it.
        revision: The count of saves that it rests on; None for something that is not there yet.
        problems: What is wrong, by field.
        theirs: What somebody else saved meanwhile; None where nobody did.
        done: Whether it has just been saved.
    """

    fields: Fields
    revision: int | None
    problems: Mapping[str, str] = field(default_factory=dict)
    theirs: Fields | None = None
    done: bool = False

    @property
    def status(self) -> int:
        """The status code of its page."""
        if self.theirs is not None:
            return 409
        return 422 if self.problems else 200

    @property
    def differing(self) -> list[str]:
        """The names of the fields in which they saved something else than what stands here."""
        theirs = self.theirs or {}
        names = dict.fromkeys((*self.fields, *theirs))
        return [name for name in names if self.fields.get(name) != theirs.get(name)]

    def rows(self, name: str) -> int:
        """Return how many rows a list has, with some empty ones to add to it."""
        taken = {one.split(".")[1] for one in self.fields if one.startswith(f"{name}.")}
        return len(taken) + _EMPTY_ROWS


async def _sent(request: Request) -> Fields:
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


Sent = Annotated[Fields, Depends(_sent)]
"""All fields of a form as they came."""

_WEB_ADDRESS = later("Write the whole address of the page, beginning with https://")
_PATTERNS = {
    "phone": later("Write the number with its country code, such as +45 99 31 15 30."),
    "email": later("Write a mail address, such as ics@example.dk."),
    "id": later("Write small letters, digits and hyphens, such as skat-tax-card."),
    "url": _WEB_ADDRESS,
    "web": _WEB_ADDRESS,
    "other_web": _WEB_ADDRESS,
    "source": _WEB_ADDRESS,
    "opening_hours_page": _WEB_ADDRESS,
}
_TIMES = later("Write the time as 10-16 or 9.30-15, or the word closed.")
_MISSING = later("Fill in this field.")
_DAY = later("Write a date that exists, such as 2026-11-23.")
_YEAR = later("Write a year, such as 2026.")
_MESSAGES = {
    "missing": _MISSING,
    "string_too_short": _MISSING,
    "too_short": later("Give at least one source."),
    "literal_error": later("Choose one of the list."),
    "model_type": _MISSING,
    "int_parsing": _YEAR,
    "greater_than_equal": _YEAR,
    "less_than_equal": _YEAR,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
}
_ELSE = later("This cannot be read; correct it.")


def note_problem(text: str, *, required: bool) -> Translatable | None:
    """Return what is wrong with a note of several lines; None where nothing is.

    Args:
        text: As typed.
        required: Whether it may not be empty.
    """
    if required and not text.strip():
        return _MISSING
    if len(text) > LONGEST_NOTE:
        return later("At most %(most)s characters.", most=LONGEST_NOTE)
    if any(not character.isprintable() and character not in "\r\n\t" for character in text):
        return later("The text holds a control character; remove it.")
    return None


def said(problems: Mapping[str, Translatable], language: Language) -> dict[str, str]:
    """Return what is wrong, by field, in a language."""
    return {name: problem.in_language(language) for name, problem in problems.items()}


def typed(sent: Fields) -> Fields:
    """Return the fields that stand for something in a model and were not left empty."""
    trimmed = {name: value.strip() for name, value in sent.items() if name not in _NOT_DATA}
    return {name: value for name, value in trimmed.items() if value}


def revision_in(sent: Fields) -> int | None:
    """Return the count of saves that a form rests on; None for something that was not there."""
    given = sent.get("revision", "")
    return int(given) if given.isdecimal() else None


def nested(fields: Fields) -> dict[str, Any]:
    """Return fields as the model's data; rows that are counted become lists without gaps."""
    root: dict[str, Any] = {}
    for name, value in fields.items():
        *places, last = name.split(".")
        inner = root
        for place in places:
            found = inner.setdefault(place, {})
            inner = found if isinstance(found, dict) else {}
        inner[last] = value
    return {name: _with_lists(value) for name, value in root.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(one) for name, one in value.items()}
    if not all(name.isdecimal() for name in inner):
        return inner
    return [inner[name] for name in sorted(inner, key=int)]


def flat(value: object, prefix: str = "") -> Fields:
    """Return a model's data as fields: the way back from `nested`."""
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", exclude_none=True)
    pairs: list[tuple[object, object]]
    if isinstance(value, Mapping):
        pairs = list(value.items())
    elif isinstance(value, list | tuple):
        pairs = list(enumerate(value))
    elif isinstance(value, bool):
        return {prefix: "true"} if value else {}
    else:
        return {prefix: str(value)}
    fields: Fields = {}
    for name, inner in pairs:
        fields |= flat(inner, f"{prefix}.{name}" if prefix else str(name))
    return fields


def problems_by_field(error: ValidationError, language: Language) -> dict[str, str]:
    """Return what is wrong, by field; what concerns several fields stands under an empty name."""
    found: dict[str, str] = {}
    for one in error.errors():
        place = [str(part) for part in one["loc"]]
        found.setdefault(".".join(place), _message(one, place).in_language(language))
    return found


def _message(error: ErrorDetails, place: list[str]) -> Translatable:
    kind = error["type"]
    if kind == "value_error":
        said = error["ctx"]["error"].args[0]
        return said if isinstance(said, Translatable) else _ELSE
    if kind in {"string_too_long", "too_long"}:  # the latter where a line has further rules
        return later("At most %(most)s characters.", most=error["ctx"]["max_length"])
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(place[-1], _TIMES if place[0] == "hours" else _ELSE)
    return _MESSAGES.get(kind, _ELSE)

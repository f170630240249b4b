"""YAML files read strictly: bounded size, UTF-8, no duplicate or unknown keys, errors with lines."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from unicodedata import category

from pydantic import AfterValidator, BaseModel, BeforeValidator, StringConstraints, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent

from knowledge.errors import ContentError, Finding
from web.translations import later

MAX_FILE_BYTES = 200_000
"""The longest article has a few thousand words; a larger file is a mistake."""

_NOT_IN_A_LINE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories: control, format and surrogate characters, line and paragraph separators."""

# Other years are mistakes, and near the ends of what a date can be nothing can be counted any more.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999

_DATE = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")

Model = TypeVar("Model", bound=BaseModel)


def _only_dates(value: object) -> object:
    if isinstance(value, str) or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise ValueError(later("write the date as 2026-11-23"))


def _one_line(value: str) -> str:
    if value != value.strip() or any(category(c) in _NOT_IN_A_LINE for c in value):
        raise ValueError(later("write one line without control characters or spaces around it"))
    return value


def _plausible(value: date) -> date:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError(
            later(
                "write a day from %(first)s to %(last)s",
                first=_FIRST_YEAR,
                last=_LAST_YEAR,
            )
        )
    return value


Day = Annotated[date, BeforeValidator(_only_dates), AfterValidator(_plausible)]
"""A calendar day, written as 2026-11-23."""

Line = Annotated[str, StringConstraints(strict=True, min_length=1), AfterValidator(_one_line)]
"""One line of text."""

WebAddress = Annotated[
    Line, StringConstraints(pattern=r"^https?://[^\s/()<>\"]+\.[^\s()<>\"]+$", max_length=1000)
]
"""The address of a page, https:// or http://; brackets in it are written %28 and %29."""


def read_text(path: Path) -> str:
    """Return a file's text, with line ends as a single line feed.

    Raises:
        ContentError: The file cannot be read, is too large, no UTF-8, or has control characters.
    """
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise _error(
                path,
                f"the file has {size:,} bytes, more than the {MAX_FILE_BYTES:,} allowed; "
                "check that it is the right one, or shorten it.",
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _error(path, f"cannot be read ({error.strerror}); check name and access.") from error
    except UnicodeDecodeError as error:
        raise _error(
            path, f"is not UTF-8 (byte {error.start}); save it again with the encoding UTF-8."
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), start=1):
        if any(ord(c) < 32 and c != "\t" for c in line):
            raise _error(path, f"line {number}: holds a control character; remove it.")
    return text


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Read a YAML file into a pydantic model.

    Raises:
        ContentError: The file cannot be read, or does not fit the model.
    """
    return parse_yaml(read_text(path), path, model)


def parse_yaml(text: str, path: Path, model: type[Model], first_line: int = 1) -> Model:
    """Read YAML 1.2 into a pydantic model.

    Args:
        text: The YAML.
        path: Where it stands, for the message.
        model: What it must be.
        first_line: The line of the file at which the text begins.

    Raises:
        ContentError: The text is no YAML, or does not fit the model; one finding per mistake.
    """
    try:
        _refuse_aliases(text, path, first_line)
        data: Any = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + first_line}: " if mark else ""
        raise _error(path, f"{where}broken YAML ({error.problem}); mend it there.") from error
    except (YAMLError, ValueError, RecursionError) as error:
        wrong = _date_that_is_none(text, first_line) or f"broken YAML ({error})"
        raise _error(path, f"{wrong}; mend it.") from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ContentError(
            tuple(Finding(path, _describe(dict(e), model)) for e in error.errors())
        ) from error


def _refuse_aliases(text: str, path: Path, first_line: int) -> None:
    """Refuse what stands for something else in the file: a few lines of it can grow without end."""
    if "*" not in text:
        return
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, AliasEvent):
            raise _error(
                path,
                f"line {event.start_mark.line + first_line}: *{event.anchor} stands for something "
                "else; write out what it stands for.",
            )


def _date_that_is_none(text: str, first_line: int) -> str | None:
    """Say which date does not exist; None where all do."""
    for number, line in enumerate(text.split("\n"), start=first_line):
        for found in _DATE.finditer(line):
            try:
                date(*map(int, found.groups()))
            except ValueError as error:
                return f"line {number}: there is no date {found[0]} ({error})"
    return None


def _describe(error: Mapping[str, Any], model: type[BaseModel]) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        known = ", ".join(model.model_fields) if len(error["loc"]) == 1 else "see its neighbours"
        return f"unknown key {place}; remove it or correct its name ({known})."
    if error["type"] == "missing":
        return f"{place} is missing; add it."
    if error["type"] == "model_type":
        return f"{place or 'the text'} must be keys with values, `key: value`; write it so."
    return f"{place}: {error['msg'].removeprefix('Value error, ')}; correct it."


def write_yaml(data: Mapping[str, object]) -> str:
    """Return YAML in the one form that exports have: block style, keys in the given order."""
    yaml = YAML()
    yaml.width = 1_000_000  # a line is never broken, so that a changed word is a changed line
    yaml.representer.ignore_aliases = lambda _value: True  # equal dates are written out, each
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def _error(path: Path, message: str) -> ContentError:
    return ContentError((Finding(path, message),))

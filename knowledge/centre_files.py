"""The file of the ICS centres and of the municipalities that each of them serves."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from annotated_types import Len
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from knowledge.catalogue import Slug
from knowledge.periods import cover, order_problem
from knowledge.strict_yaml import Day, Line, WebAddress, read_yaml, write_yaml
from web.translations import Translatable, later

CENTRES_FILE = "centres.yml"

_ABOUT = """\
# The ICS centres, and which of them serves which municipality. What is not known is left out.
# A record holds from valid_from to valid_to, both days included; without valid_from it holds from the
# beginning, without valid_to until something else is known. Records follow each other day by day.
# Contact data come from the centres' pages on lifeindenmark.dk, which show no date (2023 or later).
# Volatile data (telephone, hours) seen on a page without a date are kept as not confirmed: readers
# are given the official page's link for the hours, and the number with the day it was checked.
# basis `source`: the municipality stands on that centre's list for CPR registration, or hosts the
# centre. basis `region-default`: no source was found; the centre named is the nearest of the region,
# and readers are told to ask their municipality.
# The lists concern CPR numbers and health cards. Agreements on the tasks taken over in 2022 (tax
# guidance, PD U2) may differ: ask the municipality. EU residence documents are had at any SIRI or ICS
# office.
# Names are the official ones without 'Kommune'; codes are the official four-digit municipality codes.
# Christiansø (0411) is no municipality. Other names of them: language/data/municipalities.yml.
# Region Hovedstaden and Region Sjælland merge into Region Østdanmark on 1 January 2027.
"""

Weekday = Literal["mon", "tue", "wed", "thu", "fri"]
TimeSpan = Annotated[
    str, StringConstraints(pattern=r"^(closed|\d{1,2}(\.\d{2})?-\d{1,2}(\.\d{2})?)$")
]
Phone = Annotated[str, StringConstraints(pattern=r"^\+\d[\d ]{6,20}$")]
MailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]

AnyRecord = TypeVar("AnyRecord", bound="Record")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hours(_Entry):
    """Opening hours as seen on a page.

    Attributes:
        confirmed: Whether the page shows a date that is recent enough.
        source: The page.
        as_of: From when they are, as far as the page shows.
        opening: For visitors: weekday to "10-16" or "closed".
        telephone: For callers, likewise.
    """

    confirmed: bool
    source: WebAddress
    as_of: Line
    opening: dict[Weekday, TimeSpan] | None = None
    telephone: dict[Weekday, TimeSpan] | None = None


class JobseekerUnit(_Entry):
    """A unit of a centre's municipality that receives jobseekers."""

    unit: Line
    phone: Phone | None = None
    email: MailAddress | None = None


class Record(_Entry):
    """What holds from one day to another; knowledge.periods says what open ends mean."""

    valid_from: Day | None = None
    valid_to: Day | None = None

    @model_validator(mode="after")
    def _does_not_end_before_it_begins(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(
                later(
                    "the last day %(last)s is before the first day %(first)s; correct one of them",
                    first=self.valid_from,
                    last=self.valid_to,
                )
            )
        return self


class CentreRecord(Record):
    """A centre's data for a time; knowledge.models.CentreRecord says what the fields mean."""

    name: Line
    host_municipality: Line
    address: Line | None = None
    phone: Phone | None = None
    phone_confirmed: bool = False
    email: MailAddress | None = None
    web: WebAddress | None = None
    other_web: WebAddress | None = None
    jobseekers: JobseekerUnit | None = None
    appointment: Literal["required", "needed for CPR"] | None = None
    opening_hours_page: WebAddress
    hours: Hours | None = None
    source: WebAddress
    as_of: Line
    checked: Day
    confidence: Literal["high", "medium", "low"]
    notes: Line | None = None


class MunicipalityRecord(Record):
    """What holds for a municipality for a time; see knowledge.models.MunicipalityRecord."""

    region: Line
    centre: Slug
    basis: Literal["source", "region-default"]
    source: WebAddress | None = None
    checked: Day
    note: Line | None = None

    @model_validator(mode="after")
    def _source_fits_basis(self) -> MunicipalityRecord:
        if (self.basis == "source") != (self.source is not None):
            raise ValueError(later("basis `source` needs a source, `region-default` has none"))
        return self


def _in_order(records: tuple[AnyRecord, ...]) -> tuple[AnyRecord, ...]:
    problem = order_problem(records)
    if problem is not None:
        raise ValueError(problem)
    return records


class CentreEntry(_Entry):
    """A centre as the file has it: its records, the earliest first."""

    records: Annotated[tuple[CentreRecord, ...], Len(1), AfterValidator(_in_order)]


class MunicipalityEntry(_Entry):
    """A municipality as the file has it: its records, the earliest first; the last has no end."""

    name: Line
    code: Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
    records: Annotated[tuple[MunicipalityRecord, ...], Len(1), AfterValidator(_in_order)]

    @model_validator(mode="after")
    def _has_no_end(self) -> MunicipalityEntry:
        if self.records[-1].valid_to is not None:
            raise ValueError(
                later(
                    "%(name)s has no centre after %(last)s; add the record that holds from then on",
                    name=self.name,
                    last=self.records[-1].valid_to,
                )
            )
        return self


class CentreFile(_Entry):
    """The whole file."""

    centres: dict[Slug, CentreEntry]
    municipalities: tuple[MunicipalityEntry, ...]

    @model_validator(mode="after")
    def _agrees(self) -> CentreFile:
        for municipality in self.municipalities:
            for record in municipality.records:
                problem = serving_problem(
                    municipality.name, record, self.centres.get(record.centre)
                )
                if problem is not None:
                    raise ValueError(problem)
        for field in ("name", "code"):
            counts = Counter(getattr(m, field) for m in self.municipalities)
            twice = [value for value, count in counts.items() if count > 1]
            if twice:
                raise ValueError(f"{twice[0]} is there twice among the municipalities")
        return self


def serving_problem(
    municipality: str, record: MunicipalityRecord, centre: CentreEntry | None
) -> Translatable | None:
    """Return why a centre cannot serve a municipality while a record holds; None if it can.

    Args:
        municipality: Its name.
        record: Names the centre.
        centre: That centre; None where there is none.
    """
    if centre is None:
        return later(
            "%(municipality)s: there is no centre %(centre)s",
            municipality=municipality,
            centre=record.centre,
        )
    if not cover(centre.records, record):
        return later(
            "%(municipality)s: the centre %(centre)s is not there on all days on which it is to "
            "serve it; give the municipality another centre for the rest",
            municipality=municipality,
            centre=record.centre,
        )
    return None


def read_centres(path: Path) -> CentreFile:
    """Read a file of centres.

    Raises:
        ContentError: It cannot be read, or breaks a rule.
    """
    return read_yaml(path, CentreFile)


def write_centres(file: CentreFile) -> str:
    """Return the content of a file of centres: centres by slug, municipalities by code."""
    centres = {slug: _without_nothing(entry) for slug, entry in sorted(file.centres.items())}
    rows = sorted(file.municipalities, key=lambda entry: entry.code)
    lines = "".join(_lines(entry) for entry in rows)
    municipalities = f"municipalities:\n{lines}" if rows else "municipalities: []\n"
    return f"{_ABOUT}{write_yaml({'centres': centres})}{municipalities}"


def _lines(entry: MunicipalityEntry) -> str:
    """Return a municipality with a line for each of its records."""
    head = write_yaml({"name": entry.name, "code": entry.code}).replace("\n", "\n  ")
    records = "".join(f"  - {_flow(_without_nothing(record))}\n" for record in entry.records)
    return f"- {head}records:\n{records}"


def _without_nothing(entry: BaseModel) -> dict[str, object]:
    return entry.model_dump(exclude_none=True)


def _flow(data: dict[str, object]) -> str:
    # The library writes "?x" and ": x" bare on one line with others, and cannot read them again.
    row = CommentedMap(
        {
            name: DoubleQuotedScalarString(value)
            if isinstance(value, str) and value.startswith(("?", ":"))
            else value
            for name, value in data.items()
        }
    )
    row.fa.set_flow_style()
    return write_yaml(row).strip()

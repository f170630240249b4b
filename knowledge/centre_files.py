"""The file of the ICS centres and of the municipalities that each of them serves."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from ruamel.yaml.comments import CommentedMap

from knowledge.catalogue import Slug
from knowledge.strict_yaml import Day, Line, WebAddress, read_yaml, write_yaml
from web.translations import later

CENTRES_FILE = "centres.yml"

_ABOUT = """\
# The ICS centres, and which of them serves which municipality. What is not known is left out.
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
# Christiansø (0411) is no municipality.
# Region Hovedstaden and Region Sjælland merge into Region Østdanmark on 1 January 2027; then change
# both values here.
"""

Weekday = Literal["mon", "tue", "wed", "thu", "fri"]
TimeSpan = Annotated[
    str, StringConstraints(pattern=r"^(closed|\d{1,2}(\.\d{2})?-\d{1,2}(\.\d{2})?)$")
]
Phone = Annotated[str, StringConstraints(pattern=r"^\+\d[\d ]{6,20}$")]
MailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


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


class CentreEntry(_Entry):
    """A centre as the file has it; knowledge.models.Centre says what the fields mean."""

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


class MunicipalityEntry(_Entry):
    """A municipality as the file has it; knowledge.models.Municipality says what the fields mean."""

    name: Line
    code: Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
    region: Line
    centre: Slug
    basis: Literal["source", "region-default"]
    source: WebAddress | None = None
    checked: Day
    note: Line | None = None

    @model_validator(mode="after")
    def _source_fits_basis(self) -> MunicipalityEntry:
        if (self.basis == "source") != (self.source is not None):
            raise ValueError(later("basis `source` needs a source, `region-default` has none"))
        return self


class CentreFile(_Entry):
    """The whole file."""

    centres: dict[Slug, CentreEntry]
    municipalities: tuple[MunicipalityEntry, ...]

    @model_validator(mode="after")
    def _agrees(self) -> CentreFile:
        for municipality in self.municipalities:
            if municipality.centre not in self.centres:
                raise ValueError(f"{municipality.name}: there is no centre {municipality.centre}")
        for field in ("name", "code"):
            counts = Counter(getattr(m, field) for m in self.municipalities)
            twice = [value for value, count in counts.items() if count > 1]
            if twice:
                raise ValueError(f"{twice[0]} is there twice among the municipalities")
        return self


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
    lines = "".join(f"  - {_one_line(_without_nothing(row))}\n" for row in rows)
    municipalities = f"municipalities:\n{lines}" if rows else "municipalities: []\n"
    return f"{_ABOUT}{write_yaml({'centres': centres})}{municipalities}"


def _without_nothing(entry: BaseModel) -> dict[str, object]:
    return entry.model_dump(exclude_none=True)


def _one_line(data: dict[str, object]) -> str:
    row = CommentedMap(data)
    row.fa.set_flow_style()
    return write_yaml(row).strip()

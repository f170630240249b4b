"""What can be wrong with centres and municipalities although the file keeps its rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from knowledge.centre_files import CentreFile
from knowledge.errors import Finding
from language.municipalities import all_municipalities


def place_findings(path: Path, file: CentreFile, today: date) -> Iterator[Finding]:
    """Yield what is wrong: municipalities that are missing, days without a record, names.

    Args:
        path: The file.
        file: Its content; names and codes are there once, and records follow each other.
        today: The day in Denmark.
    """
    yield from (Finding(path, message) for message in _messages(file, today))


def _messages(file: CentreFile, today: date) -> Iterator[str]:
    for entry in file.municipalities:
        begins = entry.records[0].valid_from
        if begins is not None and begins > today:
            yield f"{entry.name} has no record before {begins}; add the one that holds today."
    for slug, centre in file.centres.items():
        end = centre.records[-1].valid_to
        if end is not None and end < today:
            yield f"centre {slug} has no record after {end}; remove it, or add what holds today."
    yield from _missing_and_unknown({entry.name for entry in file.municipalities})
    yield from _names_of_two()


def _missing_and_unknown(names: set[str]) -> Iterator[str]:
    known = {one.official for one in all_municipalities()}
    if missing := sorted(known - names):
        yield (
            f"has not all {len(known)} municipalities; add {', '.join(missing[:5])}"
            f"{f' and {len(missing) - 5} more' if len(missing) > 5 else ''}."
        )
    if unknown := sorted(names - known):
        yield (
            f"{', '.join(unknown)}: not in language/data/municipalities.yml, so the chat does not "
            "recognise it; correct the name, or add it there."
        )


def _names_of_two() -> Iterator[str]:
    owners: dict[str, str] = {}
    for municipality in all_municipalities():
        for name in {name.folded for name in municipality.names}:
            owner = owners.setdefault(name, municipality.official)
            if owner != municipality.official:
                yield (
                    f"{name} is a name of {owner} and of {municipality.official} in "
                    "language/data/municipalities.yml; leave it to one of them."
                )

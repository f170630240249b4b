"""Danish postcodes and post towns, and the municipalities in which they lie."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from language.municipalities import official_by_name, spellings
from language.normalisation import fold

_FILE = Path(__file__).parent / "data" / "postcodes.csv"
_LONGEST = 60
_POSTCODE = re.compile(r"(?:dk[ -]?)?(\d{4})(?:[ ,]+(.*))?")


def municipalities_at(place: str) -> tuple[str, ...]:
    """Return the municipalities in which a postcode or post town lies.

    Args:
        place: A postcode or a post town and nothing else, or the one before the other: "8000",
            "DK-8000", "8000 Aarhus C", "Skagen"; case and diacritics do not matter.

    Returns:
        Official names in alphabetical order, since some lie in several; the one that the town
        has its name from where it is among them; nothing for anything else.
    """
    if len(place) > _LONGEST:
        return ()
    folded = fold(place).strip(" .,")
    postcode = _POSTCODE.fullmatch(folded)
    if postcode is None:
        return _by_town().get(folded, ())
    found = _by_postcode().get(postcode[1], ())
    named = official_by_name().get(postcode[2] or "")
    return (named,) if named in found else found


def post_towns() -> frozenset[str]:
    """Return the names of all post towns, as they are written in Danish."""
    return frozenset(town for _, town, *_ in _rows())


@cache
def _by_postcode() -> dict[str, tuple[str, ...]]:
    return {postcode: tuple(names) for postcode, _, *names in _rows()}


@cache
def _by_town() -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for _, town, *names in _rows():
        for spelling in spellings(town):
            found.setdefault(spelling, set()).update(names)
    return {town: tuple(sorted(names)) for town, names in found.items()}


def _rows() -> list[list[str]]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        return list(csv.reader(lines, delimiter=";"))

"""Situations of a person that decide which parts of an article hold for them."""

from __future__ import annotations

from typing import Literal, TypeGuard, get_args

Citizenship = Literal["nordic", "eu_eea_ch", "third_country"]
"""Which rules on entry and residence a person falls under, by citizenship."""

CITIZENSHIPS: tuple[Citizenship, ...] = get_args(Citizenship)


def is_citizenship(value: object) -> TypeGuard[Citizenship]:
    """Return whether a value is one of the three citizenship groups."""
    return value in CITIZENSHIPS

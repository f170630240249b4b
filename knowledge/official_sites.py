"""The sites of authorities, whose pages may stand as sources."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from pydantic import ConfigDict, RootModel

from knowledge.comparing import site_of
from knowledge.strict_yaml import Line, read_yaml

OFFICIAL_SITES_FILE: Final = Path(__file__).parent / "official_sites.yml"


class _File(RootModel[frozenset[Line]]):
    model_config = ConfigDict(frozen=True)


@cache
def official_sites() -> frozenset[str]:
    """Return the sites, such as skat.dk.

    Raises:
        ContentError: The file breaks a rule.
    """
    return read_yaml(OFFICIAL_SITES_FILE, _File).root


def is_official(url: str) -> bool:
    """Return whether a page belongs to one of the sites."""
    return site_of(url) in official_sites()

"""The other authorities that mail is meant for, and where their page stands in the knowledge base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.models import Source
from language.languages import Language

_FILE = Path(__file__).parent / "authorities.yml"


class PageOf(BaseModel):
    """Where an authority's page stands: a source of an article, which editors keep true."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    article: str
    source: str


class Authority(BaseModel):
    """A body that can do what the ICS cannot.

    Attributes:
        name: What it is called in Denmark, short.
        called: Names by which mails in any language call it, see `language.word_patterns`.
        names: What it is called in letters, by itself on a line.
        page: Its page; None where an editor must still find one.
        appeals_to: The slug of the authority to which complaints about its decisions go.
        rather_than: Slugs of authorities that are named beside it, and are not the one meant.
        is_authority: False for an unemployment insurance fund, a private association, to which the
            Public Administration Act's duty to pass mail on does not reach.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    called: tuple[str, ...]
    names: dict[Language, str]
    page: PageOf | None = None
    appeals_to: str | None = None
    rather_than: tuple[str, ...] = ()
    is_authority: bool = True


@dataclass(frozen=True)
class Page:
    """A page of an authority, and the day on which an editor last read it."""

    title: str
    url: str
    checked: date


@cache
def authorities() -> Mapping[str, Authority]:
    """Return the authorities by their slugs, in the order of the file."""
    entries = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {slug: Authority.model_validate(entry) for slug, entry in entries.items()}


def page_of(session: Session, authority: Authority) -> Page | None:
    """Return an authority's page as the knowledge base has it; None where it has none."""
    if authority.page is None:
        return None
    row = session.scalar(
        select(Source).where(
            Source.topic == authority.page.article, Source.key == authority.page.source
        )
    )
    return None if row is None else Page(row.title, row.url, row.checked)

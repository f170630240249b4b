"""All pages of the knowledge together."""

from __future__ import annotations

from fastapi import APIRouter

from knowledge.admin import (
    articles,
    centres,
    facts,
    presence,
    reviews,
    schedule,
    side_by_side,
    texts,
    topics,
)

router = APIRouter(include_in_schema=False)
for _pages in (
    articles,
    schedule,
    reviews,
    presence,
    side_by_side,
    texts,
    facts,
    centres,
    topics,
):
    router.include_router(_pages.router)

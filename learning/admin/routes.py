"""All pages of the trainings together."""

from __future__ import annotations

from fastapi import APIRouter

from learning.admin import confusions, deciding, training, trying
from learning.versions import Versions


def routes(versions: Versions) -> APIRouter:
    """Return the routes of these pages.

    Args:
        versions: The models on disk.
    """
    router = APIRouter(prefix="/admin/training", include_in_schema=False)
    # `try` and `confusions` come before the number of a run.
    for pages in (trying, confusions, training, deciding):
        router.include_router(pages.routes(versions))
    return router

"""All routes of the desk."""

from __future__ import annotations

from fastapi import APIRouter

from triage.desk import (
    article_routes,
    case_routes,
    erasing_routes,
    health_routes,
    list_routes,
    mailbox_routes,
    new_case_routes,
    passing_on_routes,
    reply_routes,
)
from triage.desk.desk import Desk


def routes(desk: Desk) -> APIRouter:
    """Return the routes of the desk.

    Args:
        desk: The parts that it works with.
    """
    router = APIRouter(include_in_schema=False)
    router.include_router(case_routes.routes(desk))
    router.include_router(reply_routes.routes(desk))
    router.include_router(passing_on_routes.routes(desk))
    router.include_router(erasing_routes.routes(desk))
    router.include_router(new_case_routes.routes(desk))
    router.include_router(article_routes.routes(desk))
    router.include_router(mailbox_routes.routes())
    router.include_router(list_routes.routes())
    router.include_router(health_routes.routes())
    return router

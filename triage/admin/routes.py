"""All pages of admins on mail."""

from __future__ import annotations

from fastapi import APIRouter

from triage.admin import erased_page, queues_page, retention_page, rules_page


def routes(own_addresses: frozenset[str], inboxes: frozenset[str]) -> APIRouter:
    """Return the routes.

    Args:
        own_addresses: The addresses that the ICS itself sends from, in lower case.
        inboxes: The inboxes of all mailboxes.
    """
    router = APIRouter(include_in_schema=False)
    router.include_router(erased_page.router)
    router.include_router(retention_page.router)
    router.include_router(rules_page.router)
    router.include_router(queues_page.routes(own_addresses, inboxes))
    return router

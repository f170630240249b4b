"""All pages of admins on mail."""

from __future__ import annotations

from fastapi import APIRouter

from triage.admin import erased_page, retention_page, rules_page

router = APIRouter(include_in_schema=False)
router.include_router(erased_page.router)
router.include_router(retention_page.router)
router.include_router(rules_page.router)

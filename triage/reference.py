"""The reference of a case: what the person is told, and caseworkers look it up by."""

from __future__ import annotations


def reference(case_id: int) -> str:
    """Return the reference of a case as the person is told it, "ICS-000123"."""
    return f"ICS-{case_id:06d}"

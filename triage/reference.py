"""The reference of a mail: what its sender is told, and caseworkers look it up by."""

from __future__ import annotations


def reference(mail_id: int) -> str:
    """Return the reference of a mail as its sender is told it, "ICS-000123"."""
    return f"ICS-{mail_id:06d}"

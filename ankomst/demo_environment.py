"""The settings of a first start: everything embedded, secrets of this installation's own."""

from __future__ import annotations

import secrets
from pathlib import Path

from cryptography.fernet import Fernet


def write_demo_environment(path: Path) -> None:
    """Write a settings file that runs the whole system on one machine, with a demo mailbox.

    Args:
        path: Where to write it; it becomes readable for its owner alone.
    """
    lines = [
        "# Written at the first start. docs/settings.md explains each name.",
        "ANKOMST_DEMO=true",
        f"ANKOMST_ORIGINALS_KEYS={Fernet.generate_key().decode()}",
        f"ANKOMST_SESSION_KEY={secrets.token_urlsafe(32)}",
        f"ANKOMST_RASA_TOKEN={secrets.token_urlsafe(24)}",
        "ANKOMST_IMAP_SECURITY=none",
        "ANKOMST_IMAP_USER=demo",
        f"ANKOMST_IMAP_PASSWORD={secrets.token_urlsafe(16)}",
        "ANKOMST_SMTP_SECURITY=none",
        "ANKOMST_OLD_MAIL=as_new",
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

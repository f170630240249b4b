"""Attachments of mails, handed out as files that a browser only saves and never opens itself."""

from __future__ import annotations

from email.utils import encode_rfc2231

from triage.errors import UnknownAttachmentError
from triage.parsing.message import ParsedMail
from triage.parsing.parts import Attachment


def attachment(mail: ParsedMail, number: int) -> Attachment:
    """Return an attachment with its content.

    Args:
        mail: The parsed mail.
        number: Its place in the mail, counted from 1.

    Raises:
        UnknownAttachmentError: There is none of that number.
    """
    if not 0 < number <= len(mail.attachments):
        raise UnknownAttachmentError(f"The mail has no attachment {number}.")
    return mail.attachments[number - 1]


def download_headers(name: str) -> dict[str, str]:
    """Return the headers with which a file of a stranger is handed out.

    As octets, to be saved (RFC 6266), and sandboxed should a browser show it all the same.

    Args:
        name: The file's name, as the stranger chose it.
    """
    plain = "".join(c if (c.isalnum() and c.isascii()) or c in "._- " else "_" for c in name)
    visible = "".join(c for c in name if c.isprintable() and c not in '/\\"')[:150]
    return {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f'attachment; filename="{plain[:150]}"; '
        f"filename*={encode_rfc2231(visible, 'utf-8')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }

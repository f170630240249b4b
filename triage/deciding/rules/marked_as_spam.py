"""Mail that the mail server already marked as spam."""

from __future__ import annotations

from triage.deciding.rules.rule import OwnAddresses, Rule
from triage.parsing.message import ParsedMail

# Exchange calls 5 and 6 "spam" and 7 to 9 "high confidence spam" (Microsoft Learn, "Spam confidence
# level (SCL) in EOP"); only the latter is believed, for a real mail called spam does most harm.
_SURE_LEVEL = 7


def check(mail: ParsedMail, _own_addresses: OwnAddresses) -> str | None:
    """Return the mark that the mail server set."""
    if mail.header("x-spam-flag").lower().startswith("yes"):
        return f"X-Spam-Flag: {mail.header('x-spam-flag')[:20]}"
    if mail.header("x-spam-status").lower().startswith("yes"):
        return f"X-Spam-Status: {mail.header('x-spam-status')[:60]}"
    level = mail.header("x-ms-exchange-organization-scl").strip()
    if level.isdecimal() and len(level) == 1 and int(level) >= _SURE_LEVEL:
        return f"X-MS-Exchange-Organization-SCL: {level}"
    return None


RULE = Rule(
    name="marked_as_spam",
    description="The mail server's own filter marked it as spam; held on its shelf, not deleted.",
    kind="spam",
    check=check,
)

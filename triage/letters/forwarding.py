"""A mail that is sent on to a queue's forwarding address, and why one is not: so that nothing circles.

What we send on says that a program sent it (RFC 3834 section 5), carries a header of ours, and goes
by an id that the ledger knows. A mail with a sign of having been sent on, or of having come from where
it would go, goes no further; of two offices that forward to each other the second one stops it.
"""

from __future__ import annotations

from typing import Literal

from triage.addresses import bare
from triage.deciding.rules import auto_generated, auto_submitted
from triage.letters.outgoing import begin
from triage.parsing import headers
from triage.parsing.message import ParsedMail

FORWARDED = "X-Ankomst-Forwarded"
"""The header by which an Ankomst, this one or another, knows that a mail was sent on."""

WhyNot = Literal["own_address", "forwarded_before", "from_there", "automatic"]
"""Why a mail is not sent on: to an address of our own it would come back; it was sent on before; it
comes from the very address; a program sent it."""

# Put in by mail servers and by people who send a mail on unchanged (RFC 5322 section 3.6.6;
# Delivered-To as Postfix and qmail write it against loops).
_PASSED = ("resent-from", "resent-sender", "resent-to", "delivered-to", "x-loop")


def compose_forward(raw: bytes, queue: str, reference: str, sender: str, to: str) -> bytes:
    """Wrap a mail unchanged, to be sent on to a queue's forwarding address.

    Args:
        raw: The mail.
        queue: The queue it is in.
        reference: What it is called here.
        sender: The ICS' own address.
        to: The forwarding address.
    """
    message = begin(sender, to, f"[{reference}] {queue}")
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message[FORWARDED] = sender
    message.set_content(f"{reference}\n")
    # As a file of octets: a broken mail must not break the mail that carries it.
    message.add_attachment(raw, maintype="application", subtype="octet-stream", filename="mail.eml")
    return message.as_bytes()


def why_not_forwarded(mail: ParsedMail, to: str, own_addresses: frozenset[str]) -> WhyNot | None:
    """Return why a mail is not sent on, by what it says; None when it may be.

    Args:
        mail: The parsed mail.
        to: The forwarding address.
        own_addresses: The addresses that the ICS itself sends from, in lower case.
    """
    there = bare(to)
    ours = {bare(address) for address in own_addresses}
    if there in ours:
        return "own_address"
    if there in {bare(address) for address in (mail.sender, *mail.reply_to)}:
        return "from_there"
    if mail.header(FORWARDED.lower()) or _passed(mail) & {there}:
        return "forwarded_before"
    # Resent by one of our own mailboxes, a mail has been here.
    if {bare(a) for _, a in headers.addresses(mail.header("resent-from"))} & ours:
        return "forwarded_before"
    by_machine = (rule.check(mail, own_addresses) for rule in (auto_submitted, auto_generated))
    return "automatic" if any(by_machine) else None


def _passed(mail: ParsedMail) -> set[str]:
    """The addresses that a mail says to have passed by."""
    values = [value for name in _PASSED for value in mail.headers.get(name, ())]
    return {bare(address) for value in values for _, address in headers.addresses(value)}

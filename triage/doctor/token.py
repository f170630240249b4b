"""Whether a token is given."""

from __future__ import annotations

from collections.abc import Iterator

from triage.connections.tokens import Tokens
from triage.doctor.findings import Finding, about_clock, error, ok
from triage.errors import TokenRefusedError, TokenUnavailableError


def check_token(tokens: Tokens) -> Iterator[Finding]:
    """Ask for a token. A new refresh token that comes with it is kept, for the old one may be spent.

    Args:
        tokens: What asks for it; the token is held there for the steps that follow.

    Yields:
        One finding for each step.
    """
    try:
        token = tokens.token()
    except (TokenRefusedError, TokenUnavailableError) as reason:
        yield error("token", str(reason))
        return
    scope = f", for {token.scope}" if token.scope else ""
    yield ok("token", f"given until {token.expires_at:%H:%M} UTC{scope}")
    yield from about_clock("token clock", token.given_at)

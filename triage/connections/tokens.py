"""Access tokens for mail servers that take no password (OAuth 2.0, RFC 6749; XOAUTH2).

Either the application has rights of its own (client credentials), or it acts for a person by a
refresh token. A server may give a new refresh token with each access token, after which the old
one is worth nothing: the newest is kept, encrypted, in the database.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error

from language.masking import mask
from storage.database import Database
from storage.originals import Originals
from triage.connections.tls import explained
from triage.errors import TokenRefusedError, TokenUnavailableError
from triage.models import RefreshToken

_HEADROOM = 300.0
"""An access token is no longer used in its last five minutes, or in the last quarter of a short
life: what was begun with it should end before it does."""

_CODE = re.compile(r"\bAADSTS\d+")

_WHAT_TO_DO: Mapping[str, str] = {
    "AADSTS7000215": "the client secret is wrong: set its value, not its id, in "
    "ANKOMST_OAUTH_CLIENT_SECRET",
    "AADSTS7000222": "the client secret has expired: make a new one in the app registration and set "
    "it in ANKOMST_OAUTH_CLIENT_SECRET",
    "AADSTS700016": "no such application is known in this tenant: check ANKOMST_OAUTH_CLIENT_ID and "
    "the tenant in ANKOMST_OAUTH_TOKEN_URL",
    "AADSTS90002": "there is no such tenant: check ANKOMST_OAUTH_TOKEN_URL",
    "AADSTS65001": "the consent is missing: an administrator of the tenant grants it under API "
    "permissions of the app registration",
    "AADSTS70011": "the scope is wrong: check ANKOMST_OAUTH_SCOPE",
    "AADSTS1002012": "the scope is wrong: for client credentials it ends in /.default; check "
    "ANKOMST_OAUTH_SCOPE",
    "AADSTS700082": "the refresh token has expired: sign in anew and set the new one in "
    "ANKOMST_OAUTH_REFRESH_TOKEN",
    "AADSTS70000": "the refresh token is worth nothing any more: sign in anew and set the new one in "
    "ANKOMST_OAUTH_REFRESH_TOKEN",
    "AADSTS50173": "the refresh token was revoked, as after a change of the password: sign in anew "
    "and set the new one in ANKOMST_OAUTH_REFRESH_TOKEN",
    "AADSTS53003": "a conditional access policy of the tenant blocks it: an administrator excepts "
    "this application",
    "AADSTS500011": "what the scope names is not known in this tenant: check ANKOMST_OAUTH_SCOPE",
    # Without a code of Microsoft's: RFC 6749 section 5.2.
    "invalid_client": "check ANKOMST_OAUTH_CLIENT_ID and ANKOMST_OAUTH_CLIENT_SECRET",
    "invalid_grant": "sign in anew and set the new one in ANKOMST_OAUTH_REFRESH_TOKEN",
    "unauthorized_client": "allow this way of asking (grant) to the application",
    "invalid_scope": "check ANKOMST_OAUTH_SCOPE",
}
"""What an administrator has to do, by the code in the refusal; the first that is in it counts."""


@dataclass(frozen=True)
class Grant:
    """By what right tokens are asked for.

    Attributes:
        url: The token endpoint.
        client_id: The registered application.
        client_secret: Its secret; may be empty with a refresh token.
        scope: What the token is for.
        refresh_token: A person's, as it is set; empty for the application's own rights.
        timeout: Seconds for the whole answer.
        context: How the endpoint's certificate is checked.
    """

    url: str
    client_id: str
    client_secret: str
    scope: str
    refresh_token: str
    timeout: float
    context: ssl.SSLContext


@dataclass(frozen=True)
class AccessToken:
    """What a server gave.

    Attributes:
        value: The token.
        expires_at: When it ends, UTC.
        scope: What it is for, where the server says so.
        given_at: When it was given, by the server's clock; None where it does not say.
    """

    value: str
    expires_at: datetime
    scope: str
    given_at: datetime | None


class Tokens:
    """The access tokens of one mailbox, for one thread.

    Args:
        mailbox: The mailbox's name, under which a new refresh token is kept.
        grant: By what right they are asked for.
        database: Where refresh tokens are kept.
        originals: Encrypts them.
    """

    def __init__(
        self, mailbox: str, grant: Grant, database: Database, originals: Originals
    ) -> None:
        self._mailbox = mailbox
        self._grant = grant
        self._database = database
        self._originals = originals
        self._held: AccessToken | None = None
        self._renew_at = 0.0

    def token(self) -> AccessToken:
        """Return a token that holds for a while; it is asked for anew before it ends.

        Raises:
            TokenUnavailableError: The endpoint cannot be reached or does not answer.
            TokenRefusedError: It gives none; the message says what an administrator has to do.
            DatabaseUnavailableError: The database is away.
        """
        if self._held is None or time.monotonic() >= self._renew_at:
            self._held = self._fetch()
        return self._held

    def discard(self) -> None:
        """Use the token no more; a server refused it."""
        self._held = None

    def _fetch(self) -> AccessToken:
        if not self._grant.refresh_token:
            return self._accepted(*self._ask())
        given = self._refresh_token()
        try:
            answer, given_at = self._ask(given)
        except TokenRefusedError:
            # Another worker may have been given a newer one meanwhile.
            newer = self._refresh_token()
            if newer == given:
                raise
            given = newer
            answer, given_at = self._ask(given)
        new = str(answer.get("refresh_token") or given)
        if new != given:
            self._keep(new)
        return self._accepted(answer, given_at)

    def _accepted(self, answer: Mapping[str, object], given_at: datetime | None) -> AccessToken:
        seconds = float(str(answer.get("expires_in") or 3600))
        self._renew_at = time.monotonic() + seconds - min(_HEADROOM, seconds / 4)
        return AccessToken(
            value=str(answer["access_token"]),
            expires_at=datetime.fromtimestamp(time.time() + seconds, UTC),
            scope=str(answer.get("scope") or ""),
            given_at=given_at,
        )

    def _ask(
        self, refresh_token: str | None = None
    ) -> tuple[Mapping[str, object], datetime | None]:
        """Ask for a token; return the answer, and when it was given by the server's clock."""
        grant = self._grant
        client = BackendApplicationClient(grant.client_id, scope=grant.scope)
        secret = {"client_secret": grant.client_secret} if grant.client_secret else {}
        if refresh_token is None:
            body = client.prepare_request_body(include_client_id=True, **secret)
        else:
            body = client.prepare_refresh_body(
                refresh_token=refresh_token, client_id=grant.client_id, **secret
            )
        response = asyncio.run(self._post(body))
        try:
            answer: Mapping[str, object] = client.parse_request_body_response(response.text)
        except OAuth2Error as error:
            if response.is_server_error:
                raise TokenUnavailableError(
                    f"{grant.url}: answers {response.status_code}; nothing to do but to wait."
                ) from error
            raise TokenRefusedError(f"{grant.url}: no token: {_refusal(error)}") from error
        except ValueError as error:
            raise TokenUnavailableError(
                f"{grant.url}: answers {response.status_code} with something that is no token; "
                "check ANKOMST_OAUTH_TOKEN_URL."
            ) from error
        return answer, _date(response)

    async def _post(self, body: str) -> httpx.Response:
        grant = self._grant
        try:
            # The limits of httpx are for silence; this one is for the whole answer.
            async with (
                asyncio.timeout(grant.timeout),
                httpx.AsyncClient(verify=grant.context, timeout=grant.timeout) as client,
            ):
                return await client.post(
                    grant.url,
                    content=body,
                    headers={
                        "Content-Type": "application/x-www-form-urlencoded",
                        "Accept": "application/json",
                    },
                )
        except TimeoutError as error:
            raise TokenUnavailableError(
                f"{grant.url}: no answer in {grant.timeout:g} s."
            ) from error
        except httpx.HTTPError as error:
            reason = explained(error) or f"{type(error).__name__}: {error}"
            raise TokenUnavailableError(f"{grant.url}: {reason}"[:300]) from error

    def _refresh_token(self) -> str:
        """Return the newest: the one that a server gave, unless another one is set since."""
        with self._database.transaction() as session:
            kept = session.get(RefreshToken, self._mailbox)
            if kept is None or kept.given_digest != self._digest():
                return self._grant.refresh_token
            return self._originals.read(session, kept.original_id).decode()

    def _keep(self, token: str) -> None:
        with self._database.transaction() as session:
            original_id = self._originals.keep(session, token.encode())
            kept = session.get(RefreshToken, self._mailbox, with_for_update=True)
            if kept is None:
                session.add(
                    RefreshToken(
                        mailbox=self._mailbox, given_digest=self._digest(), original_id=original_id
                    )
                )
                return
            before, kept.original_id = kept.original_id, original_id
            kept.given_digest = self._digest()
            session.flush()
            self._originals.erase(session, before)

    def _digest(self) -> str:
        """The digest of the token that is set: from which one the kept one descends."""
        return hashlib.sha256(self._grant.refresh_token.encode()).hexdigest()


def _date(response: httpx.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("Date", "")).astimezone(UTC)
    except ValueError:
        return None


def _refusal(error: OAuth2Error) -> str:
    """Say why there is no token, and what an administrator has to do."""
    said = f"{error.error} {error.description or ''}"
    found = _CODE.search(said)
    code = found[0] if found else str(error.error)
    todo = _WHAT_TO_DO.get(code) or _WHAT_TO_DO.get(str(error.error))
    if todo is not None:
        return f"{code}: {todo}."
    described = " ".join((error.description or "").split()).removeprefix(f"{code}: ")
    return f"{code}: {mask(described[:150])}"

"""Tokens in place of passwords, from a real endpoint over TLS, kept in a real database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.originals import Original, Originals
from tests.triage.certificates import Authority
from tests.triage.composition import ORIGINALS_KEY
from tests.triage.token_endpoint import CLIENT_ID, CLIENT_SECRET, TokenEndpoint, token_endpoint
from triage.connections.tls import tls_context
from triage.connections.tokens import Grant, Tokens
from triage.errors import TokenRefusedError, TokenUnavailableError

Make = Callable[..., Tokens]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def endpoint(authority: Authority) -> Iterator[TokenEndpoint]:
    with token_endpoint(authority.context()) as running:
        yield running


@pytest.fixture
def make(endpoint: TokenEndpoint, authority: Authority, database: Database) -> Make:
    def _make(**changes: Any) -> Tokens:
        grant = Grant(
            url=endpoint.url,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            scope="https://mail.example.test/.default",
            refresh_token="",
            timeout=5,
            context=tls_context(authority.file),
        )
        return Tokens(
            "office",
            replace(grant, **changes),
            database,
            Originals(ORIGINALS_KEY),
        )

    return _make


def test_an_application_gets_a_token_by_its_own_rights(make: Make, endpoint: TokenEndpoint) -> None:
    tokens = make()
    token = tokens.token()
    assert (token.value, tokens.token().value) == ("token-1", "token-1")
    assert 3500 < token.expires_at.timestamp() - time.time() < 3700
    assert endpoint.asked == [
        {
            "grant_type": "client_credentials",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "scope": "https://mail.example.test/.default",
        }
    ]


def test_a_token_is_renewed_before_it_ends(make: Make, endpoint: TokenEndpoint) -> None:
    endpoint.lifetime = 2
    tokens = make()
    assert tokens.token().value == "token-1"
    time.sleep(1.6)
    assert tokens.token().value == "token-2"


def test_a_new_refresh_token_is_kept_for_the_next_start(
    make: Make, endpoint: TokenEndpoint, database: Database
) -> None:
    endpoint.refresh_tokens = {"given"}
    assert make(refresh_token="given").token().value == "token-1"
    # The given one is spent: another worker, or the next start, goes on with what was kept.
    assert make(refresh_token="given").token().value == "token-2"
    assert [body["refresh_token"] for body in endpoint.asked] == ["given", "refresh-1"]
    with database.transaction() as session:
        assert session.scalar(select(func.count(Original.id))) == 1
        kept = session.scalars(select(Original.ciphertext)).one()
    assert b"refresh" not in kept


def test_a_newer_refresh_token_in_the_settings_replaces_the_kept_one(
    make: Make, endpoint: TokenEndpoint
) -> None:
    endpoint.refresh_tokens = {"given"}
    make(refresh_token="given").token()
    endpoint.refresh_tokens = {"newer"}
    make(refresh_token="newer").token()
    assert endpoint.asked[-1]["refresh_token"] == "newer"
    make(refresh_token="newer").token()
    assert endpoint.asked[-1]["refresh_token"] == "refresh-2"


def test_who_was_overtaken_by_another_worker_goes_on_with_its_token(
    make: Make, endpoint: TokenEndpoint
) -> None:
    endpoint.refresh_tokens = {"given"}
    one = make(refresh_token="given")
    asked_before = one._refresh_token
    seen = [asked_before()]
    make(refresh_token="given").token()
    # What this worker had read before the other one was faster.
    one._refresh_token = lambda: seen.pop() if seen else asked_before()  # type: ignore[method-assign]
    assert one.token().value == "token-3"


@pytest.mark.parametrize(
    ("description", "says"),
    [
        ("AADSTS7000215: Invalid client secret provided.", "ANKOMST_OAUTH_CLIENT_SECRET"),
        ("AADSTS7000222: The provided client secret keys are expired.", "has expired"),
        ("AADSTS700016: Application was not found.", "ANKOMST_OAUTH_CLIENT_ID"),
        ("AADSTS65001: The user or administrator has not consented.", "consent is missing"),
        ("AADSTS99999: Something\r\nTrace ID: 1", "AADSTS99999: Something Trace ID: 1"),
    ],
)
def test_a_refusal_says_what_an_administrator_has_to_do(
    make: Make, endpoint: TokenEndpoint, description: str, says: str
) -> None:
    code = description.partition(":")[0]
    endpoint.refusal = {"error": "unauthorized_client", "error_description": description}
    if code == "AADSTS99999":
        endpoint.refusal["error"] = "something_else"
    with pytest.raises(TokenRefusedError) as caught:
        make().token()
    assert code in str(caught.value)
    assert says in str(caught.value)


def test_a_refused_refresh_token_is_not_asked_for_twice(
    make: Make, endpoint: TokenEndpoint
) -> None:
    with pytest.raises(TokenRefusedError, match="sign in anew"):
        make(refresh_token="revoked").token()
    assert len(endpoint.asked) == 1


def test_an_endpoint_that_is_away_or_confused_is_not_a_refusal(
    make: Make, endpoint: TokenEndpoint
) -> None:
    endpoint.status = 503
    with pytest.raises(TokenUnavailableError, match="503"):
        make().token()
    with pytest.raises(TokenUnavailableError, match="ConnectError"):
        make(url="https://127.0.0.1:9/token").token()


def test_an_endpoint_that_dribbles_is_given_up(make: Make, endpoint: TokenEndpoint) -> None:
    endpoint.delay = 0.2
    began = time.monotonic()
    with pytest.raises(TokenUnavailableError, match="no answer in 1 s"):
        make(timeout=1.0).token()
    assert time.monotonic() - began < 3


def test_the_endpoint_must_have_a_right_certificate(make: Make) -> None:
    with pytest.raises(TokenUnavailableError, match="ANKOMST_CA_FILE"):
        make(context=tls_context()).token()

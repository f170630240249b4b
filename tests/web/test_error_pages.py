"""What people see when something is wrong, in their language; what programs get."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI

from storage.database import Database, DatabaseUnavailableError
from tests.web.serving import application, served
from web.access import public


class SecretError(Exception):
    """An error whose message quotes what a person wrote."""


@pytest.fixture
def app(sqlite_database: Database) -> FastAPI:
    """The application with routes that fail."""
    made = application(sqlite_database)
    router = APIRouter(dependencies=[Depends(public)])

    @router.get("/{place}/fails")
    def fails(place: str) -> None:
        try:
            int(place)
        except ValueError as error:
            raise SecretError("my secret text") from error

    @router.get("/{place}/database")
    def database(place: str) -> None:
        raise DatabaseUnavailableError(place)

    made.include_router(router, prefix="/test")
    made.include_router(router, prefix="/api/test")
    made.include_router(router, prefix="/pl")
    return made


@pytest.fixture
def url(app: FastAPI) -> Iterator[str]:
    """Its address."""
    with served(app) as address:
        yield address


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("da", "Siden findes ikke"),
        ("en", "This page does not exist"),
        ("pl", "Tej strony nie ma"),
        ("lt", "Tokio puslapio nėra"),
        ("ro", "Această pagină nu există"),
        ("de", "Diese Seite gibt es nicht"),
    ],
)
def test_a_missing_page_says_so_in_the_language_of_its_address_or_of_the_browser(
    site_url: str, language: str, heading: str
) -> None:
    addressed = httpx.get(f"{site_url}/{language}/nothing")
    asked = httpx.get(f"{site_url}/nothing/", headers={"Accept-Language": f"fr,{language};q=0.7"})
    for answer in (addressed, asked):
        assert answer.status_code == 404
        assert answer.headers["Content-Language"] == language
        assert f'<html lang="{language}">' in answer.text
        assert f"<h1>{heading}</h1>" in answer.text
    assert f'href="/{language}/"' in addressed.text


def test_an_unknown_language_and_a_wrong_method_are_pages_too(site_url: str) -> None:
    assert httpx.get(f"{site_url}/fr/").status_code == 404
    assert httpx.get(f"{site_url}/fr/").headers["Content-Type"].startswith("text/html")
    wrong = httpx.post(f"{site_url}/da/")
    assert wrong.status_code == 405
    assert wrong.headers["Allow"] == "GET"


def test_an_error_nobody_foresaw_is_a_page_and_a_line_without_texts(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = httpx.get(f"{url}/pl/private/fails")
    assert answer.status_code == 500
    assert "Coś poszło nie tak" in answer.text
    assert answer.headers["Content-Security-Policy"]
    log = capsys.readouterr().out
    assert "request_failed" in log
    assert "SecretError" in log
    assert "ValueError" in log
    assert "test_error_pages.py" in log
    assert "/{place}/fails" in log
    for private in ("my secret text", "private"):
        assert private not in answer.text
        assert private not in log


def test_the_database_away_is_another_page(url: str) -> None:
    answer = httpx.get(f"{url}/test/x/database", headers={"Accept-Language": "de"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "Der Dienst ist zurzeit nicht verfügbar" in answer.text


def test_programs_get_json(url: str) -> None:
    for path, status in (("x/fails", 500), ("x/database", 503), ("nothing", 404)):
        answer = httpx.get(f"{url}/api/test/{path}")
        assert answer.status_code == status
        assert set(answer.json()) == {"detail"}
    wrong = httpx.post(f"{url}/api/chat/conversations", json={"language": "my secret text"})
    assert wrong.status_code == 422
    assert wrong.json()["detail"][0]["loc"] == ["body", "language"]
    assert "my secret text" not in wrong.text
    assert httpx.post(
        f"{url}/api/chat/conversations",
        content=b"{ my secret text",
        headers={"Content-Type": "application/json"},
    ).status_code in {400, 422}


def test_a_request_that_is_too_large_is_not_read(url: str) -> None:
    answer = httpx.post(f"{url}/api/chat/conversations", json={"language": "x" * 300_000})
    assert answer.status_code == 413

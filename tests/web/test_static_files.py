"""Static files: all from us, kept by browsers as long as they are the same."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import httpx
import pytest

from web import static_files
from web.static_files import StaticFiles

WEB = Path(static_files.__file__).parent


def test_an_address_holds_a_hash_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a {}", "utf-8")
    first = StaticFiles({"x": tmp_path})
    assert first.url("x/a.css") == f"/static/{first.digest}/x/a.css"
    assert StaticFiles({"x": tmp_path}).digest == first.digest
    assert StaticFiles({"y": tmp_path}).digest != first.digest
    (tmp_path / "a.css").write_text("b {}", "utf-8")
    assert StaticFiles({"x": tmp_path}).digest != first.digest
    with pytest.raises(KeyError):
        first.url("x/b.css")


def test_only_known_kinds_of_files_are_served(tmp_path: Path) -> None:
    for name in ("a.css", "b.py", "c.po", ".env", "d.svg"):
        (tmp_path / name).write_text("x", "utf-8")
    assert StaticFiles({"": tmp_path}).names() == ["a.css", "d.svg"]


def test_the_present_version_is_kept_for_a_year_and_another_is_not(site_url: str) -> None:
    page = httpx.get(f"{site_url}/en/").text
    address = re.findall(r'href="(/static/[^"]+dkfds-borgerdk.css)"', page)[0]
    current = httpx.get(site_url + address)
    assert current.status_code == 200
    assert current.headers["Content-Type"] == "text/css; charset=utf-8"
    assert current.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    older = httpx.get(f"{site_url}/static/0123456789abcdef/layout/layout.css")
    assert older.headers["Cache-Control"] == "no-cache"


def test_what_can_be_compressed_is(site_url: str) -> None:
    path = "/static/x/dkfds/css/dkfds-borgerdk.css"
    plain = httpx.get(site_url + path, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    with httpx.stream("GET", site_url + path, headers={"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert len(raw) < 35_000
    assert gzip.decompress(raw) == plain.content


@pytest.mark.parametrize(
    "path",
    ["/static/x/nothing.css", "/static/x/../../settings.py", "/static/x/%2e%2e/%2e%2e/settings.py"],
)
def test_nothing_else_can_be_had(site_url: str, path: str) -> None:
    assert httpx.get(site_url + path, follow_redirects=True).status_code == 404


def test_style_sheets_name_only_files_that_are_there_and_none_from_elsewhere() -> None:
    for sheet in [*WEB.glob("static/**/*.css"), *WEB.parent.glob("*/*/static/*.css")]:
        for address in re.findall(r"url\(([^)]*)\)", sheet.read_text("utf-8")):
            assert "//" not in address
            assert (sheet.parent / address.strip("\"'")).resolve().is_file(), address
        assert "@import" not in sheet.read_text("utf-8")


def test_what_others_made_comes_with_its_licence() -> None:
    static = WEB / "static"
    assert "MIT license" in (static / "dkfds" / "LICENSE.md").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE" in (static / "dkfds/fonts/license.txt").read_text("utf-8")
    assert "Apache License" in (static / "licences" / "Apache-2.0.txt").read_text("utf-8")
    assert "Zero-Clause BSD" in (static / "htmx" / "LICENSE").read_text("utf-8")
    for folder in ("dkfds", "htmx"):
        assert re.search(r"\d+\.\d+\.\d+", (static / folder / "VERSION").read_text("utf-8"))


def test_templates_ask_only_for_icons_that_are_there() -> None:
    icons = set(re.findall(r'<symbol id="([^"]+)"', (WEB / "static/dkfds/icons.svg").read_text()))
    used = {
        name
        for template in [*WEB.rglob("*.html"), *WEB.parent.glob("*/*/templates/*.html")]
        for name in re.findall(r'icons\.svg"\) }}#([a-z-]+)', template.read_text("utf-8"))
    }
    assert used
    assert used <= icons

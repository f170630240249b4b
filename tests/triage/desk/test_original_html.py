"""The formatted version of a mail, made harmless."""

from __future__ import annotations

import pytest

from triage.desk.original_html import MOST_CHARACTERS, safe_html, shows_numbers


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=https://tracker.example/x.gif>",
        "<div style='background:url(https://tracker.example/)'>x</div>",
        "<link rel=stylesheet href=https://tracker.example/x.css>",
        "<iframe src=https://evil.example></iframe>",
        "<object data=https://evil.example></object>",
        "<svg onload=alert(1)><use href='https://evil.example#x'/></svg>",
        "<video src=https://tracker.example/x autoplay></video>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "<base href=https://evil.example/>",
        "<a href='//evil.example'>x</a>",
        "<a href='/sign-out'>x</a>",
        "<a href='JaVaScRiPt:alert(1)'>x</a>",
        "<table background=https://tracker.example/x><tr><td>x</td></tr></table>",
        "<p onmouseover=alert(1)>x</p>",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
        "<form action=https://evil.example><input type=password></form>",
    ],
)
def test_nothing_runs_loads_or_leads_elsewhere_unseen(html: str) -> None:
    safe = safe_html(html)
    for harm in ("example", "alert", "script", "style", "href", "src", "on", "<form", "<input"):
        assert f" {harm}=" not in safe
        assert f"<{harm}" not in safe
    assert "evil.example" not in safe
    assert "tracker.example" not in safe


def test_what_carries_meaning_stays() -> None:
    html = "<h1>A</h1><ul><li>b</li></ul><table><tr><td colspan=2>c</td></tr></table><p>d<br>e</p>"
    safe = safe_html(html)
    for kept in ("<h1>A</h1>", "<li>b</li>", '<td colspan="2">c</td>', "d<br>e"):
        assert kept in safe


def test_personal_numbers_are_masked() -> None:
    assert safe_html("<p>010190-1234</p><a href='https://a.test/0101901234'>x</a>") == (
        '<p>[CPR]</p><a href="https://a.test/[CPR]" rel="noopener noreferrer nofollow">x</a>'
        ' <span class="link-target">[https://a.test/[CPR]]</span>'
    )


def test_a_link_shows_its_true_target() -> None:
    safe = safe_html("<a href='https://evil.test/a?b=1&amp;c'>https://skat.dk</a>")
    assert safe.endswith('<span class="link-target">[https://evil.test/a?b=1&amp;c]</span>')
    honest = safe_html("<a href='https://skat.dk'>https://skat.dk</a> <a href='tel:+45'>+45</a>")
    assert "link-target" not in honest
    hidden = safe_html("<a href='https://evil.test/'><b>Your</b> bank</a> and <a>no link</a>")
    assert hidden.count("link-target") == 1


@pytest.mark.parametrize(
    "html",
    [
        "<p>010190-<b>1234</b></p>",
        "<p>0101<i></i>901234</p>",
        "<p>010190&#45;12<span>34</span></p>",
    ],
)
def test_a_number_with_markup_in_it_is_noticed(html: str) -> None:
    assert shows_numbers(safe_html(html))


def test_hidden_numbers_and_others_are_none() -> None:
    assert not shows_numbers(safe_html("<p>CPR 010190-1234, <b>+45 12 34 56 78</b></p>"))


def test_endless_html_is_cut_off() -> None:
    assert len(safe_html("<p>x" * MOST_CHARACTERS)) < 4 * MOST_CHARACTERS

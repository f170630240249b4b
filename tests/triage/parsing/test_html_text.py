"""The text of HTML mails."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.parsing.html_text import QUOTE_MARK, html_to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Hej</p><p>med dig</p>", "Hej\n\nmed dig"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<div>a</div>\n  <div>b</div>", "a\nb"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<ul><li>et</li><li>to</li></ul>", "- et\n- to"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("s&oslash;ger &lt;b&gt; &amp; 5&nbsp;kr", "søger <b> & 5 kr"),
        ("<b>010190-1234</b> snake_case *x*", "010190-1234 snake_case *x*"),
        ("<style>p {color: red}</style><script>x = '<p>'</script><title>T</title>tekst", "tekst"),
        ("før<!-- <p>skjult</p> -->efter", "førefter"),
        ("<blockquote>gammelt<br>mere</blockquote>nyt", "> gammelt\n> mere\n\nnyt"),
        ("<pre>a  b\n c</pre>", "a  b\n c"),
        ("3 < 4 og 5 > 4", "3 < 4 og 5 > 4"),
        ("<p>uafsluttet", "uafsluttet"),
        ("", ""),
    ],
)
def test_text(markup: str, text: str) -> None:
    assert html_to_text(markup) == text


@pytest.mark.parametrize(
    "tag",
    [
        '<div class="gmail_quote">',
        "<div class='gmail_quote gmail_quote_container'>",
        '<div id="appendonsend">',
        '<div id="divRplyFwdMsg" dir="ltr">',
        '<blockquote type="cite">',
        '<div class="moz-cite-prefix">',
        '<div class="yahoo_quoted">',
    ],
)
def test_where_the_quotation_begins_is_marked(tag: str) -> None:
    text = html_to_text(f"<div>nyt</div>{tag}gammelt</div>{tag}ældre</div>")
    assert text.split("\n").count(QUOTE_MARK) == 1
    assert text.index("nyt") < text.index(QUOTE_MARK) < text.index("gammelt")


@pytest.mark.parametrize(
    "markup",
    [
        "<div " * 80_000,
        "<div>" * 80_000,
        "<blockquote>" * 40_000 + "x",
        "<" * 400_000,
        "<!--" * 100_000,
        "&#" * 200_000,
        "<a href='" * 40_000,
        "<td>" * 90_000 + "x",
        "<script>" * 50_000,
    ],
    ids=lambda markup: markup[:12],
)
def test_absurd_markup_takes_no_time(markup: str) -> None:
    began = time.perf_counter()
    html_to_text(markup)
    assert time.perf_counter() - began < 5


@given(st.text(alphabet="<>/!-&#;ab \n'\"=", max_size=300))
def test_it_never_raises(markup: str) -> None:
    html_to_text(markup)

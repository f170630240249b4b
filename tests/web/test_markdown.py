"""The chat's subset of Markdown as HTML."""

from __future__ import annotations

import pytest

from web.markdown import to_html


def test_the_subset_is_rendered() -> None:
    text = (
        "**Title**\n\nFirst line\nsecond line with [a link](https://skat.dk/x).\n\n"
        "1. one\n   - inner\n2. two\n\n- bullet"
    )
    assert to_html(text) == (
        "<p><strong>Title</strong></p>\n"
        '<p>First line<br>\nsecond line with <a href="https://skat.dk/x" '
        'rel="noopener noreferrer">a link</a>.</p>\n'
        "<ol>\n<li>one\n<ul>\n<li>inner</li>\n</ul>\n</li>\n<li>two</li>\n</ol>\n"
        "<ul>\n<li>bullet</li>\n</ul>\n"
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "See https://kk.dk/a?b=1&c=2.",
            'See <a href="https://kk.dk/a?b=1&amp;c=2">https://kk.dk/a?b=1&amp;c=2</a>.',
        ),
        ("(ics@esbjerg.dk)", '(<a href="mailto:ics@esbjerg.dk">ics@esbjerg.dk</a>)'),
        (
            "call +45 76 16 10 70, please",
            'call <a href="tel:+4576161070">+45 76 16 10 70</a>, please',
        ),
        ("**https://a.dk**", '<strong><a href="https://a.dk">https://a.dk</a></strong>'),
        ("[https://b.dk](https://c.dk)", '<a href="https://c.dk">https://b.dk</a>'),
        ("form 04.063, 55 %, 2026-11-23", "form 04.063, 55 %, 2026-11-23"),
        ("+45 76 16 10 70 1", '<a href="tel:+4576161070">+45 76 16 10 70</a> 1'),
    ],
)
def test_addresses_and_numbers_become_links(text: str, html: str) -> None:
    assert to_html(text).replace(' rel="noopener noreferrer"', "") == f"<p>{html}</p>\n"


def test_an_address_does_not_break_out_of_its_link() -> None:
    assert " onclick" not in to_html('https://a.dk/"onclick=x')


def test_a_list_keeps_the_number_it_begins_with() -> None:
    assert to_html("3. three").startswith('<ol start="3">')


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="https://evil.example" onclick="x()">x</a>',
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "[x](//evil.example/)",
        "![x](https://evil.example/x.png)",
        "<style>*{display:none}</style>",
        "**<b onmouseover=x()>**",
        "<https://evil.example>",
    ],
)
def test_nothing_in_a_text_runs_or_loads_anything(text: str) -> None:
    html = to_html(text)
    for tag in ("<script", "<img", "<style", "<b ", 'href="javascript', 'href="data', 'href="//'):
        assert tag not in html
    assert not ("onclick" in html and "&lt;" not in html)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# 1 in line", "# 1 in line"),
        ("> quoted", "&gt; quoted"),
        ("a `b` c", "a `b` c"),
        ("AT&amp;T &lt;", "AT&amp;amp;T &amp;lt;"),
        (r"a \* b", r"a \* b"),
        ("Title\n=====", "Title<br>\n====="),
        ("1 * 2 * 3", "1 * 2 * 3"),
    ],
)
def test_nothing_else_has_a_meaning(text: str, shown: str) -> None:
    assert to_html(text) == f"<p>{shown}</p>\n"

"""Chat text, HTML and passages made from a body."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.documents import Block, Document, Section, parse_document
from knowledge.markdown import links, to_chat, to_html, to_passages
from tests.knowledge.test_documents import BODY


def chat(body: str) -> str:
    return to_chat(parse_document(body).lead)


def lead(text: str) -> Document:
    """A document that was never checked, as if it had slipped through."""
    return Document(Section(None, "", (Block(text, None, 1),), 1), ())


def test_a_list_of_parts_for_some_is_numbered_without_gaps() -> None:
    steps = parse_document(BODY).for_situation({"citizenship": "third_country"}).sections[0]
    assert to_chat(steps) == (
        "**Det skal du gøre**\n\n1. Find blanket 04.063.\n2. Send den. Se også CPR-nummer."
    )
    nordic = parse_document(BODY).for_situation({"citizenship": "nordic"}).sections[0]
    assert "2. Vedlæg dit id-kort.\n3. Send den." in to_chat(nordic)


def test_a_list_goes_on_after_a_paragraph() -> None:
    assert chat("1. a\n2. b\n\nbetween\n\n3. c\n") == "1. a\n2. b\n\nbetween\n\n3. c"
    assert chat("1. a\n\nbetween\n\n1. b\n") == "1. a\n\nbetween\n\n1. b"


def test_inner_lists_are_indented() -> None:
    assert chat("- a\n  - b\n  - c\n- d\n") == "- a\n   - b\n   - c\n- d"


def test_the_chat_gets_bold_links_and_line_breaks_only() -> None:
    assert chat("**a** *b* [c](https://example.org)  \nd\ne") == (
        "**a** b [c](https://example.org)\nd e"
    )
    assert chat("[mail](mailto:a@example.org), <https://example.org>") == (
        "[mail](mailto:a@example.org), [https://example.org](https://example.org)"
    )


def test_links_to_topics_get_the_address_that_is_given() -> None:
    section = parse_document("See [tax](topic:tax-card).").lead
    assert to_chat(section) == "See tax."
    assert to_chat(section, lambda topic: f"/en/{topic}") == "See [tax](/en/tax-card)."
    html = to_html(Document(section, ()), lambda topic: f"/en/{topic}")
    assert '<a href="/en/tax-card" rel="noopener noreferrer">tax</a>' in html
    assert "<a" not in to_html(Document(section, ()))


def test_a_page_has_headings_that_can_be_linked_to() -> None:
    html = to_html(parse_document(BODY).for_situation({"citizenship": "nordic"}))
    assert '<h2 id="steps">Det skal du gøre</h2>' in html
    assert "<ol>\n<li>Find blanket 04.063.</li>\n<li>Vedlæg dit id-kort.</li>\n<li>Send" in html
    assert "<p>Find" not in html


def test_html_that_slipped_through_is_text() -> None:
    html = to_html(lead("<script>alert(1)</script> <img src=x onerror=alert(1)>"))
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


@given(st.text(alphabet=st.sampled_from("<>a/[](): javscript\"'=!`*_\n-#onerhtps&;"), max_size=80))
@settings(deadline=None, max_examples=300)
def test_no_text_becomes_a_foreign_tag_or_scheme(text: str) -> None:
    html = to_html(lead(text))
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z0-9]+)", html))
    assert tags <= {"p", "ul", "ol", "li", "strong", "em", "a", "h2", "br"}
    assert not re.search(r"""(href|src|on\w+)\s*=\s*["']?\s*(javascript|data|vbscript):""", html)
    assert "on" not in re.findall(r"<[a-z]+ (\w+)=", html)


def test_passages_are_plain_and_name_their_list() -> None:
    steps = parse_document(BODY).sections[0]
    assert to_passages(steps) == [
        "Det skal du gøre: Find blanket 04.063.",
        "Det skal du gøre: Vedlæg dit id-kort.",
        "Det skal du gøre: Send den. Se også CPR-nummer.",
    ]
    assert to_passages(parse_document("A **b**\n[c](https://d.example).").lead) == ["A b c."]


def test_links_are_listed_also_those_for_some() -> None:
    assert links(parse_document(BODY)) == ["https://skat.dk/skattekort", "topic:cpr-number"]


def test_parts_for_some_can_be_marked_and_lists_go_on_across_them() -> None:
    document = parse_document(
        "Do it.\n\n## Steps {#steps}\n\n1. First\n\n::: only nordic\n2. Second\n:::\n\n3. Third\n"
    )
    html = to_html(document, for_whom=lambda only: f"<b>{', '.join(only)}</b>")
    assert html.count('<div class="only">') == html.count("</div>") == 1
    assert '<p class="only-for">&lt;b&gt;nordic&lt;/b&gt;</p>' in html
    assert '<ol start="2">\n<li>Second</li>' in html
    assert '<ol start="3">\n<li>Third</li>' in html
    assert "only" not in to_html(document)

"""The grammar of bodies, and who gets which part."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.documents import parse_document, problems, variants
from knowledge.errors import MarkdownError
from tests.knowledge.conftest import DANISH

BODY = DANISH.split("---\n", 2)[2]


def test_lead_sections_and_conditions_are_found() -> None:
    document = parse_document(BODY)
    assert [section.key for section in document.sections] == ["steps", "bring", "next"]
    assert document.sections[0].heading == "Det skal du gøre"
    assert [block.only for block in document.lead.blocks] == [None, frozenset({"third_country"})]
    assert document.lead.blocks[1].text == "Du skal først have en tilladelse."
    assert document.lead.blocks[1].line == 3
    assert document.dimensions == ("citizenship",)


def test_each_citizenship_gets_what_holds_for_it() -> None:
    nordic, eu, third = variants(parse_document(BODY))
    assert nordic == eu
    assert "tilladelse" not in nordic.lead.text
    assert "tilladelse" in third.lead.text
    assert "2. Vedlæg dit id-kort." in nordic.sections[0].text
    assert "Vedlæg" not in third.sections[0].text
    assert third.dimensions == ()


def test_a_section_that_is_empty_for_somebody_is_left_out_for_them() -> None:
    body = "Hello.\n\n## What to bring {#bring}\n\n::: only nordic\nA card.\n:::\n"
    nordic, eu, _third = variants(parse_document(body))
    assert [section.key for section in nordic.sections] == ["bring"]
    assert eu.sections == ()


def test_without_conditions_there_is_one_text() -> None:
    document = parse_document("Hello.\n")
    assert variants(document) == [document]


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("", 1, "no direct answer"),
        ("## A {#steps}\n\nx\n", 1, "no direct answer"),
        ("::: only nordic\nx\n:::\n", 1, "no direct answer"),
        ("x\n\n# A {#steps}\n\ny\n", 3, "two number signs"),
        ("x\n\nA\n---\n\ny\n", 3, "two number signs"),
        ("x\n\n## A\n\ny\n", 3, "needs a key"),
        ("x\n\n## A {#nonsense}\n\ny\n", 3, "needs a key"),
        ("x\n\n## {#steps}\n\ny\n", 3, "needs a key"),
        ("x\n\n## A **b** {#steps}\n\ny\n", 3, "plain text"),
        ("x\n\n## A {#steps}\n", 3, "is empty"),
        ("x\n\n## A {#bring}\n\ny\n\n## B {#steps}\n\nz\n", 7, "stands too late"),
        ("x\n\n## A {#bring}\n\ny\n\n## B {#bring}\n\nz\n", 7, "there twice"),
        ("x\n\n::: only danish\ny\n:::\n", 3, "not danish"),
        ("x\n\n::: only\ny\n:::\n", 3, "not nothing"),
        ("x\n\n::: only nordic nordic\ny\n:::\n", 3, "twice or all"),
        ("x\n\n::: only nordic eu_eea_ch third_country\ny\n:::\n", 3, "twice or all"),
        ("x\n\n::: only nordic\ny\n", 3, "has no end"),
        ("x\n\n::: only nordic\n:::\n", 3, "is empty"),
        ("x\n\n::: only nordic\n::: only eu_eea_ch\ny\n:::\n:::\n", 4, "outside of lists"),
        ("x\n\n::: only nordic\n## A {#steps}\n\ny\n:::\n", 4, "a heading stands outside"),
        ("x\n\n- a\n\n  ::: only nordic\n  y\n  :::\n", 5, "outside of lists"),
        ("x\n\n::: onyl nordic\ny\n:::\n", 3, "not understood remain"),
        ("x\n\n<script>alert(1)</script>\n", 3, "HTML is not allowed"),
        ("x <b>y</b>\n", 1, "HTML is not allowed"),
        ("x\n\n<!-- note -->\n", 3, "HTML is not allowed"),
        ("x ![y](https://example.org/z.png)\n", 1, "a picture"),
        ("x\n\n| a | b |\n|---|---|\n| c | d |\n", 3, "a table"),
        ("x `y`\n", 1, "code marks"),
        ("x\n\n```\ny\n```\n", 3, "a code block"),
        ("x\n\n    y\n", 3, "an indented block"),
        ("x\n\n> y\n", 3, "a quotation"),
        ("x\n\n***\n", 3, "a line across"),
        ("[x](javascript:alert(1))\n", 1, "not understood remain"),
        ("[x](data:text/html;base64,eA==)\n", 1, "not understood remain"),
        ("[x](ftp://example.org)\n", 1, "must begin with one of"),
        ("[x](/somewhere)\n", 1, "must begin with one of"),
        ("[](https://example.org)\n", 1, "has no text"),
        ('[x](https://example.org "y")\n', 1, "remove the text after"),
        ("[x](https://example.org/a(b))\n", 1, "%28 %29"),
        ("[x [y]](https://example.org)\n", 1, "without brackets"),
        ("see https://example.org\n", 1, "write the address as"),
        ("see www.skat.dk\n", 1, "write the address as"),
        ("x\n\n[y]: https://example.org\n", 3, "write the address as"),
        ("- a\n  - b\n    - c\n", 3, "too deep"),
        ("**x\n", 1, "not understood remain"),
    ],
)
def test_a_breach_is_found_with_its_line(body: str, line: int, said: str) -> None:
    found = problems(body)
    assert any(error.line == line and said in str(error) for error in found), found
    with pytest.raises(MarkdownError):
        parse_document(body)


@given(st.text())
@settings(deadline=None, max_examples=300)
def test_any_text_is_read_or_refused(body: str) -> None:
    if problems(body):
        with pytest.raises(MarkdownError):
            parse_document(body)
    else:
        assert parse_document(body).lead.blocks


@given(
    st.lists(
        st.sampled_from(
            ["::: only nordic", ":::", "::::", "- a", "  - b", "1. c", "", "text", "  text", "## A {#steps}", ":", "::: "]
        )
    )
)  # fmt: skip
@settings(deadline=None, max_examples=300)
def test_any_order_of_lines_is_read_or_refused(lines: list[str]) -> None:
    body = "\n".join(lines)
    if not problems(body):
        document = parse_document(body)
        assert all(
            ":::" not in part.text for variant in variants(document) for part in variant.parts
        )

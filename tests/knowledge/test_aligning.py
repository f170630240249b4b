"""Texts taken apart and put together again, part by part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.aligning import PART_KEYS, PartKey, changed_parts, joined, part_at, parts
from knowledge.content import CONTENT_DIRECTORY, read_content
from tests.knowledge.conftest import DANISH

BODY = DANISH.split("---\n", 2)[2]


def test_each_part_keeps_its_heading_and_its_marks() -> None:
    found = parts(BODY)
    assert list(found) == ["lead", "steps", "bring", "next"]
    assert found["lead"].startswith("Søg hos")
    assert found["lead"].endswith("tilladelse.\n:::")
    assert found["bring"] == "## Hav det her klar {#bring}\n\n- Dit pas\n- Din kontrakt"


def test_every_article_is_put_together_as_it_was() -> None:
    count = 0
    for article in read_content(CONTENT_DIRECTORY).articles:
        for text in article.texts.values():
            assert joined(parts(text.body)) == text.body
            count += 1
    assert count > 400


def test_a_part_that_was_emptied_is_left_out() -> None:
    found = {**parts(BODY), "bring": " \n"}
    assert list(parts(joined(found))) == ["lead", "steps", "next"]
    assert joined({}) == joined({"lead": "\n"}) == ""


@given(st.dictionaries(st.sampled_from(PART_KEYS), st.sampled_from(["a", "a\nb", "a\n\nb\n", ""])))
def test_a_line_of_the_whole_is_found_in_its_part(found: dict[PartKey, str]) -> None:
    lines = joined(found).split("\n")
    for number, line in enumerate(lines, start=1):
        if line:
            key, within = part_at(found, number)
            assert found[key].strip("\n").split("\n")[within - 1] == line


@pytest.mark.parametrize("key", ["steps", "deadlines"])
def test_only_parts_that_changed_are_told(key: PartKey) -> None:
    old = parts(BODY)
    new = {**old, key: "## Nyt {#x}\n\nNyt."}
    assert list(changed_parts(old, new)) == [key]
    assert changed_parts(old, old) == {}

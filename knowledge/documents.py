"""The body of an article taken apart: lead, sections, and blocks that hold for some people only.

The grammar is CommonMark with two additions: a section heading carries its key,
`## What to do {#steps}`, and a block for people in some situations stands between
`::: only nordic over_6_months` and `:::`. What differs at an ICS centre stands in such a block too,
`::: only centre:aarhus`, and what holds at all others in `::: only other_centre`. Everything else that
Markdown has beyond paragraphs, lists, bold, italics and links is refused, because the chat cannot
show it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal, TypeGuard, get_args

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from knowledge.errors import MarkdownError
from knowledge.situations import (
    CONDITIONS,
    OTHER_CENTRE,
    WORDS,
    Condition,
    Dimension,
    Situation,
    centre_word,
    centres_named,
    combinations,
    dimensions_of,
    is_condition,
    remaining,
)
from web.translations import later

SectionKey = Literal["steps", "bring", "deadlines", "mistakes", "next", "where"]

SECTION_KEYS: tuple[SectionKey, ...] = get_args(SectionKey)
"""The sections an article may have, in the order in which they stand."""

LONGEST_BODY = 50_000
"""Characters; the longest article has a few thousand words."""

LINK_SCHEMES = ("https://", "http://", "mailto:", "tel:", "topic:", "fact:")

FACT_LINK = re.compile(r"\[(?P<words>[^\[\]]*)\]\(fact:(?P<fact>[a-z0-9]+(?:-[a-z0-9]+)*)\)")
"""A link whose text stands where the value of a fact may not be shown."""

_HEADING = re.compile(r"^(?P<text>.*\S)\s+\{#(?P<key>[a-z]+)\}$")
_BARE_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
_MARKDOWN_LEFT_OVER = re.compile(r"\*\*|\]\(|\{#|!\[|^\s*:::", re.MULTILINE)

_ALLOWED = frozenset(
    {
        "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline",
        "bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close",
        "list_item_open", "list_item_close", "container_only_open", "container_only_close",
        "text", "softbreak", "hardbreak", "strong_open", "strong_close", "em_open", "em_close",
        "link_open", "link_close",
    }
)  # fmt: skip
_REFUSED = {
    "html_block": later("HTML is not allowed; write it in Markdown."),
    "html_inline": later("HTML is not allowed; write it in Markdown."),
    "image": later("a picture cannot be shown; describe it, or link to it."),
    "table_open": later("a table cannot be shown in the chat; write a list."),
    "code_inline": later("code marks cannot be shown in the chat; remove the backticks."),
    "code_block": later("an indented block would be shown as code; remove the indentation."),
    "fence": later("a code block cannot be shown in the chat; write it as text."),
    "blockquote_open": later("a quotation cannot be shown in the chat; write it as a paragraph."),
    "hr": later("a line across the page cannot be shown in the chat; remove it."),
}


@dataclass(frozen=True)
class Block:
    """Some Markdown, and for whom it holds.

    Attributes:
        text: The Markdown, without the fence.
        only: The situations it holds for (`knowledge.situations`); None for everybody.
        line: Its first line in the body, counted from 1.
    """

    text: str
    only: frozenset[Condition] | None
    line: int


@dataclass(frozen=True)
class Section:
    """The lead, or what stands below a heading.

    Attributes:
        key: Which section it is; None for the lead.
        heading: The heading as plain text; empty for the lead.
        blocks: What it holds.
        line: Its first line in the body, counted from 1.
    """

    key: SectionKey | None
    heading: str
    blocks: tuple[Block, ...]
    line: int

    @property
    def text(self) -> str:
        """The Markdown of all its blocks, without heading and fences."""
        return "\n\n".join(block.text for block in self.blocks)


@dataclass(frozen=True)
class Document:
    """An article's body: the lead, then the sections."""

    lead: Section
    sections: tuple[Section, ...]

    @property
    def parts(self) -> tuple[Section, ...]:
        """The lead and the sections."""
        return (self.lead, *self.sections)

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions by which it differs, in the order in which they are asked for."""
        return dimensions_of(self._conditions)

    @property
    def centres(self) -> tuple[str, ...]:
        """The slugs of the centres where something of it is different."""
        return tuple(sorted(centres_named(self._conditions)))

    @property
    def situations(self) -> list[Situation]:
        """The situations that it tells apart; one of which nothing is known where it does not."""
        centres = (*map(centre_word, self.centres), OTHER_CENTRE)
        return combinations(
            {dimension: WORDS.get(dimension, centres) for dimension in self.dimensions}
        )

    @property
    def _conditions(self) -> frozenset[Condition]:
        return frozenset(
            word for part in self.parts for block in part.blocks for word in block.only or ()
        )

    def as_told_apart(self, situation: Situation) -> Situation:
        """Return what of a person's situation makes a difference here.

        A centre that is not named here is one of the others.
        """
        told = {d: situation[d] for d in self.dimensions if d in situation}
        if "centre" in told and not centres_named([told["centre"]]) & set(self.centres):
            told["centre"] = OTHER_CENTRE
        return told

    def for_situation(self, situation: Situation) -> Document:
        """Return what holds for a person, as far as is known; a section left empty is left out.

        Blocks whose condition is met lose it; what depends on more than is known keeps the rest.
        """
        told = self.as_told_apart(situation)
        lead, *sections = (_for_situation(part, told) for part in self.parts)
        return Document(lead, tuple(section for section in sections if section.blocks))

    def for_all_centres(self) -> Document:
        """Return it without what holds at the centres that it names, for who does not know theirs.

        What is left of the general text still says that it holds for the other centres.
        """
        lead, *sections = (
            replace(
                part,
                blocks=tuple(b for b in part.blocks if _holds_elsewhere(b.only or frozenset())),
            )
            for part in self.parts
        )
        return Document(lead, tuple(section for section in sections if section.blocks))

    def only_sections(self, keys: Collection[SectionKey]) -> Document:
        """Return the lead and some of the sections."""
        return replace(self, sections=tuple(part for part in self.sections if part.key in keys))


def _for_situation(section: Section, situation: Situation) -> Section:
    blocks = []
    for block in section.blocks:
        left = remaining(block.only or frozenset(), situation)
        if left is not None:
            blocks.append(replace(block, only=left or None))
    return replace(section, blocks=tuple(blocks))


def _holds_elsewhere(only: frozenset[Condition]) -> bool:
    return not centres_named(only) or OTHER_CENTRE in only


def variants(document: Document) -> list[Document]:
    """Return the texts that people get: one for each situation, or one for everybody."""
    return [document.for_situation(situation) for situation in document.situations]


def parse_document(body: str) -> Document:
    """Take a body apart.

    Raises:
        MarkdownError: It breaks a rule; the first breach. `problems` gives all.
    """
    document, found = _examined(body)
    if document is None:
        raise found[0]
    return document


def problems(body: str) -> list[MarkdownError]:
    """Return everything in a body that breaks the rules of articles, in the order of lines."""
    return list(_examined(body)[1])


@lru_cache(maxsize=2048)
def _examined(body: str) -> tuple[Document | None, tuple[MarkdownError, ...]]:
    """Take a body apart once for all who ask: the document, or the breaches of rules."""
    unreadable = (*_too_long(body), *_control_characters(body))
    if unreadable:
        return None, unreadable
    tokens = _parser().parse(body)
    lines = body.split("\n")
    found = [
        *_refused_tokens(tokens),
        *_headings(tokens),
        *_containers(tokens, lines),
        *_links(tokens),
    ]
    document = None
    if not found:
        document = _read(lines, tokens)
        found = [*_order(document), *_emptiness(document), *_left_out_elsewhere(document)]
    if found:
        return None, tuple(sorted(found, key=lambda error: error.line))
    return document, ()


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").disable("reference")
    return parser.use(container_plugin, "only", validate=_is_only)


def _is_only(parameters: str, _markup: str) -> bool:
    return parameters.split()[:1] == ["only"]


def _read(lines: list[str], tokens: list[Token]) -> Document:
    parts = [Section(None, "", (), 1)]
    blocks: list[Block] = []
    for index, token in enumerate(tokens):
        if token.level != 0 or token.nesting < 0 or token.map is None:
            continue
        start, end = token.map
        if token.type == "heading_open":
            parts[-1] = replace(parts[-1], blocks=tuple(blocks))
            blocks = []
            heading, key = _heading(tokens[index + 1])
            parts.append(Section(key, heading, (), start + 1))
        elif token.type == "container_only_open":
            text = "\n".join(lines[start + 1 : end]).strip("\n")
            blocks.append(Block(text, _conditions(token), start + 1))
        else:
            text = "\n".join(lines[start:end]).rstrip("\n")
            if token.type == "paragraph_open":
                text = text.lstrip()  # or it could become part of a list that comes before it
            blocks.append(Block(text, None, start + 1))
    parts[-1] = replace(parts[-1], blocks=tuple(blocks))
    return Document(parts[0], tuple(parts[1:]))


def _heading(inline: Token) -> tuple[str, SectionKey | None]:
    match = _HEADING.match(inline.content)
    if match is None:
        return inline.content, None
    key = match["key"]
    return match["text"], key if _is_section_key(key) else None


def _is_section_key(value: str) -> TypeGuard[SectionKey]:
    return value in SECTION_KEYS


def _conditions(container: Token) -> frozenset[Condition]:
    return frozenset(word for word in container.info.split()[1:] if is_condition(word))


def _too_long(body: str) -> Iterator[MarkdownError]:
    if len(body) > LONGEST_BODY:
        yield MarkdownError(
            1,
            later(
                "the text has %(length)s characters, %(most)s are allowed; shorten it.",
                length=len(body),
                most=LONGEST_BODY,
            ),
        )


def _control_characters(body: str) -> Iterator[MarkdownError]:
    for number, line in enumerate(body.split("\n"), start=1):
        if any(ord(character) < 32 and character != "\t" for character in line):
            yield MarkdownError(number, later("the line holds a control character; remove it."))


def _refused_tokens(tokens: list[Token]) -> Iterator[MarkdownError]:
    for line, token in _with_lines(tokens):
        if token.type not in _ALLOWED and token.nesting >= 0:
            what = _REFUSED.get(token.type)
            if what:
                yield MarkdownError(line, what)
        elif token.type in {"bullet_list_open", "ordered_list_open"} and token.level > 2:
            yield MarkdownError(
                line, later("a list in a list in a list is too deep; write it flatter.")
            )


def _with_lines(tokens: list[Token]) -> Iterator[tuple[int, Token]]:
    """Yield all tokens, also those inside of paragraphs, with the line of their block."""
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        yield line, token
        for child in token.children or ():
            yield line, child


def _headings(tokens: list[Token]) -> Iterator[MarkdownError]:
    allowed = ", ".join(SECTION_KEYS)
    for token, inline in pairwise(tokens):
        if token.type != "heading_open" or token.map is None:
            continue
        line = token.map[0] + 1
        if token.tag != "h2" or token.markup != "##":
            yield MarkdownError(line, later("headings are written with two number signs, `## `."))
        elif token.level != 0:
            yield MarkdownError(
                line, later("a heading stands outside of lists and `::: only` blocks.")
            )
        elif _heading(inline)[1] is None:
            yield MarkdownError(
                line,
                later(
                    "the heading needs a key at its end, such as {#steps}; keys: %(keys)s.",
                    keys=allowed,
                ),
            )
        elif any(child.type != "text" for child in inline.children or ()):
            yield MarkdownError(line, later("a heading is plain text; remove the marks in it."))


def _containers(tokens: list[Token], lines: list[str]) -> Iterator[MarkdownError]:
    for token in tokens:
        if token.type != "container_only_open" or token.map is None:
            continue
        line, end = token.map[0] + 1, token.map[1]
        words = token.info.split()[1:]
        unknown = [word for word in words if not is_condition(word)]
        if unknown or not words:
            yield MarkdownError(
                line,
                later(
                    "`::: only` takes %(words)s, not %(word)s; correct it.",
                    words=", ".join([*CONDITIONS, "centre:…", OTHER_CENTRE]),
                    word=unknown[0] if unknown else later("nothing"),
                ),
            )
        elif len(set(words)) != len(words) or _names_all(_conditions(token)):
            yield MarkdownError(
                line,
                later("`::: only` names one word twice or all words of a kind; correct it."),
            )
        if token.level != 0:
            yield MarkdownError(
                line,
                later("an `::: only` block stands outside of lists and of other blocks; move it."),
            )
        elif end >= len(lines) or not lines[end].strip().startswith(":::"):
            yield MarkdownError(
                line, later("the `::: only` block has no end; add a line with `:::`.")
            )
        elif not "".join(lines[line:end]).strip():
            yield MarkdownError(line, later("the `::: only` block is empty; remove it."))


def _names_all(words: frozenset[Condition]) -> bool:
    return any(words >= set(closed) for closed in WORDS.values())


def _links(tokens: list[Token]) -> Iterator[MarkdownError]:
    headings = {id(inline) for token, inline in pairwise(tokens) if token.type == "heading_open"}
    for line, token in _with_lines(tokens):
        if token.type == "link_open":
            target = str(token.attrs["href"])
            if not target.startswith(LINK_SCHEMES):
                yield MarkdownError(
                    line,
                    later(
                        "the link to %(target)s must begin with one of %(schemes)s",
                        target=target,
                        schemes=" ".join(LINK_SCHEMES),
                    ),
                )
            elif any(bracket in target for bracket in "()"):
                yield MarkdownError(
                    line,
                    later(
                        "write the brackets in the link to %(target)s as %(codes)s.",
                        target=target,
                        codes="%28 %29",
                    ),
                )
            elif target.startswith("fact:") and not FACT_LINK.fullmatch(f"[x]({target})"):
                yield MarkdownError(
                    line,
                    later(
                        "%(target)s is no name of a fact; write fact: and its name in facts.yml.",
                        target=target,
                    ),
                )
            elif "title" in token.attrs:
                yield MarkdownError(
                    line, later("remove the text after the address %(target)s.", target=target)
                )
        elif token.type == "inline" and id(token) not in headings:
            yield from _text_between(line, token.children or [])


def _text_between(line: int, children: list[Token]) -> Iterator[MarkdownError]:
    in_link, label = False, ""
    for child in children:
        if child.type == "link_open":
            in_link, label = True, ""
        elif child.type == "link_close":
            if in_link and not label.strip():
                yield MarkdownError(line, later("a link has no text; write [text](address)."))
            elif "[" in label or "]" in label:
                yield MarkdownError(
                    line, later("write the link's text without brackets: %(text)s", text=label)
                )
            in_link = False
        elif child.type == "text":
            label += child.content
            if _MARKDOWN_LEFT_OVER.search(child.content):
                yield MarkdownError(
                    line,
                    later(
                        "marks that are not understood remain in the text: %(text)s",
                        text=child.content[:60],
                    ),
                )
            elif not in_link and _BARE_ADDRESS.search(child.content):
                yield MarkdownError(
                    line,
                    later(
                        "write the address as [text](https://…): %(text)s", text=child.content[:60]
                    ),
                )


def _order(document: Document) -> Iterator[MarkdownError]:
    places = [
        (SECTION_KEYS.index(section.key), section) for section in document.sections if section.key
    ]
    for (before, _), (after, section) in pairwise(places):
        if before == after:
            yield MarkdownError(
                section.line,
                later("the section %(key)s is there twice; join them.", key=section.key),
            )
        elif before > after:
            yield MarkdownError(
                section.line,
                later(
                    "the section %(key)s stands too late; the order is %(keys)s.",
                    key=section.key,
                    keys=", ".join(SECTION_KEYS),
                ),
            )


def _emptiness(document: Document) -> Iterator[MarkdownError]:
    for variant in variants(document):
        if not variant.lead.blocks:
            yield MarkdownError(
                1,
                later(
                    "there is no direct answer before the first heading; write it, for all readers."
                ),
            )
            break
    for section in document.sections:
        if not section.blocks:
            yield MarkdownError(
                section.line, later("the section %(key)s is empty; remove it.", key=section.key)
            )


def _left_out_elsewhere(document: Document) -> Iterator[MarkdownError]:
    """Yield what leaves people of other centres, or of an unknown one, without a text."""
    for section in document.sections:
        conditions = [block.only or frozenset() for block in section.blocks]
        if conditions and not any(_holds_elsewhere(only) for only in conditions):
            yield MarkdownError(
                section.line,
                later(
                    "the section %(key)s has no text for people of other centres; "
                    "add one between `::: only other_centre` and `:::`.",
                    key=section.key,
                ),
            )
    if not document.centres:
        for part in document.parts:
            for block in part.blocks:
                if OTHER_CENTRE in (block.only or ()):
                    yield MarkdownError(
                        block.line,
                        later(
                            "`other_centre` is for those whom no `centre:…` names, but there is "
                            "none; name a centre, or remove the word."
                        ),
                    )

"""Articles put into words for the chat, for a page, and for search and training.

The chat's subset of Markdown: paragraphs separated by an empty line, `**bold**`,
`[text](address)`, lists whose lines begin with `- ` or `1. ` (an inner list is indented by three
spaces), and line breaks inside a paragraph. Nothing is escaped, nothing else has a meaning.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from knowledge.documents import LINK_SCHEMES, Block, Document, Section
from knowledge.situations import Condition

TopicAddress = Callable[[str], str | None]
"""Gives the address of another topic's page, or None where its name is shown without a link."""

_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "h2", "br", "div"}
_ATTRIBUTES = {"a": {"href"}, "h2": {"id"}, "ol": {"start"}}
_CLASSES = {"div": {"only"}, "p": {"only-for"}}
_SCHEMES = {"https", "http", "mailto", "tel"}


ForWhom = Callable[[frozenset[Condition]], str]
"""Says in words in which situations a part holds."""


def no_address(_topic: str) -> str | None:
    """Show the names of other topics without links."""
    return None


def to_chat(section: Section, topic_address: TopicAddress = no_address) -> str:
    """Return a section in the chat's subset of Markdown, with its heading in bold."""
    tree = SyntaxTreeNode(_tokens(section.text, topic_address))
    blocks = [f"**{section.heading}**"] if section.heading else []
    blocks += [_chat_block(node, indent="") for node in tree.children]
    return "\n\n".join(blocks)


def to_html(
    document: Document,
    topic_address: TopicAddress = no_address,
    for_whom: ForWhom | None = None,
) -> str:
    """Return a document as safe HTML: h2 with the section's key as id, paragraphs, lists, links.

    No script, style, picture or foreign address scheme survives (nh3).

    Args:
        document: What is shown.
        topic_address: Gives the address of another topic's page, for links to it.
        for_whom: Where parts that hold in some situations only are to be marked: each stands
            in `<div class="only">`, after `<p class="only-for">` with these words.
    """
    parser = _parser()
    parts: list[str] = []
    for section in document.parts:
        if section.heading:
            parts.append(f'<h2 id="{section.key}">{html.escape(section.heading)}</h2>\n')
        tokens: list[Token] = []
        for block in section.blocks if for_whom else ():
            tokens += _marked(block, for_whom) if block.only and for_whom else _parsed(block.text)
        tokens = _finished(tokens or _parsed(section.text), topic_address)
        parts.append(parser.renderer.render(tokens, parser.options, {}))
    return nh3.clean(
        "".join(parts),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes=_SCHEMES | {""},
    )


def _marked(block: Block, for_whom: ForWhom) -> list[Token]:
    begin = '<div class="only">\n<p class="only-for">'
    label = html.escape(for_whom(block.only or frozenset()))
    return [
        Token("html_block", "", 0, content=f"{begin}{label}</p>\n"),
        *_parsed(block.text),
        Token("html_block", "", 0, content="</div>\n"),
    ]


def to_passages(section: Section) -> list[str]:
    """Return a section's paragraphs and lists as plain text, each on one line.

    A list is one passage, after the heading it stands under.
    """
    passages = []
    for block in section.blocks:
        for node in SyntaxTreeNode(_tokens(block.text, no_address)).children:
            text = " ".join(_plain(node))
            is_list = node.type.endswith("_list")
            passages.append(f"{section.heading}: {text}" if is_list and section.heading else text)
    return passages


def links(document: Document) -> list[str]:
    """Return the addresses of all links, also `topic:` ones, in the order in which they stand."""
    parser = _parser()
    found = []
    for section in document.parts:
        for token in parser.parse(section.text):
            found += [str(c.attrs["href"]) for c in token.children or () if c.type == "link_open"]
    return found


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable("reference")


def _parsed(text: str) -> list[Token]:
    return _parser().parse(text)


def _tokens(text: str, topic_address: TopicAddress) -> list[Token]:
    return _finished(_parsed(text), topic_address)


def _finished(tokens: list[Token], topic_address: TopicAddress) -> list[Token]:
    for token in tokens:
        if token.children:
            token.children = _resolve_links(token.children, topic_address)
    _tighten_lists(tokens)
    _number_lists(tokens)
    return tokens


def _resolve_links(children: Sequence[Token], topic_address: TopicAddress) -> list[Token]:
    kept: list[Token] = []
    is_dropped = False
    for child in children:
        if child.type == "link_open":
            target: str | None = str(child.attrs["href"])
            if target is not None and target.startswith("fact:"):
                target = None  # its words stay: what is shown has had its facts filled in
            elif target is not None and target.startswith("topic:"):
                target = topic_address(target.removeprefix("topic:"))
            elif target is not None and not target.startswith(LINK_SCHEMES):
                target = None
            is_dropped = target is None
            if target is not None:
                child.attrSet("href", target)
                kept.append(child)
        elif child.type != "link_close" or not is_dropped:
            kept.append(child)
    return kept


def _tighten_lists(tokens: Sequence[Token]) -> None:
    """Show list items without paragraphs, however many empty lines a left-out block left."""
    for item, paragraph, _inline, end in zip(
        tokens, tokens[1:], tokens[2:], tokens[3:], strict=False
    ):
        if item.type == "list_item_open" and paragraph.type == "paragraph_open":
            paragraph.hidden = end.hidden = True


def _number_lists(tokens: Sequence[Token]) -> None:
    """Number without gaps: a list that does not begin with 1 goes on from the one before it."""
    counts: list[int] = []
    last_at_level: dict[int, int] = {}
    for token in tokens:
        if token.type == "ordered_list_open":
            is_continued = token.attrs.get("start", 1) != 1
            start = last_at_level.get(token.level, 0) + 1 if is_continued else 1
            token.attrs = {"start": start} if start != 1 else {}
            counts.append(start - 1)
        elif token.type == "bullet_list_open":
            counts.append(0)
        elif token.type == "list_item_open":
            counts[-1] += 1
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            last = counts.pop()
            if token.type == "ordered_list_close":
                last_at_level[token.level] = last


def _chat_block(node: SyntaxTreeNode, indent: str) -> str:
    if node.type == "paragraph":
        return indent + _chat_inline(node.children[0])
    if node.type in {"bullet_list", "ordered_list"}:
        return "\n".join(_chat_list(node, indent))
    return indent + " ".join(_plain(node))


def _chat_list(node: SyntaxTreeNode, indent: str) -> Iterator[str]:
    number = int(node.attrs.get("start", 1))
    for place, item in enumerate(node.children, start=number):
        mark = f"{place}. " if node.type == "ordered_list" else "- "
        children = list(item.children)
        first = ""
        if children and children[0].type == "paragraph":
            first = _chat_inline(children.pop(0).children[0], " ")
        yield indent + mark + first
        for child in children:
            yield _chat_block(child, indent + "   ")


def _chat_inline(inline: SyntaxTreeNode, line_break: str = "\n") -> str:
    return "".join(_chat_piece(child, line_break) for child in inline.children)


def _chat_piece(node: SyntaxTreeNode, line_break: str) -> str:
    if node.type == "text":
        return node.content
    if node.type == "softbreak":
        return " "
    if node.type == "hardbreak":
        return line_break
    inner = _chat_inline(node, line_break)
    if node.type == "strong":
        return f"**{inner}**"
    if node.type == "link":
        return f"[{inner}]({node.attrs['href']})"
    return inner or node.content


def _plain(node: SyntaxTreeNode) -> list[str]:
    """Return the text of a node, one entry for each paragraph in it."""
    if node.type == "inline":
        words = [_plain_piece(child) for child in node.children]
        return [" ".join("".join(words).split())]
    return [text for child in node.children for text in _plain(child)]


def _plain_piece(node: SyntaxTreeNode) -> str:
    if node.type in {"softbreak", "hardbreak"}:
        return " "
    if node.children:
        return "".join(_plain_piece(child) for child in node.children)
    return node.content

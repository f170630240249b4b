"""From the Markdown of the chat's messages to HTML that is safe to show.

The subset: paragraphs, `**bold**`, `[text](address)`, lists with `- ` or `1. `, line breaks.
Nothing is escaped, and nothing else has a meaning. Web and mail addresses and Danish telephone
numbers that stand in the text become links, so that a phone can open, write or call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a"}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_SCHEMES = {"https", "http", "mailto", "tel"}

_CONTACT = re.compile(
    r"(?P<https>https://[^\s<>()\"]*[^\s<>()\".,;:!?])"
    r"|(?P<mailto>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<tel>\+45(?: ?\d{2}){4})(?!\d)"
)


class _Renderer(RendererHTML):
    """Markdown-it's renderer, with links made of addresses in plain text."""

    def renderInline(  # noqa: N802 (the library's name)
        self, tokens: Sequence[Token], options: OptionsDict, env: EnvType
    ) -> str:
        return super().renderInline(list(_with_links(tokens)), options, env)


_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=_Renderer).disable(
    [
        "autolink",
        "backticks",
        "blockquote",
        "code",
        "entity",
        "escape",
        "fence",
        "heading",
        "hr",
        "html_block",
        "html_inline",
        "image",
        "lheading",
        "reference",
    ]
)


def to_html(text: str) -> str:
    """Return the HTML of a text in the chat's subset of Markdown.

    HTML in the text is shown as it was typed; what is made of it is cleaned once more with nh3.
    """
    return nh3.clean(
        _parser.render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel="noopener noreferrer",
    )


def _with_links(tokens: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type != "text" or depth:
            yield token
            continue
        html, end = "", 0
        for found in _CONTACT.finditer(token.content):
            html += escape(token.content[end : found.start()]) + _link(found)
            end = found.end()
        yield Token("html_inline", "", 0, content=html + escape(token.content[end:]))


def _link(found: re.Match[str]) -> str:
    shown = found[0]
    scheme = found.lastgroup
    address = shown if scheme == "https" else f"{scheme}:{shown.replace(' ', '')}"
    return f'<a href="{escape(address)}">{escape(shown)}</a>'

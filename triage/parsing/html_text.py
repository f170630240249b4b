"""From the HTML of a mail to plain text, with the beginning of the quoted thread marked.

One pass over the tags, in linear time. html2text was left: the standard library's parser under it
takes minutes for some broken markup of a few hundred kB, and a mail must not hold up the next.
"""

from __future__ import annotations

import html
import re

QUOTE_MARK = "\u241e\u241e"
"""Stands on a line of its own where a mail program's markup begins the quoted thread."""

MAX_CHARACTERS = 500_000
"""HTML beyond this is not read; it is machine-made."""

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)([^<>]*)>|<!--|<[!?/][^<>]*>")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_BLANK_LINES = re.compile(r"\n{3,}")

_PARAGRAPHS = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "hr", "dl"]
)
_LINES = frozenset(
    [
        "br",
        "div",
        "li",
        "tr",
        "dt",
        "dd",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "center",
        "address",
        "form",
        "option",
        "fieldset",
        "caption",
        "tbody",
        "thead",
        "title",
    ]
)
_CELLS = frozenset({"td", "th"})
_NOT_READ = frozenset({"script", "style", "title", "template"})
_SWALLOWING = frozenset({"script", "style"})
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "col", "area", "wbr", "source"})

# An image within the markup itself may be larger than all that is read.
_EMBEDDED = re.compile(r"data:[\w/+.-]{0,100};base64,[A-Za-z0-9+/=%\s]*")

# What nobody sees must not decide anything. Elements hidden beyond the first hundred are read.
_HIDDEN = re.compile(
    r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden|mso-hide\s{0,9}:\s{0,9}all"
    r"|font-size\s{0,9}:\s{0,9}0(?:px|pt|em|%)?\s{0,9}[;\"']|(?:^|\s)hidden(?:\s|=|$)",
    re.IGNORECASE,
)
_MOST_HIDDEN = 100

# How mail programs mark what they quote: Gmail, Outlook (desktop, web, old), Thunderbird, Apple
# Mail, Yahoo, Proton, Zimbra.
_QUOTE_START = re.compile(
    r"""\b(?:
        class=["']?(?:gmail_quote|moz-cite-prefix|yahoo_quoted|protonmail_quote|OutlookMessageHeader)
      | id=["']?(?:appendonsend|divRplyFwdMsg|yahoo_quoted|zwchr|stopSpelling)
      | id=["']?mail-editor-reference-message-container
      | type=["']?cite
      | data-marker=["']?__DIVIDER
    )""",
    re.VERBOSE | re.IGNORECASE,
)


def html_to_text(markup: str) -> str:
    """Return the readable text of HTML: no links, images or styles; block quotes begin with `>`.

    Where the markup shows that the quoted thread begins, a line holds `QUOTE_MARK`.
    """
    markup = _EMBEDDED.sub("", markup)[:MAX_CHARACTERS]
    seen = _text_of(markup, hidden_left=_MOST_HIDDEN)
    return seen or _text_of(markup, hidden_left=0)


def _text_of(markup: str, *, hidden_left: int) -> str:
    writer = _Writer()
    position = 0
    unclosed: set[str] = set()
    while (tag := _TAG.search(markup, position)) is not None:
        writer.text(markup[position : tag.start()])
        position = tag.end()
        if tag.group() == "<!--":
            end = markup.find("-->", position)
            position = len(markup) if end < 0 else end + 3
        elif tag[2]:
            name, closing = tag[2].lower(), bool(tag[1])
            writer.tag(name, closing, tag[3])
            if closing or name in unclosed:
                continue
            if name in _NOT_READ:
                end = _end_of_raw(markup, name, position)
            elif hidden_left and name not in _VOID and _HIDDEN.search(tag[3][:2000]):
                hidden_left -= 1
                end = _end_of(markup, name, position)
            else:
                continue
            if end < 0:
                # It never ends. Of what is no text nothing is read then; else what follows is.
                unclosed.add(name)
                end = len(markup) if name in _SWALLOWING else position
            position = end
    writer.text(markup[position:])
    return writer.result()


def _end_of_raw(markup: str, name: str, position: int) -> int:
    """Return the place after the end of an element without elements in it; -1 when it has none."""
    found = re.compile(rf"</{name}[^<>]*>?", re.IGNORECASE).search(markup, position)
    return -1 if found is None else found.end()


def _end_of(markup: str, name: str, position: int) -> int:
    """Return the place after an element that has begun; -1 when it never ends."""
    depth = 1
    for tag in re.compile(rf"<(/?){name}\b[^<>]*>", re.IGNORECASE).finditer(markup, position):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    return -1


class _Writer:
    """Collects lines of text as tags and words come by."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._depth = 0
        self._preformatted = False
        self._marked = False

    def text(self, raw: str) -> None:
        words = html.unescape(raw).replace("\xa0", " ")
        if self._preformatted:
            first, *others = words.split("\n")
            self._line.append(first)
            for other in others:
                self._end_line()
                self._line.append(other)
        elif words:
            self._line.append(_SPACE.sub(" ", words))

    def tag(self, name: str, closing: bool, attributes: str) -> None:
        if not self._marked and not closing and _QUOTE_START.search(attributes[:600]):
            self._marked = True
            self._end_line()
            self._lines.append(QUOTE_MARK)
        if name in _CELLS:
            self._line.append(" ")
        elif name in _PARAGRAPHS:
            self._end_line()
            self._lines.append("")
        elif name in _LINES:
            self._end_line(even_empty=name == "br")
        if name == "li" and not closing:
            self._line.append("- ")
        elif name == "blockquote":
            self._depth = max(0, self._depth + (-1 if closing else 1))
        elif name == "pre":
            self._preformatted = not closing

    def _end_line(self, *, even_empty: bool = False) -> None:
        joined = "".join(self._line)
        line = joined.rstrip() if self._preformatted else _SPACE.sub(" ", joined).strip()
        if line or even_empty or self._preformatted:
            self._lines.append("> " * min(self._depth, 10) + line if line else "")
        self._line = []

    def result(self) -> str:
        self._end_line()
        return _BLANK_LINES.sub("\n\n", "\n".join(self._lines)).strip()

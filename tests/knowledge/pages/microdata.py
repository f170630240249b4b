"""Microdata read out of HTML, as far as our pieces use it (https://html.spec.whatwg.org/#microdata)."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "img", "input"}
_VALUE_IN = {"meta": "content", "link": "href", "a": "href", "time": "datetime"}


@dataclass
class Item:
    """A thing and what is said of it.

    Attributes:
        kind: The last part of its type's address at schema.org.
        properties: By name; each has one or more texts or items.
    """

    kind: str
    properties: dict[str, list[str | Item]] = field(default_factory=dict)

    def texts(self, name: str) -> list[str]:
        return [one for one in self.properties.get(name, []) if isinstance(one, str)]

    def items(self, name: str) -> list[Item]:
        return [one for one in self.properties.get(name, []) if isinstance(one, Item)]


@dataclass
class _Open:
    tag: str
    item: Item | None = None
    name: str | None = None
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.top: list[Item] = []
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self._open: list[_Open] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.attributes += given
        here, name = _Open(tag), given.get("itemprop")
        if "itemscope" in given:
            kind = given["itemtype"] or ""
            assert kind.startswith("https://schema.org/"), kind
            here.item = Item(kind.removeprefix("https://schema.org/"))
            if name:
                self._say(name, here.item)
            else:
                self.top.append(here.item)
        elif name:
            value = given.get(_VALUE_IN.get(tag, ""))
            if value is None:
                here.name = name
            else:
                self._say(name, value)
        if tag not in _VOID:
            self._open.append(here)

    def handle_data(self, data: str) -> None:
        for here in self._open:
            here.text += data

    def handle_endtag(self, tag: str) -> None:
        here = self._open.pop()
        assert here.tag == tag, f"<{here.tag}> is closed by </{tag}>"
        if here.name:
            self._say(here.name, " ".join(here.text.split()))

    def _say(self, name: str, value: str | Item) -> None:
        item = next(here.item for here in reversed(self._open) if here.item)
        item.properties.setdefault(name, []).append(value)

    def close(self) -> None:
        super().close()
        assert self._open == [], "an element is not closed"


def read(html: str) -> _Reader:
    """Return what stands in a piece of HTML; it fails where elements are not nested well."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader

"""Joins the lines of text that was sent as format=flowed (RFC 3676)."""

from __future__ import annotations


def joined(text: str, *, delete_space: bool) -> str:
    r"""Return a text with its paragraphs on one line each.

    Args:
        text: With `\n` at line ends.
        delete_space: Whether the space at a line's end is none of the text (`delsp=yes`).
    """
    lines: list[list[str]] = []
    flowing: int | None = None
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        if flows and delete_space:
            content = content[:-1]
        if flowing == depth and content != "-- ":
            lines[-1].append(content)
        else:
            lines.append([f"{'>' * depth} " if depth else "", content])
        flowing = depth if flows else None
    return "\n".join("".join(pieces) for pieces in lines)

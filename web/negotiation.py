"""Which language to speak to a browser that has not said it in the address."""

from __future__ import annotations

from collections.abc import Sequence

from language.languages import Language


def preferred(
    accept_language: str | None, available: Sequence[Language], default: Language
) -> Language:
    """Return the first available language that a browser asks for (RFC 9110, section 12.5.4).

    Args:
        accept_language: The header Accept-Language, for example `pl-PL,pl;q=0.9,en;q=0.8`.
        available: The languages of the page.
        default: What to take when the browser asks for none of them.
    """
    wishes = [_wish(part) for part in (accept_language or "")[:500].split(",")]
    for _, code in sorted(wishes, key=lambda wish: -wish[0]):
        for language in available:
            if code == language:
                return language
    return default


def _wish(part: str) -> tuple[float, str]:
    tag, _, parameter = part.partition(";")
    code = tag.strip().lower().partition("-")[0]
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0, code
    try:
        weight = float(value)
    except ValueError:
        return 0.0, ""
    return (weight, code) if 0 < weight <= 1 else (0.0, "")

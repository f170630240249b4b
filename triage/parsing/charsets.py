"""From the bytes of a mail to text, whatever character set they claim to be in."""

from __future__ import annotations

import codecs
import re
import unicodedata

# What is declared, and what it means in practice (WHATWG Encoding Standard, section 4.2: labels of
# narrow sets are read as the wider set that contains them).
_WIDER = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "cp950",
}

# Character sets whose texts may be ASCII bytes alone, or zero bytes: the declaration decides.
_STATEFUL = re.compile(r"utf-?7|utf-?16|utf-?32|iso-?2022|^hz", re.IGNORECASE)

# Sets of 7-bit bytes, and what programs send under their names in 8 bits.
_SEVEN_BIT = {"iso2022_jp": ("euc_jp", "cp932"), "iso2022_kr": ("cp949",), "hz": ("gb18030",)}

# One-byte sets that senders of the six languages use, and confuse with one another.
_ONE_BYTE = ("cp1252", "cp1250", "cp1257", "iso8859-2", "iso8859-13", "iso8859-16")

# Letters of other scripts than the Latin one, in a row; and one or two of them in a Latin word.
_OTHER_SCRIPT = r"[\u0370-\u1dff\u2e80-\uffff]"
_OTHER_RUN = re.compile(rf"{_OTHER_SCRIPT}+")
_WITHIN_WORD = re.compile(
    rf"[a-z]{_OTHER_SCRIPT}{{1,2}}(?=[a-z ])|(?<=[a-z ]){_OTHER_SCRIPT}{{1,2}}[a-z]"
)

# So many bytes are enough to tell one set from another.
_SAMPLE = 20_000

_LETTERS = frozenset("æøåÆØÅéÉäöüÄÖÜßąćęłńóśźżĄĆĘŁŃÓŚŹŻčėįšųūžČĖĮŠŲŪŽăâîșțşţĂÂÎȘȚŞŢ")
_TYPOGRAPHY = frozenset("–—‘’‚“”„…•€§°·«»\xa0´¨™®©½¼¾×²‹›\xad‑−→")

# Neither PostgreSQL nor JSON readers take these; the invisible ones only hide text.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u200b-\u200f\u2028-\u202e\u2060-\u2064"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def decode(content: bytes, declared: str | None = None) -> str:
    """Return the text of some bytes; never raises.

    What is valid UTF-8 is read as UTF-8, whatever was declared. A declared one-byte set is
    believed unless it gives characters that none of the six languages has where another set
    gives none. What cannot be read becomes U+FFFD.

    Args:
        content: The bytes, after the transfer encoding was undone.
        declared: The name of the character set that the mail gives, if any.
    """
    codec = _codec(declared)
    if codec is not None and _STATEFUL.search(codec) and _is_stateful(content, codec):
        return content.decode(codec, "replace")
    for bom, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):  # fmt: skip
        if content.startswith(bom):
            return content.decode(name, "replace").lstrip("\ufeff")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(content, codec)


def _is_stateful(content: bytes, codec: str) -> bool:
    """Whether bytes can be in a set whose texts are 7-bit, or that has two or four bytes a letter."""
    if codec.replace("_", "-").startswith(("utf-16", "utf-32")):
        return b"\x00" in content
    return content.isascii()


def clean(text: str) -> str:
    r"""Return text without control, invisible and unpaired characters, composed (NFC).

    Line ends become `\\n`; tabs stay.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNWANTED.sub("", lines))


def _codec(declared: str | None) -> str | None:
    if not declared:
        return None
    name = declared.strip().strip("\"'").lower()
    try:
        found = codecs.lookup(name.removeprefix("x-").removesuffix("-i").removesuffix("-e"))
    except (LookupError, ValueError):
        return None
    # Python also has codecs that are no character sets, as rot13 and base64.
    if not found._is_text_encoding:  # noqa: SLF001 (there is no public way to ask)
        return None
    return _WIDER.get(found.name, found.name)


def _not_utf8(content: bytes, codec: str | None) -> str:
    if _nearly_utf8(content, sure=codec != "utf-8"):
        return content.decode("utf-8", "replace")
    for wider in () if codec in {None, "utf-8", "ascii", *_ONE_BYTE} else _kin(codec or ""):
        text = content.decode(wider, "replace")
        if "\ufffd" not in text[:-1] and not _is_torn(text):
            return text
    candidates = [codec, *_ONE_BYTE] if codec in _ONE_BYTE else list(_ONE_BYTE)
    sample = content[:_SAMPLE]
    best = min(candidates, key=lambda name: _implausible(sample.decode(name or "", "replace")))
    return content.decode(best or "cp1252", "replace")


def _kin(codec: str) -> tuple[str, ...]:
    """Return the sets that texts may be in which are said to be in this one."""
    for name, sets in _SEVEN_BIT.items():
        if codec.startswith(name):
            return sets
    return () if _STATEFUL.search(codec) else (codec,)


def _nearly_utf8(content: bytes, *, sure: bool) -> bool:
    """Whether most of what is not ASCII is UTF-8, as in a text that was cut within a character.

    Args:
        content: The bytes.
        sure: Nothing says that they are UTF-8, so nearly all must be.
    """
    text = content.decode("utf-8", "replace").rstrip("\ufffd")
    wrong, foreign = text.count("\ufffd"), sum(ord(character) > 127 for character in text)
    return wrong * (20 if sure else 4) <= foreign and foreign > wrong


def _is_torn(text: str) -> bool:
    """Whether letters of another script stand within words of Latin ones, as no writer puts them.

    Accented letters look so when they are read in an East Asian or Cyrillic set.
    """
    return 2 * len(_WITHIN_WORD.findall(text)) > len(_OTHER_RUN.findall(text))


def _implausible(text: str) -> int:
    """How many characters look wrong for all of the six languages."""
    wrong = 0
    previous = " "
    for character in text:
        if ord(character) > 127:
            if character in _LETTERS:
                # A capital within a word ("paÆstwo") is hardly ever meant.
                wrong += character.isupper() and previous.islower()
            elif character == "\ufffd" or unicodedata.category(character) == "Cc":
                wrong += 3
            elif character not in _TYPOGRAPHY or previous.isalpha():
                wrong += 2 if character in _TYPOGRAPHY else 1
        previous = character
    return wrong

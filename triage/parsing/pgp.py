"""Recognises PGP within a text; nothing is decrypted and no signature is checked."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BEGIN = re.compile(
    r"-----BEGIN PGP (MESSAGE|SIGNED MESSAGE|SIGNATURE|PUBLIC KEY BLOCK)[^\n]{0,40}-----\s*"
)


@dataclass(frozen=True)
class WithoutPgp:
    """A text with what PGP put around it taken away.

    Attributes:
        text: What can be read.
        encrypted: The encrypted blocks.
        signed: Whether a signature stood around the text.
    """

    text: str
    encrypted: tuple[str, ...] = ()
    signed: bool = False


def without_pgp(text: str) -> WithoutPgp:
    r"""Take signatures, keys and encrypted blocks out of a text (RFC 9580, section 6.2).

    Args:
        text: With `\n` at line ends.
    """
    if "-----BEGIN PGP " not in text:
        return WithoutPgp(text)
    kept: list[str] = []
    encrypted: list[str] = []
    block: list[str] = []
    state, signed = "text", False
    for line in text.split("\n"):
        begin = _BEGIN.fullmatch(line)
        if begin is not None:
            signed = signed or begin[1] in {"SIGNED MESSAGE", "SIGNATURE"}
            state, block = begin[1], [line]
        elif state == "SIGNED MESSAGE":
            # Lines as "Hash: SHA256", until the first blank one.
            state = state if line.strip() else "signed text"
        elif state in {"text", "signed text"}:
            kept.append(line.removeprefix("- ") if state == "signed text" else line)
        else:
            block.append(line)
            if line.startswith("-----END PGP "):
                if state == "MESSAGE":
                    encrypted.append("\n".join(block))
                state = "text"
    if state == "MESSAGE":
        encrypted.append("\n".join(block))
    return WithoutPgp("\n".join(kept), tuple(encrypted), signed)

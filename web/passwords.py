"""Passwords: hashed with argon2id, refused when they are easy to guess."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from language.normalisation import fold
from web.errors import WeakPasswordError

hasher = PasswordHasher()
"""With argon2-cffi's defaults, the second recommendation of RFC 9106 (64 MiB, three passes)."""

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 256

# Long enough and yet tried first by everyone who guesses, folded.
_WELL_KNOWN = (
    "password",
    "passw0rd",
    "adgangskode",
    "kodeord",
    "qwerty",
    "asdfgh",
    "letmein",
    "welcome",
    "velkommen",
    "ankomst",
    "123456",
    "654321",
    "abcdef",
)
_RUNS = (
    "0123456789" * 4,
    "9876543210" * 4,
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
)


def check_strength(password: str, name: str) -> None:
    """Refuse a password that is easy to guess (after NIST SP 800-63B, 5.1.1.2).

    Args:
        password: The password as typed.
        name: The user's name, which must not be a part of it.

    Raises:
        WeakPasswordError: It is too short, too long, too uniform, or contains what all try first.
    """
    if len(password) < MINIMUM_LENGTH:
        raise WeakPasswordError(f"The password needs {MINIMUM_LENGTH} characters or more.")
    if len(password) > MAXIMUM_LENGTH:
        raise WeakPasswordError(f"The password may have {MAXIMUM_LENGTH} characters at most.")
    if len(set(password)) < 6:
        raise WeakPasswordError("The password repeats the same few characters; vary it more.")
    folded = fold(password)
    if len(name) >= 3 and fold(name) in folded:
        raise WeakPasswordError("The password contains the user's name; choose another.")
    rest = folded
    for known in _WELL_KNOWN:
        rest = rest.replace(known, "")
    if len(rest) < MINIMUM_LENGTH // 2 or any(folded in run for run in _RUNS):
        raise WeakPasswordError("The password is one that everybody tries first; choose another.")


def hash_password(password: str) -> str:
    """Return the argon2id hash, with salt and parameters in it."""
    return hasher.hash(password)


# No vowels, so that it spells nothing; nothing that looks like something else (l and 1, O and 0).
_LETTERS = "bcdfghjkmnpqrstvwxz23456789"


def generate(name: str) -> str:
    """Return a password that nobody can guess and everybody can type: four groups of five.

    27 characters in 20 places are 95 bits.

    Args:
        name: The user's name, which is not a part of it.
    """
    folded = fold(name)
    while True:
        password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))
        if len(folded) < 3 or folded not in password:
            return password


@cache
def _nobody() -> str:
    return hash_password("nobody has this password")


def verify(password_hash: str | None, password: str) -> bool:
    """Return whether a password fits a hash.

    It takes the same time when there is no hash, so that time does not tell who exists.
    """
    try:
        hasher.verify(password_hash or _nobody(), password[: MAXIMUM_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None

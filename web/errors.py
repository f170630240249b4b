"""What can go wrong in what all pages share."""

from __future__ import annotations


class WebError(Exception):
    """The base of this room's errors."""


class WeakPasswordError(WebError, ValueError):
    """A password is too easy to guess; the message says what is wanted."""


class SamePasswordError(WebError, ValueError):
    """The new password is the present one."""


class UserExistsError(WebError, ValueError):
    """There is a user of this name already."""


class UnknownUserError(WebError, LookupError):
    """There is no user of this name."""


class WrongPasswordError(WebError, ValueError):
    """The password given is not the user's present one."""


class SignInRequiredError(WebError):
    """The page is for staff, and nobody is signed in."""


class NotAllowedError(WebError, PermissionError):
    """The person signed in has no right to this page."""


class NewPasswordRequiredError(WebError, PermissionError):
    """The user was given a password and must choose one before anything else."""


class LastAdminError(WebError, ValueError):
    """Nobody would be left who can open accounts and change roles."""


class FormExpiredError(WebError, PermissionError):
    """A form came without the token of this session; it must be loaded and sent again."""


class TooManyRequestsError(WebError):
    """One client sent too much.

    Attributes:
        wait_seconds: After how many seconds the next request is let through.
    """

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"Too many requests; wait {wait_seconds} seconds.")
        self.wait_seconds = wait_seconds


class DuplicateTemplateError(WebError, ValueError):
    """Two rooms have a template of the same name, so that one would be shown for the other."""

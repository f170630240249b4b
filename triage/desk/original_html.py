"""The formatted version of a mail, made harmless: nothing in it runs, loads or sends anything."""

from __future__ import annotations

import re
from html import unescape

import nh3
from sqlalchemy.orm import Session

from language.masking import find_personal_numbers, mask
from storage.originals import Originals, OriginalsError
from triage.errors import UnreadableMailError
from triage.models import Mail
from triage.parsing.reading import read

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "dd", "del", "div", "dl", "dt", "em", "h1",
    "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "li", "ol", "p", "pre", "q", "s", "small",
    "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "td": {"colspan", "rowspan"}, "th": {"colspan"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
# Their text is no text of the mail.
_DROPPED = {"script", "style", "title", "head"}

_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)

MOST_CHARACTERS = 200_000


def safe_html(html: str) -> str:
    """Return the HTML of a mail without scripts, styles, pictures and forms, CPR numbers masked.

    After each link its true target is shown, whatever its words say.

    Args:
        html: As it came; what is beyond 200,000 characters is left out.
    """
    cleaned = nh3.clean(
        mask(html[:MOST_CHARACTERS]),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        clean_content_tags=_DROPPED,
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )
    return _LINK.sub(_with_target, mask(cleaned))


def _with_target(link: re.Match[str]) -> str:
    target, words = link[1], link[2]
    if words.strip() in {target, target.partition(":")[2]}:
        return link[0]
    return f'{link[0]} <span class="link-target">[{target}]</span>'


def shows_numbers(html: str) -> bool:
    """Return whether a personal number can be read in HTML although markup stands between its digits."""
    return bool(find_personal_numbers(unescape(_TAG.sub("", html))))


def formatted(session: Session, originals: Originals, mail_id: int) -> str | None:
    """Return the formatted version of a mail, safe to show; None when it has none.

    None too where personal numbers could be read in it: the plain text has them hidden.

    Only mail that the worker has read is read here.

    Args:
        session: A unit of work.
        originals: The mails as they came.
        mail_id: Of a mail in the ledger.
    """
    mail = session.get(Mail, mail_id)
    if mail is None or mail.original_id is None:
        return None
    if mail.text_new is None or mail.shelf == "unreadable":
        return None
    try:
        html = read(originals.read(session, mail.original_id)).html
    except (OriginalsError, UnreadableMailError):
        return None
    safe = safe_html(html) if html else ""
    return safe if safe and not shows_numbers(safe) else None

"""The mails of the fault test: as varied as an inbox, each known by its bytes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from random import Random

from language.languages import LANGUAGES
from tests.triage.servers import OWN_ADDRESS

LIMIT_MEGABYTES = 0.1
"""The size limit of the workers, so that some mails are beyond it."""

_SENTENCES = {
    "da": "Hvordan får jeg et skattekort? Jeg begynder på mandag.",
    "en": "How do I get a tax card? I start on Monday.",
    "pl": "Jak dostać kartę podatkową? Zaczynam w poniedziałek.",
    "lt": "Kaip gauti mokesčių kortelę? Pradedu pirmadienį.",
    "ro": "Cum obțin cardul fiscal? Încep luni.",
    "de": "Wie bekomme ich eine Steuerkarte? Ich fange am Montag an.",
}
_ABOUT = ("tax", "jobseeker", "visitation", "something else")


def digest(content: bytes) -> str:
    """What a mail is known by: its bytes, whatever the line ends."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()[:16]


def digest_of_first_part(content: bytes) -> str:
    """What a mail beyond the size limit is known by in the ledger."""
    on_the_line = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return digest(on_the_line[: int(LIMIT_MEGABYTES * 1_000_000)])


class MailWriter:
    """Writes mails, as varied as they come."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._number = 0
        self._written: list[bytes] = []
        self._message_ids: list[str] = []
        self._kinds: dict[Callable[[], bytes], int] = {
            self._plain: 40,
            self._html: 15,
            self._with_attachment: 12,
            self._automatic: 6,
            self._with_a_used_message_id: 8,
            self._identical_copy: 6,
            self._without_message_id: 5,
            self._broken: 4,
            self._unjudgeable: 2,
            self._too_large: 2,
        }

    def write(self) -> bytes:
        """Write the next mail, its lines ended by LF as in a Maildir."""
        (kind,) = self._chance.choices([*self._kinds], [*self._kinds.values()])
        self._number += 1
        content = kind()
        self._written.append(content)
        return content

    def _head(self, subject: str | None = None, **headers: str | None) -> str:
        number, chance = self._number, self._chance
        language = chance.choice(LANGUAGES)
        about = chance.choice(_ABOUT)
        message_id = f"<{number}.{chance.getrandbits(32):08x}@mail.example.org>"
        lines = {
            "From": f"Person {number} <person{number}@example.org>",
            "To": OWN_ADDRESS,
            "Subject": subject or f"{about} ({language}) {number}",
            "Date": "Mon, 16 Nov 2026 10:00:00 +0100",
            "Message-ID": message_id,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=utf-8",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        if lines["Message-ID"] == message_id:
            self._message_ids.append(message_id)
        return "".join(f"{name}: {value}\n" for name, value in lines.items() if value is not None)

    def _text(self) -> str:
        language = self._chance.choice(LANGUAGES)
        return f"{_SENTENCES[language]}\n" * self._chance.randint(1, 30) + f"\n{self._number}\n"

    def _plain(self) -> bytes:
        return f"{self._head()}\n{self._text()}".encode()

    def _html(self) -> bytes:
        head = self._head(Content_Type='multipart/alternative; boundary="between"')
        text = self._text()
        return (
            f"{head}\n--between\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--between\n"
            f"Content-Type: text/html; charset=utf-8\n\n<p>{text}</p>\n--between--\n"
        ).encode()

    def _with_attachment(self) -> bytes:
        head = self._head(Content_Type='multipart/mixed; boundary="between"')
        file = base64.encodebytes(self._chance.randbytes(self._chance.randint(10, 40_000)))
        return (
            f"{head}\n--between\nContent-Type: text/plain; charset=utf-8\n\n{self._text()}\n"
            "--between\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
            f'Content-Disposition: attachment; filename="{self._number}.pdf"\n\n{file.decode()}\n'
            "--between--\n"
        ).encode()

    def _automatic(self) -> bytes:
        return f"{self._head(Auto_Submitted='auto-replied')}\n{self._text()}".encode()

    def _with_a_used_message_id(self) -> bytes:
        """Another mail under a Message-ID that was seen before."""
        used = self._chance.choice(self._message_ids[-8:]) if self._message_ids else "<1@example>"
        return f"{self._head(Message_ID=used)}\n{self._text()}".encode()

    def _identical_copy(self) -> bytes:
        return self._chance.choice(self._written[-8:]) if self._written else self._plain()

    def _without_message_id(self) -> bytes:
        return f"{self._head(Message_ID=None)}\n{self._text()}".encode()

    def _broken(self) -> bytes:
        broken = (
            f"no header at all, {self._number}\n".encode(),
            f"{self._head(Content_Type='multipart/mixed; boundary=never')}\n{self._text()}".encode(),
            self._head().encode() + b"\n\xff\xfe\x81" + self._chance.randbytes(50).hex().encode(),
            f"Subject: =?x-none?B?{self._number}\n".encode(),
        )
        return self._chance.choice(broken)

    def _unjudgeable(self) -> bytes:
        return f"{self._head(f'cannot be judged {self._number}')}\n{self._text()}".encode()

    def _too_large(self) -> bytes:
        return self._plain() + b"a long line of nothing in particular\n" * 4_000

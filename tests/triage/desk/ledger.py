"""Mails in the ledger as the worker leaves them, made from real bytes by the real parser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from language.masking import mask
from storage.database import Database
from storage.originals import Originals
from storage.times import now
from tests.web.serving import ORIGINALS_KEY
from triage.letters.acknowledgement import answer_address
from triage.models import Case, Mail, Mailbox, MailTransition
from triage.parsing.message import parse
from triage.recording import read_columns
from triage.shelves import FOLDERS
from triage.states import MailState


@dataclass(frozen=True)
class Ledger:
    """Puts mails into the ledger of a database."""

    database: Database

    def add(self, raw: bytes, shelf: str | None, **columns: Any) -> int:
        """Add a mail, with its case, and return the id of the case, of the mail if it has none.

        Args:
            raw: The mail.
            shelf: Where it lies; None for one that is on its way.
            columns: Further columns of the ledger; `case` holds those of the case.
        """
        case_columns: dict[str, Any] = columns.pop("case", {})
        parsed = parse(raw)
        values: dict[str, Any] = {
            "state": MailState.ACKNOWLEDGED if shelf else MailState.PARSED,
            "received_at": now() - timedelta(hours=3),
            "sender": parsed.sender,
            "subject": mask(parsed.subject),
            "sent_at": parsed.date,
            "text_new": mask(parsed.text_new),
            "text_signature": mask(parsed.text_signature),
            "text_quoted": mask(parsed.text_quoted),
            "attachments": read_columns(parsed)["attachments"],
            "kind": "mail",
            "language": "pl",
            "queue": "tax",
            "confidence": 0.91,
            "decided": True,
            "topics": ["tax-card"],
            "reasons": [{"key": "sentence", "text": "Jak dostać kartę podatkową?"}],
            "shelf": shelf,
            "moved_at": now() if shelf else None,
            "acknowledgement": "sent" if shelf else None,
            "message_id": parsed.message_id,
            "reply_to": answer_address(parsed),
        }
        with self.database.transaction() as session:
            mailbox = session.scalar(select(Mailbox)) or Mailbox(
                name="ics", first_look_at=now(), last_round_trip_at=now(), old_mail="sort"
            )
            session.add(mailbox)
            session.flush()
            original = Originals(ORIGINALS_KEY).keep(session, raw)
            case = None
            if shelf:
                folder = next(name for place, name in FOLDERS.items() if place == shelf)
                values |= {
                    "target_folder": folder,
                    "target_uidvalidity": 1,
                    "target_uid": original,
                }
                case = Case(
                    **{"channel": "mail", "shelf": shelf, "opened_at": values["received_at"]}
                    | case_columns
                )
                session.add(case)
                session.flush()
            mail = Mail(
                mailbox_id=mailbox.id,
                folder="INBOX",
                uidvalidity=1,
                uid=original,
                sighted_at=now(),
                original_id=original,
                case_id=case.id if case else None,
                **(values | columns),
            )
            session.add(mail)
            session.flush()
            _note(mail, session, values["received_at"])
            return case.id if case else mail.id


def _note(mail: Mail, session: Any, at: datetime) -> None:
    way = [MailState.SIGHTED, MailState.KEPT, MailState.PARSED]
    if mail.shelf:
        way += [MailState.DECIDED, MailState.MOVING, MailState.MOVED, MailState.ACKNOWLEDGED]
    before: MailState | None = None
    for state in way:
        session.add(
            MailTransition(
                mail_id=mail.id,
                from_state=before,
                to_state=state,
                at=at,
                worker="worker-1",
                note="",
            )
        )
        before = state


POLISH = """\
From: Anna Nowak <anna@example.test>
To: ics@example.test
Subject: Karta podatkowa, CPR 010190-1234
Date: Mon, 23 Nov 2026 08:00:00 +0100
Message-ID: <1@example.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=mixed

--mixed
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Dzień dobry,

Jak dostać kartę podatkową? Mój CPR to 010190-1234.

Anna

On Mon, 16 Nov 2026 at 10:00, ICS <ics@example.test> wrote:
> Co możemy dla Pani zrobić?

--b
Content-Type: text/html; charset=utf-8

<html><head><title>x</title><style>body{color:red}</style></head>
<body onload="alert(1)"><p style="position:fixed">Dzień <b>dobry</b>,</p>
<script>alert(1)</script><img src="https://tracker.example/p.gif">
<p>CPR 010190-1234 <a href="https://example.test/x" onclick="y()">link</a>
<a href="javascript:alert(1)">zły</a></p>
<form action="https://evil.example"><input name="a"><button>Go</button></form></body></html>

--b--

--mixed
Content-Type: application/pdf
Content-Disposition: attachment; filename="umowa 010190-1234.pdf"
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--mixed--
""".encode()

DANISH = """\
From: Jens <jens@example.test>
To: ics@example.test
Subject: Opholdsbevis
Message-ID: <2@example.test>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Hvor kan jeg få et EU-opholdsbevis?
""".encode()

SIGNED = """\
From: Lone Bech <lone@example.test>
To: ics@example.test
Subject: Skattekort
Message-ID: <4@example.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=mixed

--mixed
Content-Type: text/plain; charset=utf-8

Hej

Se venligst vedhæftede.

Med venlig hilsen
Lone Bech

Lønbogholder
Vestmose Byg ApS
Tlf. 00 00 00 00, CPR 010190-1234

Denne mail kan indeholde fortrolige oplysninger.

--mixed
Content-Type: application/pdf
Content-Disposition: attachment; filename="Blanket 04063.pdf"

--mixed
Content-Type: image/jpeg
Content-Disposition: attachment; filename="IMG_2031.jpg"

--mixed--
""".encode()

AUTOMATIC = b"""\
From: noreply@example.test
To: ics@example.test
Subject: Out of office
Auto-Submitted: auto-replied
Message-ID: <3@example.test>
Content-Type: text/plain

I am away.
"""

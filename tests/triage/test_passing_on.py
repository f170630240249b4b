"""From the mailbox to the other authority: recognised, warned about, passed on by the worker."""

from __future__ import annotations

from sqlalchemy import select

from storage.originals import Originals
from tests.triage.bench import Bench
from tests.triage.composition import ORIGINALS_KEY, a_mail, mails_of
from tests.triage.reports import postfix
from tests.triage.servers import OWN_ADDRESS
from tests.triage.smtp_server import moody_smtp
from triage.cases.cases import read_case
from triage.letters.passing_on import Destination, pass_on
from triage.models import Case, CaseEvent, Mail, Reply
from triage.states import ReplyState

SIRI = Destination("siri", "sikker@siri.example.org")
BODY = (
    b"I applied to SIRI in May and have not heard anything from SIRI. My boss took my passport and"
    b" does not give it back."
)


def a_mail_for_siri() -> bytes:
    return a_mail(1).partition(b"Hello")[0] + BODY


def arrived(bench: Bench) -> Mail:
    bench.append(a_mail_for_siri())
    bench.worker().round()
    return mails_of(bench.database)[0]


def send_on(bench: Bench, case_id: int) -> int:
    with bench.database.transaction() as session:
        case = read_case(session, case_id)
        assert case is not None
        return pass_on(
            session,
            Originals(ORIGINALS_KEY),
            case,
            case.revision,
            SIRI,
            sender=OWN_ADDRESS,
            user="kim",
        )


def events(bench: Bench) -> list[str]:
    with bench.database.transaction() as session:
        rows = session.scalars(select(CaseEvent).order_by(CaseEvent.id))
        return [event.action for event in rows]


def test_a_mail_from_the_mailbox_is_recognised_and_passed_on(bench: Bench) -> None:
    mail = arrived(bench)
    assert (mail.authority, mail.urgency) == ("siri", 2)
    assert [warning["key"] for warning in mail.warnings or ()] == ["warning.forced_labour"]
    reply_id = send_on(bench, mail.case_id or 0)
    bench.worker().round()
    with bench.database.transaction() as session:
        assert session.get_one(Reply, reply_id).state == ReplyState.KEPT
        assert session.get_one(Case, mail.case_id).passed_on_to == "siri"
    assert events(bench)[-2:] == ["passed_on", "passing_on_sent"]
    (received,) = [one for one in bench.servers.received() if one["To"] == SIRI.address]
    attached = [part for part in received.walk() if part.get_filename() == "mail.eml"]
    assert b"My boss took my passport" in bytes(attached[0].get_payload(decode=True))


def test_one_that_did_not_arrive_is_passed_on_no_more(bench: Bench) -> None:
    mail = arrived(bench)
    send_on(bench, mail.case_id or 0)
    bench.worker().round()
    with bench.database.transaction() as session:
        message_id = session.scalars(select(Reply.message_id)).one()
    bench.append(postfix(message_id, "Videresendt [ICS-000001]", SIRI.address))
    bench.worker().round()
    with bench.database.transaction() as session:
        case = session.get_one(Case, mail.case_id)
        assert (case.passed_on_to, case.closed_at) == (None, None)
    assert events(bench)[-1] != "passing_on_sent"


def test_one_that_the_server_refuses_opens_its_case_again(bench: Bench) -> None:
    mail = arrived(bench)
    send_on(bench, mail.case_id or 0)
    with moody_smtp() as (server, port):
        server.recipient_answer = "550 5.1.1 no such user"
        bench.worker(smtp_port=port).round()
    with bench.database.transaction() as session:
        assert session.get_one(Case, mail.case_id).passed_on_to is None
    assert events(bench)[-1] == "passing_on_refused"

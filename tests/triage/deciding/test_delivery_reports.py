"""Reports on delivery: read in the shapes of the servers, and found to be none where they are none."""

from __future__ import annotations

import pytest

from tests.triage.composition import a_mail
from tests.triage.reports import SHAPES, exim, postfix, qmail
from triage.deciding.delivery_reports import read_report

ID = "<ours@example.test>"
SUBJECT = "Re: Tax card [ICS-000123]"
RECIPIENT = "person1@example.org"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_report_is_read(shape: str) -> None:
    write, status = SHAPES[shape]
    report = read_report(write(ID, SUBJECT, RECIPIENT))
    assert report is not None
    assert (report.action, report.status, report.recipient) == ("failed", status, RECIPIENT)
    assert report.message_ids[0] == ID
    assert report.cases == (123,)


def test_a_report_that_a_mail_is_late() -> None:
    raw = postfix(ID, SUBJECT, RECIPIENT)
    late = raw.replace(b"Action: failed", b"Action: delayed").replace(b"5.1.1", b"4.4.1")
    report = read_report(late)
    assert report is not None
    assert (report.action, report.status) == ("delayed", "4.4.1")


def test_of_several_recipients_the_one_that_failed_counts() -> None:
    raw = exim(ID, SUBJECT, RECIPIENT).replace(
        b"Action: failed",
        b"Final-Recipient: rfc822; other@example.org\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
        b"Action: failed",
    )
    report = read_report(raw)
    assert report is not None
    assert (report.action, report.status, report.recipient) == ("failed", "5.2.2", RECIPIENT)


def test_without_a_status_code_the_code_of_smtp_counts() -> None:
    report = read_report(qmail(ID, SUBJECT, RECIPIENT).replace(b" (#5.1.1)", b""))
    assert report is not None
    assert report.status == "550"


@pytest.mark.parametrize(
    "raw",
    [
        a_mail(1),
        b"",
        # A person may quote codes; a machine that is away says nothing about delivery.
        a_mail(1, References=ID) + b"It says 550 5.1.1 and I do not know why.\r\n",
        a_mail(1, In_Reply_To=ID, Auto_Submitted="auto-replied", Return_Path="<>"),
        # Delivered after all.
        postfix(ID, SUBJECT, RECIPIENT).replace(b"Action: failed", b"Action: delivered"),
        # About nothing that could be ours.
        qmail("", "Something", RECIPIENT).replace(b"Message-ID: \r\n", b""),
    ],
)
def test_what_is_no_report_on_a_mail_of_ours(raw: bytes) -> None:
    assert read_report(raw) is None


@pytest.mark.parametrize("end", range(0, 1600, 37))
def test_a_report_that_is_cut_off_breaks_nothing(end: int) -> None:
    for write, _ in SHAPES.values():
        report = read_report(write(ID, SUBJECT, RECIPIENT)[:end])
        assert report is None or report.action == "failed"

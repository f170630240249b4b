"""Training data as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from understanding.errors import ExamplesError
from understanding.examples import (
    Example,
    MailExample,
    fingerprint,
    mails_fingerprint,
    read_mails,
    read_nlu,
    topic_of,
)

_NLU = """
version: "3.1"
nlu:
- intent: faq/tax-card
  examples: |
    - hvordan får jeg et skattekort?
    - skattekort: hvor
- synonym: skat
  examples: |
    - SKAT
- intent: greet
  examples: |
    - hej

    - goddag
"""


def write(directory: Path, name: str, text: str) -> Path:
    (directory / name).write_text(text, encoding="utf-8")
    return directory


def test_messages_come_with_label_and_language(tmp_path: Path) -> None:
    write(tmp_path, "da.yml", _NLU)
    write(tmp_path, "pl.yml", "nlu:\n- intent: greet\n  examples: |\n    - cześć\n")
    assert read_nlu(tmp_path) == [
        Example("hvordan får jeg et skattekort?", "faq/tax-card", "da"),
        Example("skattekort: hvor", "faq/tax-card", "da"),
        Example("hej", "greet", "da"),
        Example("goddag", "greet", "da"),
        Example("cześć", "greet", "pl"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("fr.yml", "nlu: []", "name the file by its language"),
        ("da.yml", "nlu: {", "cannot be read"),
        ("da.yml", "version: '3.1'", "no list `nlu`"),
        ("da.yml", "nlu:\n- 7\n", "no entry"),
        ("da.yml", "nlu:\n- intent: greet\n  examples: [hej]\n", "examples: |"),
        ("da.yml", "nlu:\n- intent: greet\n  examples: |\n    hej\n", "write `- message`"),
        ("da.yml", "nlu:\n- intent: greet\n  examples: |\n    -\n", "write `- message`"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(
    tmp_path: Path, name: str, text: str, complaint: str
) -> None:
    with pytest.raises(ExamplesError, match=complaint.replace("|", r"\|")):
        read_nlu(write(tmp_path, name, text))


def test_bytes_that_are_not_utf_8_are_said(tmp_path: Path) -> None:
    (tmp_path / "da.yml").write_bytes("nlu: å".encode("latin-1"))
    with pytest.raises(ExamplesError, match=r"da\.yml cannot be read"):
        read_nlu(tmp_path)


def test_an_empty_directory_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExamplesError, match="no training data"):
        read_nlu(tmp_path)


def test_a_message_under_two_intents_is_refused(tmp_path: Path) -> None:
    text = "nlu:\n- intent: greet\n  examples: |\n    - hej\n- intent: goodbye\n  examples: |\n    - Hej\n"
    with pytest.raises(ExamplesError, match="stands under greet and under goodbye"):
        read_nlu(write(tmp_path, "da.yml", text))


def test_a_word_may_mean_two_things_in_two_languages(tmp_path: Path) -> None:
    write(tmp_path, "da.yml", "nlu:\n- intent: thanks\n  examples: |\n    - tak\n")
    write(tmp_path, "pl.yml", "nlu:\n- intent: affirm\n  examples: |\n    - tak\n")
    assert [(e.language, e.label) for e in read_nlu(tmp_path)] == [
        ("da", "thanks"),
        ("pl", "affirm"),
    ]


def test_mails_come_with_label_topics_and_language(tmp_path: Path) -> None:
    write(
        tmp_path,
        "en.yml",
        "- {label: tax, topics: [tax-card], subject: Tax card, body: 'I need one.'}",
    )
    [mail] = read_mails(tmp_path)
    assert mail == MailExample("Tax card", "I need one.", "tax", "en", ("tax-card",))
    assert mail.text == "Tax card\n\nI need one."


def test_of_a_mail_with_nothing_new_what_it_forwards_is_learnt(tmp_path: Path) -> None:
    write(tmp_path, "en.yml", "- {label: spam, subject: Fw, body: '', quoted: 'Cheap loans'}")
    [mail] = read_mails(tmp_path)
    assert (mail.body, mail.kind) == ("Cheap loans", "spam")


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "- tax",
        "- {label: taxes, subject: a, body: b}",
        "- {label: tax, subject: a}",
        "- {label: tax, subject: 7, body: b}",
        "- {label: tax, topics: tax-card, subject: a, body: b}",
    ],
)
def test_a_wrong_mail_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(ExamplesError, match=r"en\.yml"):
        read_mails(write(tmp_path, "en.yml", text))


def test_the_fingerprint_forgets_order_repetition_and_language() -> None:
    a, b = Example("hej", "greet", "da"), Example("tak", "thanks", "da")
    assert fingerprint([a, b]) == fingerprint([b, Example("hej ", "greet", "en"), a, a])


def test_the_fingerprint_tells_texts_and_labels_apart() -> None:
    prints = {
        fingerprint([Example(text, label, "da")])
        for text, label in [
            ("hej", "greet"),
            ("hej", "goodbye"),
            ("he", "jgreet"),
            ("hejg", "reet"),
        ]
    }
    assert len(prints) == 4


def test_the_mails_fingerprint_sees_the_queue() -> None:
    mail = MailExample("a", "b", "tax", "da")
    other = MailExample("a", "b", "visitation", "da")
    assert mails_fingerprint([mail]) != mails_fingerprint([other])
    assert mails_fingerprint([mail, other]) == mails_fingerprint([other, mail])


def test_only_topics_have_slugs() -> None:
    assert topic_of("faq/tax-card") == "tax-card"
    assert topic_of("greet") is None

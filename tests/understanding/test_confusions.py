"""Which messages went where, counted."""

from __future__ import annotations

from language.languages import Language
from understanding.bands import Band
from understanding.confusions import Confusions, LabelCounts, confusions
from understanding.examples import Example
from understanding.judgements import Judgement, key_of

# Text, language, what it is about; what was done, the topics, how sure.
_ROWS: list[tuple[str, Language, str, str, Band, tuple[str, ...], float]] = [
    ("Kort?", "da", "faq/tax-card", "faq", "choice", ("cpr-number", "tax-card"), 0.4),
    ("kort", "da", "faq/tax-card", "faq", "answer", ("cpr-number", "tax-card"), 0.6),
    ("karta", "pl", "faq/tax-card", "faq", "answer", ("cpr-number",), 0.9),
    ("tax card", "en", "faq/tax-card", "faq", "answer", ("tax-card",), 0.9),
    ("card", "en", "faq/tax-card", "out_of_scope", "refuse", ("tax-card",), 0.3),
    ("bye, card", "en", "faq/tax-card", "goodbye", "answer", ("tax-card",), 0.8),
    ("cpr", "da", "faq/cpr-number", "faq", "choice", ("cpr-number", "tax-card"), 0.5),
    ("bye", "en", "goodbye", "goodbye", "answer", ("tax-card",), 0.9),
    ("hej hej", "da", "goodbye", "faq", "choice", ("cpr-number",), 0.4),
    ("what is the weather", "en", "out_of_scope", "out_of_scope", "refuse", ("cpr-number",), 0.9),
    ("vejret", "da", "out_of_scope", "faq", "answer", ("cpr-number",), 0.7),
]

_EXAMPLES = [Example(text, label, language) for text, language, label, *_ in _ROWS]
_KNOWN = {
    key_of(example): Judgement(*row[3:]) for example, row in zip(_EXAMPLES, _ROWS, strict=True)
}


def test_pairs_the_most_frequent_first() -> None:
    found = confusions(_EXAMPLES, _KNOWN)
    assert [(one.label, one.went_to, one.count, one.answered) for one in found.pairs] == [
        ("faq/tax-card", "faq/cpr-number", 3, 2),
        ("faq/tax-card", None, 1, 0),
        ("faq/tax-card", "goodbye", 1, 1),
        ("goodbye", "faq/cpr-number", 1, 0),
        ("out_of_scope", "faq/cpr-number", 1, 1),
    ]
    between_topics = [one.is_between_topics for one in found.pairs]
    assert between_topics == [True, False, False, False, False]
    most = found.pairs[0]
    assert [message.text for message in most.messages] == ["karta", "kort", "Kort?"]
    assert (most.judged, most.share) == (6, 0.5)
    assert list(most.languages.items()) == [("da", 2), ("pl", 1)]


def test_how_the_messages_of_each_label_fared() -> None:
    assert confusions(_EXAMPLES, _KNOWN).labels == [
        LabelCounts("faq/tax-card", 6, first=3, shown=2, refused=1, answered_wrongly=3),
        LabelCounts("goodbye", 2, first=1, shown=1),
        LabelCounts("out_of_scope", 2, first=1, shown=1, refused=1, answered_wrongly=1),
        LabelCounts("faq/cpr-number", 1, first=1, shown=1),
    ]


def test_only_what_was_judged_counts() -> None:
    later = [Example("new", "faq/tax-card", "da"), Example("kort", "faq/tax-card", "de")]
    found = confusions([*_EXAMPLES, *later], _KNOWN)
    assert (found.judged, found.not_judged) == (len(_EXAMPLES), 2)
    assert found.pairs == confusions(_EXAMPLES, _KNOWN).pairs
    assert confusions(later, _KNOWN) == Confusions(0, 2, [], [])


def test_a_message_that_was_moved_counts_where_it_stands_now() -> None:
    moved = Example("karta", "faq/cpr-number", "pl")
    assert confusions([moved], _KNOWN).pairs == []


def test_most_confused_are_the_topics_from_and_to_which_most_goes() -> None:
    found = confusions(_EXAMPLES, _KNOWN)
    assert found.most_confused(9) == ["faq/cpr-number", "faq/tax-card"]
    assert found.most_confused(1) == ["faq/cpr-number"]

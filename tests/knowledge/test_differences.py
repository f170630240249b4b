"""What changed between two versions."""

from __future__ import annotations

from hypothesis import given

from knowledge.articles import Text, write_text
from knowledge.differences import Line, difference
from tests.knowledge.values import texts

OLD = Text("A title", "written", "One line.\n\nThe 3 months.\n\nEnd.\n")


def said(lines: list[Line], kind: str) -> list[str]:
    return ["".join(piece.text for piece in line.pieces) for line in lines if line.kind == kind]


def test_the_words_that_changed_are_marked() -> None:
    new = Text("A title", "confirmed", OLD.body.replace("3 months", "6 months"))
    lines = difference(OLD, new)
    changed = [
        [(piece.kind, piece.text) for piece in line.pieces] for line in lines if line.kind != "same"
    ]
    assert [("same", "The "), ("removed", "3"), ("same", " months.")] in changed
    assert [("same", "The "), ("added", "6"), ("same", " months.")] in changed
    assert said(lines, "removed")[0] == "state: written"
    assert difference(OLD, OLD) == []


def test_what_is_left_out_is_told() -> None:
    body = "\n\n".join(f"Line {number}." for number in range(40))
    lines = difference(Text("T", "written", body), Text("T", "written", body + "\n\nNew."))
    assert lines[0].after_gap
    assert len(lines) < 8
    assert said(difference(None, OLD), "added") == write_text(OLD).splitlines()[1:]


@given(texts(), texts())
def test_both_texts_stand_in_a_whole_difference(old: Text, new: Text) -> None:
    lines = difference(old, new, context=None)
    whole = {
        kind: [
            "".join(p.text for p in line.pieces) for line in lines if line.kind in {"same", kind}
        ]
        for kind in ("removed", "added")
    }
    assert whole["removed"] == write_text(old).splitlines()[1:]
    assert whole["added"] == write_text(new).splitlines()[1:]

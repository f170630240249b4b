"""About one message in eight is kept back, whichever way it is written."""

from __future__ import annotations

from settings import ROOT
from understanding.examples import read_nlu
from understanding.kept_back import is_kept_back


def test_one_in_eight_of_every_language() -> None:
    examples = read_nlu(ROOT / "bot" / "data" / "nlu")
    for language in ("da", "en", "pl", "lt", "ro", "de"):
        kept = [is_kept_back(e.text) for e in examples if e.language == language]
        assert 0.08 < sum(kept) / len(kept) < 0.18


def test_spelling_plays_no_part() -> None:
    texts = [f"mokesčių kortelė {number}" for number in range(50)]
    assert [is_kept_back(t) for t in texts] == [is_kept_back(f" {t.upper()} ") for t in texts]
    assert [is_kept_back(t) for t in texts] == [
        is_kept_back(t.replace("č", "c").replace("ų", "u").replace("ė", "e")) for t in texts
    ]

"""Text taken apart into sentences, in the six languages."""

from __future__ import annotations

import re

from language.languages import Language

# Abbreviations before a capital letter or a figure; without their last full stop.
_ABBREVIATIONS: dict[Language, str] = {
    "da": "f.eks bl.a ca dvs evt kl kr mv m.v m.fl nr pkt stk jf inkl ekskl osv tlf hhv",
    "en": "e.g i.e no approx vs mr mrs dr tel",
    "pl": "np tj tzn m.in ok ul al pl art ust pkt nr godz tel por wg",
    "lt": "pvz t.y kt pan m d val proc tel nr str g žr mėn",
    "ro": "ex nr art str lit alin tel pct cca ș.a",
    "de": "z.b bzw d.h ca nr art abs ggf evtl inkl bspw str tel u.a vgl",
}
_END = re.compile(r"(?P<before>\S*?)[.!?…]+[\"”“»')\]]*\s+(?=[\"„“«(\[]*[\w\d])")


def sentences(text: str, language: Language) -> list[str]:
    """Split one paragraph of plain text into its sentences.

    A full stop ends a sentence when a capital letter or a figure follows, unless it belongs to an
    abbreviation or, in German, to an ordinal number.
    """
    abbreviations = frozenset(_ABBREVIATIONS[language].split())
    found, start = [], 0
    for match in _END.finditer(text):
        if _is_end(match, text, language, abbreviations):
            found.append(text[start : match.end()].strip())
            start = match.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def _is_end(
    match: re.Match[str], text: str, language: Language, abbreviations: frozenset[str]
) -> bool:
    following = text[match.end() :].lstrip('"„“«([')[:1]
    if following.islower():
        return False
    if match.group().strip()[len(match["before"]) :][:1] != ".":
        return True
    word = match["before"].lower().lstrip("(„“\"'")
    is_initial = len(word) == 1 and word.isalpha()
    is_ordinal = language == "de" and word.isdigit() and len(word) <= 2
    return word not in abbreviations and not is_initial and not is_ordinal

"""Entities in a text: forms, EU documents, municipalities and citizenships.

spaCy's tokeniser and matchers run on the folded text, so that a word is found with and without
its diacritics; the places reported are those in the original. Names come from language/data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import spacy
import yaml
from spacy.language import Language as SpacyPipeline
from spacy.matcher import Matcher
from spacy.tokens import Doc, Span

from language.languages import Language
from language.municipalities import Name, all_municipalities
from language.normalisation import Folded, fold_with_positions
from language.postcodes import municipalities_at

Kind = Literal["form", "document", "municipality", "citizenship", "citizenship_group", "country"]
CitizenshipGroup = Literal["nordic", "eu_eea_ch", "third_country"]

_DATA = Path(__file__).parent / "data"
_GROUPS: tuple[CitizenshipGroup, ...] = ("nordic", "eu_eea_ch", "third_country")

# Case endings that are put on a Danish place name: "i Aarhus' havn", "w Koldingu", "Odenseje".
_PLACE_ENDINGS: dict[Language, str] = {
    "da": "s|es",
    "en": "s",
    "de": "s|er|ern|ers",
    "pl": "u|a|ie|em|owi|iem|y|i|e|ze|ach",
    "lt": "as|is|o|e|a|ui|uje|ej|eje|ei|oj|oje|us|ai|u|io|yje|iuje|es|os|se",
    "ro": "ul|ului|a|ei",
}
_ALL_ENDINGS = "|".join(sorted({e for ends in _PLACE_ENDINGS.values() for e in ends.split("|")}))

# Of a Lithuanian place name in the nominative, folded: Orhusas, Odensė, Kopenhaga.
_NOMINATIVE = re.compile("(as|is|us|e|a)$")


@dataclass(frozen=True)
class Entity:
    """Something named in a text.

    Attributes:
        kind: What it is. `country` is one that is named without being the writer's own.
        value: "04.063"; "PD U1", "SED", "SED U009"; the municipality's official name; the
            ISO 3166-1 code of a country; or the group of a citizenship.
        text: The words as written.
        start: Index of the first character.
        end: Index after the last character.
    """

    kind: Kind
    value: str
    text: str
    start: int
    end: int


def citizenship_group(code: str) -> CitizenshipGroup | None:
    """Return the rules that a country's citizens fall under; None for Denmark or an unknown code.

    nordic: Nordic Passport Union. eu_eea_ch: EU, EEA and Switzerland
    (Aliens Act, LBK 1013/2023, sections 1 and 2). third_country: all others.
    """
    return _group_of_country().get(code)


def municipalities_named(place: str) -> tuple[str, ...]:
    """Return the municipalities that a name, a post town or a postcode stands for.

    Args:
        place: What a person typed where they were asked for a place, in any of the six languages.

    Returns:
        Official names; several where a postcode or town lies in several, and nothing where the
        place is not known.
    """
    named = [e.value for e in find_entities(place, None) if e.kind == "municipality"]
    return tuple(dict.fromkeys(named)) or municipalities_at(place)


def find_entities(text: str, language: Language | None) -> list[Entity]:
    """Return the entities of a text in the order in which they stand.

    Args:
        text: What a person wrote.
        language: Its language, which decides the endings allowed on place names; None allows
            those of all six.
    """
    folded = fold_with_positions(text)
    doc = _pipeline().make_doc(folded.text)
    entities = [*_numbers(doc), *_places(doc, folded, text, language), *_countries(doc)]
    return sorted(
        (_in_original(span, kind, value, folded, text) for span, kind, value in entities),
        key=lambda entity: (entity.start, entity.kind),
    )


def _in_original(span: Span, kind: Kind, value: str, folded: Folded, text: str) -> Entity:
    start = folded.positions[span.start_char]
    end = folded.positions[span.end_char - 1] + 1
    return Entity(kind, value, text[start:end], start, end)


def _numbers(doc: Doc) -> list[tuple[Span, Kind, str]]:
    found: list[tuple[Span, Kind, str]] = []
    for match_id, start, end in _longest(_number_matcher()(doc)):
        name = doc.vocab.strings[match_id]
        span = doc[start:end]
        digits = "".join(c for c in span.text if c.isdigit())
        if name == "form":
            found.append((span, "form", f"{digits[:2]}.{digits[2:]}"))
        elif name == "pd":
            found.append((span, "document", f"PD U{digits}"))
        else:
            letter = next((t.text[0] for t in span[1:] if t.text[0].isalpha()), "u").upper()
            found.append((span, "document", f"SED {letter}{digits}" if digits else "SED"))
    return found


def _places(
    doc: Doc, folded: Folded, text: str, language: Language | None
) -> list[tuple[Span, Kind, str]]:
    found: list[tuple[Span, Kind, str]] = []
    matcher, common = _place_matcher(language)
    for match_id, start, end in _longest(matcher(doc)):
        name = doc.vocab.strings[match_id]
        span = doc[start:end]
        if name in common and not _is_name(span, folded, text):
            continue
        found.append((span, "municipality", name))
    lying_in = () if found else municipalities_at(text)
    if len(lying_in) == 1:
        found.append((doc[:], "municipality", lying_in[0]))
    return found


def _is_name(span: Span, folded: Folded, text: str) -> bool:
    if len(span) == sum(not token.is_space and not token.is_punct for token in span.doc):
        return True  # nothing else was written
    neighbours = [span.doc[i].text for i in (span.start - 1, span.end) if 0 <= i < len(span.doc)]
    if any(
        word.startswith(("kommun", "gmin", "savivald", "comun", "municip")) for word in neighbours
    ):
        return True
    # A capital letter says something only where the person uses small ones too.
    first = text[folded.positions[span.start_char]]
    return first.isupper() and span.start > 0 and any(c.islower() for c in text)


def _countries(doc: Doc) -> list[tuple[Span, Kind, str]]:
    found: list[tuple[Span, Kind, str]] = []
    cues = _cues()
    matches = _longest(_country_matcher()(doc))
    inside = {i for _, start, end in matches for i in range(start, end)}
    lone = all(
        i in inside
        or not token.is_alpha
        or token.text in cues["filler"] | cues["near"] | cues["self"]
        for i, token in enumerate(doc)
    )
    for match_id, start, end in matches:
        value = doc.vocab.strings[match_id]
        before = {token.text for token in doc[max(0, start - 4) : start]}
        near = {token.text for token in doc[max(0, start - 2) : end + 2]}
        own = (
            lone or bool(before & cues["self"]) or bool(near & cues["near"])
        ) and not before & cues["other"]
        span = doc[start:end]
        if value in _GROUPS:
            if own or value == "third_country":
                found.append((span, "citizenship_group", value))
        else:
            found.append((span, "citizenship" if own else "country", value))
    return found


def _longest(matches: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    taken: set[int] = set()
    kept = []
    for match in sorted(matches, key=lambda m: (m[1] - m[2], m[1])):
        places = set(range(match[1], match[2]))
        if not places & taken:
            taken |= places
            kept.append(match)
    return sorted(kept, key=lambda m: m[1])


@cache
def _pipeline() -> SpacyPipeline:
    pipeline = spacy.blank("xx")
    # Words joined by a hyphen or a stroke stay one word elsewhere; here "PD-U2" and
    # "04.063/skat" must fall apart, and "EU-borger" and "Ikast-Brande" are matched whole.
    infixes = [
        r"(?<=[a-z0-9])[/,;:()](?=[a-z0-9])",
        r"(?<=pd)-",
        r"(?<=sed)-",
        r"(?<=[a-z])\.(?=[a-z])",
    ]
    tokenizer = cast("Any", pipeline.tokenizer)
    tokenizer.infix_finditer = spacy.util.compile_infix_regex(infixes).finditer
    return pipeline


@cache
def _number_matcher() -> Matcher:
    matcher = Matcher(_pipeline().vocab)
    gap: dict[str, Any] = {"TEXT": {"IN": ["-", "–", ".", ",", " "]}, "OP": "?"}
    matcher.add(
        "form",
        [
            [{"TEXT": {"REGEX": r"^0?4[.,\-]?063[a-z]{0,2}$"}}],
            [{"TEXT": {"REGEX": r"^0?4$"}}, gap, {"TEXT": {"REGEX": r"^063[a-z]{0,2}$"}}],
        ],
    )
    matcher.add(
        "pd",
        [
            [{"TEXT": {"REGEX": r"^(pd)?[-_.]?u[-_.]?[123](['’\-]\w{1,20}|\w{1,3})?$"}}],
            [{"TEXT": "pd"}, gap, {"TEXT": {"REGEX": r"^u[-_.]?[123](['’\-]\w{1,20}|\w{1,3})?$"}}],
            [{"TEXT": "pd", "OP": "?"}, gap, {"TEXT": "u"}, gap, {"TEXT": {"REGEX": "^[123]$"}}],
        ],
    )
    matcher.add(
        "sed",
        [
            [{"TEXT": {"REGEX": r"^seds?$"}}],
            [{"TEXT": "sed"}, gap, {"TEXT": {"REGEX": r"^[a-z]\d{3}$"}}],
        ],
    )
    return matcher


@cache
def _place_matcher(language: Language | None) -> tuple[Matcher, frozenset[str]]:
    matcher = Matcher(_pipeline().vocab)
    for municipality in all_municipalities():
        patterns = [_place_pattern(name, language) for name in municipality.names]
        matcher.add(municipality.official, patterns)
    return matcher, frozenset(m.official for m in all_municipalities() if m.common)


def _place_pattern(name: Name, language: Language | None) -> list[dict[str, Any]]:
    *words, last = name.folded.split()
    return [*({"TEXT": word} for word in words), {"TEXT": {"REGEX": _last(last, name, language)}}]


def _last(word: str, name: Name, language: Language | None) -> str:
    if name.language == "lt":
        return f"^{_NOMINATIVE.sub('', word)}(?:{_PLACE_ENDINGS['lt']})$"
    # A final vowel gives way to an ending: Odense, Odensėje; Kopenhaga, Kopenhagą.
    stem = f"{word}?" if word[-1] in "ae" and len(word) >= 6 else word
    endings = [_PLACE_ENDINGS[one] for one in (language, name.language) if one] or [_ALL_ENDINGS]
    return f"^{stem}(?:'?(?:{'|'.join(endings)}))?$"


@cache
def _country_matcher() -> Matcher:
    matcher = Matcher(_pipeline().vocab)
    data = _load("citizenships.yml")
    stems: dict[str, str] = {}
    for section in ("nordic", "eu_eea_ch", "third_country", "denmark", "groups"):
        stems.update(data[section])
    for value, words in stems.items():
        matcher.add(value, [_country_pattern(stem) for stem in words.split()])
    return matcher


def _country_pattern(stem: str) -> list[dict[str, Any]]:
    *words, last = stem.split("_")
    if last.endswith("="):
        final: dict[str, Any] = {"TEXT": last[:-1]}
    else:
        final = {"TEXT": {"REGEX": rf"^{last}\w{{0,7}}$"}}
    return [*({"TEXT": word} for word in words), final]


@cache
def _cues() -> dict[str, frozenset[str]]:
    return {
        name: frozenset(words.split()) for name, words in _load("citizenships.yml")["cues"].items()
    }


@cache
def _group_of_country() -> dict[str, CitizenshipGroup]:
    data = _load("citizenships.yml")
    return {code: group for group in _GROUPS for code in data[group]}


def _load(name: str) -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load((_DATA / name).read_text(encoding="utf-8")))

"""What must be the same in every language: numbers, dates, forms, codes, telephone numbers, mail.

Each is brought into a form that does not depend on the language: "10.000", "10,000" and "10 000"
are one number, "1. marts 2026", "1 March 2026" and "2026 m. kovo 1 d." one date.

Tolerance: a number from 2 to 12 may be written in figures in one language and in words in the
other (NUMBER_WORDS). 0 and 1 are not compared: "a month", "no hours".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from babel.dates import get_month_names

from language.entities import find_entities
from language.languages import Language
from language.normalisation import fold

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\w+])(?:\+\d{1,3}[ \u00a0]?)?\d{2}(?:[ \u00a0]\d{2}){3}(?!\w)|\+\d[\d \u00a0]{6,}\d"
)
_ENDING = re.compile(r"(?<=\d)[-'’](?=[^\W\d])")  # PD U2-blanketten, PD U2'en
_FORM_HINT = re.compile(r"\b(?:PD|SED)\b|\d{2}\.\d{3}", re.IGNORECASE)
_CODE = re.compile(r"(?<!\w)[A-Z]{1,3}\d{1,4}(?!\w)")
_ISO_DATE = re.compile(r"(?<!\w)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\w)")
_SHORT_DATE = re.compile(r"(?<!\w)(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})(?!\w)")
_NUMBER = re.compile(
    r"(?<![\w])(?:(?P<grouped>[1-9]\d{0,2}(?:[., \u00a0\u202f]\d{3})+)(?!\d)|(?P<plain>\d+))"
    r"(?:[.,:](?P<rest>\d+))?"
)

NUMBER_WORDS: dict[Language, dict[int, str]] = {
    "da": {
        2: "to|begge|anden|andet", 3: "tre|tredje", 4: "fire|fjerde", 5: "fem|femte",
        6: "seks|sjette|halvt aar|halvt ar|halvaar", 7: "syv|syvende", 8: "otte|ottende",
        9: "ni|niende", 10: "ti|tiende", 11: "elleve", 12: "tolv",
    },
    "en": {
        2: "two|both|second|twice", 3: "three|third", 4: "four|fourth", 5: "five|fifth",
        6: "six|sixth|half a year", 7: "seven|seventh", 8: "eight|eighth", 9: "nine|ninth",
        10: "ten|tenth", 11: "eleven", 12: "twelve",
    },
    "pl": {
        2: r"dwa|dwie|dwoch|dwom|dwoma|dwu\w*|oba|obie|obu|obydw\w+|drug\w+", 3: r"trzy\w*|trzech|trzem\w*|trzeci\w*",
        4: r"cztery|cztere\w+|czwart\w+", 5: r"piec|pieciu|pieciom\w*|piat\w+", 6: r"szesc|szesciu|szost\w+|pol roku|polroczn\w+",
        7: r"siedem|siedmiu|siodm\w+", 8: r"osiem|osmiu|osm\w+", 9: r"dziewiec|dziewieciu|dziewiat\w+",
        10: r"dziesiec|dziesieciu|dziesiat\w+", 11: r"jedenascie|jedenastu", 12: r"dwanascie|dwunastu",
    },
    "lt": {
        2: r"du|dvi|dvieju|dviem|dviejus|dviejose|abu|abi|abieju|abiem|antr\w+", 3: r"trys|tris|triju|trims|trimis|trec\w+",
        4: r"ketur\w+|ketvirt\w+", 5: r"penk\w+", 6: r"ses\w+|pusmet\w+|puse metu", 7: r"septyn\w+|septint\w+",
        8: r"astuon\w+|astunt\w+", 9: r"devyn\w+|devint\w+", 10: r"desimt\w*", 11: r"vienuolik\w+", 12: r"dvylik\w+",
    },
    "ro": {
        2: r"doi|doua|doilea|ambele|ambii|ambelor", 3: r"trei|treia|treilea", 4: r"patru|patra|patrulea",
        5: r"cinci|cincea|cincilea", 6: r"sase|sasea|saselea|jumatate de an", 7: r"sapte|saptea|saptelea",
        8: r"opt|opta|optulea", 9: r"noua|noualea", 10: r"zece|zecea|zecelea", 11: r"unsprezece", 12: r"doisprezece|douasprezece",
    },
    "de": {
        2: r"zwei\w*|beide\w*", 3: r"drei\w*|dritte\w*", 4: r"vier\w*", 5: r"funf\w*", 6: r"sechs\w*|halbes jahr|halbjahr\w*",
        7: r"sieben\w*|siebte\w*", 8: r"acht|achte\w*|achtmal", 9: r"neun\w*", 10: r"zehn\w*", 11: r"elf\w*", 12: r"zwolf\w*",
    },
}  # fmt: skip
"""How 2 to 12 are written in words, as regular expressions over folded text."""


@dataclass(frozen=True)
class Figures:
    """What a text says in figures, by kind, in a form that does not depend on the language.

    Attributes:
        values: Kind ("number", "date", "form or document", "code", "telephone number", "mail
            address") to values.
        words: The numbers from 2 to 12 that are written in words.
    """

    values: dict[str, frozenset[str]]
    words: frozenset[str]

    def missing_from(self, other: Figures) -> Iterator[tuple[str, list[str]]]:
        """Yield kind and values of what stands here and not in another language's text."""
        for kind, values in self.values.items():
            absent = values - other.values[kind]
            if kind == "number":
                absent -= other.words | {"0", "1"}
            if absent:
                yield kind, sorted(absent, key=lambda value: (len(value), value))


@lru_cache(maxsize=4096)
def figures(text: str, language: Language) -> Figures:
    """Find what a text says in figures.

    Args:
        text: Plain text, without addresses of links.
        language: Its language.
    """
    found: dict[str, set[str]] = {}
    rest = _take(text, _MAIL, found.setdefault("mail address", set()))
    rest = _ENDING.sub(" ", rest)
    rest = _take_forms(rest, language, found.setdefault("form or document", set()))
    rest = _take(rest, _PHONE, phones := found.setdefault("telephone number", set()))
    found["telephone number"] = {
        re.sub(r"\D", "", phone).removeprefix("45").rjust(8) for phone in phones
    }
    rest = _take_dates(rest, language, found.setdefault("date", set()))
    rest = _take(rest, _CODE, found.setdefault("code", set()))
    found["number"] = {_normal(match) for match in _NUMBER.finditer(rest)}
    folded = fold(text)
    words = {
        str(number)
        for number, pattern in NUMBER_WORDS[language].items()
        if re.search(rf"(?<!\w)(?:{pattern})(?!\w)", folded)
    }
    return Figures({kind: frozenset(values) for kind, values in found.items()}, frozenset(words))


def _take_forms(text: str, language: Language, into: set[str]) -> str:
    if not _FORM_HINT.search(text):
        return text  # spares the search for entities, which is slow
    for entity in find_entities(text, language):
        if entity.kind in {"form", "document"}:
            into.add(entity.value)
            text = text[: entity.start] + " " * (entity.end - entity.start) + text[entity.end :]
    return text


def _take(text: str, pattern: re.Pattern[str], into: set[str]) -> str:
    into.update(match.group() for match in pattern.finditer(text))
    return pattern.sub(" ", text)


def _take_dates(text: str, language: Language, into: set[str]) -> str:
    months = _months(language)
    for pattern in (*_date_patterns(language), _ISO_DATE, _SHORT_DATE):
        for match in pattern.finditer(text):
            parts = match.groupdict()
            name = parts["month"]
            month = int(name) if name.isdigit() else months[name.lower()]
            day = f"-{int(parts['day']):02}" if parts.get("day") else ""
            into.add(f"{parts.get('year') or 'any year'}-{month:02}{day}")
        text = pattern.sub(" ", text)
    return text


@cache
def _months(language: Language) -> dict[str, int]:
    return {
        name.lower(): number
        for context in ("format", "stand-alone")
        for number, name in get_month_names("wide", context, language).items()
    }


@cache
def _date_patterns(language: Language) -> tuple[re.Pattern[str], ...]:
    month = "(?P<month>" + "|".join(map(re.escape, _months(language))) + r")(?!\w)"
    day, year = r"(?<!\w)(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?", r"(?P<year>\d{4})(?!\d)"
    forms = [
        rf"{day} (?:of |de )?{month}(?:,? {year})?",  # 1. marts 2026, 1 March 2026, 1 marca 2026
        rf"(?<!\w){month} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? {year})?",  # March 1, 2026
        rf"(?<!\w){month} {year}",  # marts 2026
    ]
    if language == "lt":
        forms = [
            rf"(?:(?<!\w){year} m\. ?)?(?<!\w){month} (?P<day>\d{{1,2}})(?!\d)(?: d\.)?",
            rf"(?<!\w){year} m\. ?{month}",
        ]
    return tuple(re.compile(form.replace(" ", "[ \u00a0]"), re.IGNORECASE) for form in forms)


def _normal(match: re.Match[str]) -> str:
    whole = re.sub(r"\D", "", match["grouped"] or match["plain"])
    rest = (match["rest"] or "").rstrip("0")
    return f"{int(whole)}.{rest}" if rest else str(int(whole))

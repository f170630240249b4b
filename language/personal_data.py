"""Finds what tells who wrote a letter and of whom it speaks, and puts placeholders in its place.

Names are told by where they stand: after a greeting, at the end, after words such as "my name is",
and wherever a name that was found so, or that is known from the headers, stands again. Numbers are
told by their form; in doubt they go, for a text to learn from loses little by it. What is found is a
proposal, which a person looks at: a name amid a sentence looks like a place's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import yaml

from language.languages import LANGUAGES
from language.masking import MASK, find_personal_numbers
from language.normalisation import fold, fold_with_positions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PersonalKind = Literal[
    "name",
    "signature",
    "address",
    "employer",
    "email",
    "link",
    "phone",
    "account",
    "number",
    "birth",
    "cpr",
]
"""A person's name; what stands below it; a street with a number, or a postcode with its town; a company; an e-mail address; an
address on the web; a telephone number; a bank account; any other long number; a day of birth; a CPR
number."""

PERSONAL_KINDS: tuple[PersonalKind, ...] = get_args(PersonalKind)

_FILE = Path(__file__).parent / "data" / "letter_words.yml"

_LEAST_LETTERS = 3
_MOST_NAME_WORDS = 4
_LAST_LINE_WORDS = 5
_SIGNATURE_LINES = 8
_SIGNATURE_WIDTH = 90
_ENDING_LETTERS = 4


@dataclass(frozen=True)
class Personal:
    """Something personal in a text.

    Attributes:
        start: Index of the first character.
        end: Index after the last one.
        kind: What it is.
    """

    start: int
    end: int
    kind: PersonalKind

    @property
    def placeholder(self) -> str:
        """What stands in its place, in all languages, such as `[name]`."""
        return MASK if self.kind == "cpr" else f"[{self.kind}]"


# Where two of them find the same place the first one counts.
_FORMS: Final[tuple[tuple[PersonalKind, re.Pattern[str]], ...]] = (
    ("email", re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+")),
    ("link", re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]", re.IGNORECASE)),
    ("account", re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b")),
    (
        "account",
        re.compile(
            r"(?:\b(?:reg|konto|kontonr|account|acc|nr)\.?[ :]*)\d{4}[ -]?\d{6,10}\b", re.IGNORECASE
        ),
    ),
    # A day with a year in which who writes now was born, rather than moved.
    (
        "birth",
        re.compile(
            r"\b(?:\d{1,2}[./-] ?\d{1,2}[./-] ?(?:19\d\d|200\d|201[0-5])"
            r"|(?:19\d\d|200\d|201[0-5])[.-]\d{2}[.-]\d{2})\b"
        ),
    ),
    ("phone", re.compile(r"(?<![\w.,])(?:\+|00)\d{1,3}[ ./()-]*(?:\d[ ./()-]{0,2}){5,12}\d\b")),
    ("phone", re.compile(r"(?<![\w.,+])\(?\d{2}\)?(?:[ ]\d{2}){3}(?![\d ]*kr|[.,]?\d)")),
    ("phone", re.compile(r"(?<![\w.,+])\d{3}[ -]\d{3}[ -]\d{3}\b")),
    # A passport, an identity card: letters and figures in one piece.
    ("number", re.compile(r"(?<![\w-])(?=[A-Z0-9]*[A-Z])(?=(?:[A-Z]*\d){5})[A-Z0-9]{7,20}\b")),
    (
        "number",
        re.compile(
            r"(?<![\w.,/-])(?!\d{4}-\d\d-\d\d\b|\d{1,3}(?: \d{3})+\b)\d(?:[ -]?\d){6,19}\b(?![.,]\d)"
        ),
    ),
)

_STREET = re.compile(
    r"""
    \b(?:
      [A-ZÆØÅÄÖÜ][\w'-]*(?:vej|vejen|gade|gaden|alle|allé|stræde|plads|pladsen|vænget|parken|bakken|torv|
          boulevard|straße|strasse|str\.|weg|platz|allee|gasse)[ ]\d{1,4}[ ]?[A-Za-z]?\b
    | (?:[A-ZÆØÅ][\w'-]+[ ]){1,3}(?i:vej|gade|allé|alle|plads|boulevard|straße|str\.|weg|platz|street|road|
          avenue|lane|drive)[ ]\d{1,4}[ ]?[A-Za-z]?\b
    | \d{1,4}[A-Za-z]?[ ](?:[A-Z][\w'-]+[ ]){1,3}(?:Street|Road|Avenue|Lane|Drive|Close|Terrace)\b
    | (?:ul\.|al\.|os\.|pl\.|[Ss]tr\.|[Ss]trada|[Bb]d\.|[Bb]ulevardul|[Aa]leea|[Cc]alea)[ ]?
          (?:[A-ZŁŚŻŹĆĄĘÓŃȘȚĂÂÎ0-9][\w.'-]*[ ,]+){1,4}(?:nr\.?[ ]?)?\d{1,4}[A-Za-z]?(?:[/-]\d+)?
    | (?:[A-ZČĘĖĮŠŲŪŽ][\w-]+[ ]){1,3}(?:g|pr|al|pl)\.[ ]\d{1,4}[A-Za-z]?(?:-\d+)?
    )
    (?:,?[ ](?:(?:\d{1,2}\.?|st\.?|kl\.?)[ ]?(?:sal|tv|th|mf|dør[ ]\d+)\.?|(?:lej|m|ap|bl|sc|et)\.[ ]?\w+))*
    (?:,?[ ](?:DK-|PL-|LT-|D-|RO-)?\d{2}-?\d{2,4}(?:[ ][A-ZÆØÅ]\w+(?:[ ][A-ZKØNSVC]{1,2}\b)?)?)?
    """,
    re.VERBOSE,
)
_POSTCODE = re.compile(
    r"\b(?:(?:DK|PL|LT|D|RO|SE)-)?(?:[1-9]\d{3}|\d{2}-\d{3}|\d{5})[ ]"
    r"[A-ZÆØÅŁŚŻČŠŽĖȘȚÎÄÖÜ][a-zæøåäöüłśżąęćńóėįšųūžčșțăâî]+(?:[ ][A-ZØNSVC]{1,2}\b)?"
)
_YEAR = re.compile(r"(?:19|20)\d\d$")

_COMPANY = re.compile(
    r"(?:[A-ZÆØÅŁŚŻŹĆČŠŽĖȘȚÎÄÖÜ&][\w&.'’-]*,?[ ]){1,5}"
    r"(?:A/S|ApS|I/S|K/S|P/S|IVS|Aps|APS|GmbH(?:[ ]&[ ]Co\.[ ]KG)?|AG|KG|UG|Ltd\.?|Limited|Inc\.?|"
    r"Sp\.?[ ]?z[ ]?o\.?[ ]?o\.?|S\.A\.|SA|SRL|S\.R\.L\.|UAB|AB|MB|SIA|OÜ|BV|B\.V\.|NV)(?!\w)"
    r"|\b(?:UAB|MB|SC|S\.C\.|Fa\.|Firma)[ ]"
    r"(?:[„“\"'][^„“”\"'\n]{2,40}[“”\"']|[A-ZČŠŽĖȘȚ][\w&'-]+(?:[ ][A-ZČŠŽĖȘȚ][\w&'-]+){0,2})"
)

_WORD = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]+)*\.?")
_LETTERS = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?)…:;]\s*$")
_POSTSCRIPT = re.compile(r"^\s*p\.?\s?s\b", re.IGNORECASE)


def find_personal_data(text: str, names: Iterable[str] = ()) -> list[Personal]:
    """Return what is personal in a letter in any of the six languages, in its order.

    Args:
        text: The letter.
        names: What is known of the writer, such as the name and the address of a mail's sender; each
            of their words of three letters or more is looked for.
    """
    found = [Personal(start, end, "cpr") for start, end in find_personal_numbers(text)]
    found += [Personal(*m.span(), kind) for kind, pattern in _FORMS for m in pattern.finditer(text)]
    found += [Personal(*match.span(), "address") for match in _STREET.finditer(text)]
    found += [
        Personal(*match.span(), "address")
        for match in _POSTCODE.finditer(text)
        if not _YEAR.search(match[0].split(" ")[0])
    ]
    found += [
        Personal(*match.span(), "employer")
        for match in _COMPANY.finditer(text)
        if not match[0].isupper()  # a letter in capitals is full of such words
    ]
    named = list(_named(text))
    # Of an address what stands before the @; a company's or a provider's words are no name.
    known = {fold(word) for name in names for word in _LETTERS.findall(name.split("@", 1)[0])}
    known |= {
        fold(word)
        for one in named
        if one.kind == "name"
        for word in _WORD.findall(text[one.start : one.end].split(",", maxsplit=1)[0])
    }
    return _apart([*found, *named, *_again(text, known - _words()["common"])])


def without_personal_data(text: str, names: Iterable[str] = ()) -> str:
    """Return a letter with placeholders in place of what is personal; see `find_personal_data`."""
    return replaced(text, find_personal_data(text, names))


def replaced(text: str, found: Iterable[Personal]) -> str:
    """Return a text with each place's placeholder; equal ones side by side stand once.

    Args:
        text: The text.
        found: Places in it, in its order, none within another.
    """
    parts: list[str] = []
    at = 0
    for one in found:
        parts += [text[at : one.start], one.placeholder]
        at = one.end
    return _RUN.sub(r"\1", "".join([*parts, text[at:]]))


_RUN = re.compile(r"(\[(?:" + "|".join(PERSONAL_KINDS) + r")\])(?:[ ,|·\n-]*\1)+")


def _apart(found: list[Personal]) -> list[Personal]:
    """Return places that do not overlap: of two the longer one, of equal ones the first found."""
    kept: list[Personal] = []
    for one in sorted(found, key=lambda place: place.start - place.end):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda place: place.start)


def _named(text: str) -> Iterator[Personal]:
    """Yield names by where they stand."""
    folded, positions = fold_with_positions(text)
    ends = [*positions, len(text)]
    for name in ("greetings", "introductions", "mentions", "relations", "titles"):
        for match in _patterns()[name].finditer(folded):
            after = ends[match.end()] if match.end() < len(ends) else len(text)
            yield from _name_after(text, after, loose=name == "introductions")
    yield from _at_the_end(text)


def _name_after(text: str, start: int, *, loose: bool) -> Iterator[Personal]:
    """Yield the words of a name that follow on the same line.

    Args:
        text: The whole text.
        start: Where the name may begin.
        loose: Whether the first word may be written small.
    """
    begin = re.compile(r"[ ,:]{0,3}").match(text, start)
    at = begin.end() if begin else start
    first, last = at, at
    for number in range(_MOST_NAME_WORDS):
        word = _WORD.match(text, at)
        if word is None or not _is_name_word(word[0], loose=loose and number == 0):
            break
        last = word.end()
        if word[0].endswith(".") and len(word[0]) > 3:
            last -= 1
            break
        if text[last : last + 1] != " ":
            break
        at = last + 1
    if last > first:
        yield Personal(first, last, "name")


def _is_name_word(word: str, *, loose: bool = False) -> bool:
    folded = fold(word).strip(".")
    if folded in _words()["common"]:
        return False
    if word.isupper() and len(folded) > 1 and not loose:
        return False  # an abbreviation, or a letter in capitals
    return word[:1].isupper() or (loose and len(folded) >= _LEAST_LETTERS)


def _at_the_end(text: str) -> Iterator[Personal]:
    """Yield the writer's name, and the signature below it."""
    lines = _lines(text)
    closing = _last_closing(lines)
    if closing is None:
        if lines:
            yield from _unannounced(*lines[-1])
        return
    number, after = closing
    start, line = lines[number]
    rest = line[after:]
    goes_on = rest.rstrip().endswith(",") or (
        rest.strip(" ,.!-/")[:1].islower() and number + 1 < len(lines)
    )
    signed = [] if goes_on else list(_signed(start + after, rest, "name"))
    yield from signed
    for start, line in lines[number + 1 : number + 1 + _SIGNATURE_LINES]:
        if _POSTSCRIPT.match(line) or len(line) > _SIGNATURE_WIDTH or line.rstrip().endswith("?"):
            return
        below = list(_signed(start, line, "signature" if signed else "name"))
        signed += below
        yield from below


def _lines(text: str) -> list[tuple[int, str]]:
    """Return the lines with their places, without empty ones and those of mail programs."""
    found = [(match.start(), match.group()) for match in re.finditer(r"[^\n]+", text)]
    return [
        (start, line)
        for start, line in found
        if any(map(str.isalnum, line)) and not _patterns()["programs"].match(fold(line))
    ]


def _last_closing(lines: list[tuple[int, str]]) -> tuple[int, int] | None:
    """Return the line of the last closing, and where in it the closing ends; None if there is none."""
    least = max(-1, len(lines) - 2 - _SIGNATURE_LINES)
    for number in range(len(lines) - 1, least, -1):
        line = lines[number][1]
        folded, positions = fold_with_positions(line)
        if number < len(lines) - 1 and _is_thanks(line):
            return number, len(line)
        for found in reversed(list(_patterns()["closings"].finditer(folded))):
            at = positions[found.end()] if found.end() < len(positions) else len(line)
            if len(line[at:].split()) <= _LAST_LINE_WORDS:
                return number, at
    # Whatever stands above a name that stands above a few short lines closes a letter too.
    for number in range(max(1, least + 1), len(lines)):
        below = [line.strip() for _, line in lines[number:]]
        if _is_name(below[0]) and all(_is_short(line) for line in below[1:]):
            return number - 1, len(lines[number - 1][1])
    return None


def _is_short(line: str) -> bool:
    return len(line.split()) <= _LAST_LINE_WORDS and not _SENTENCE_END.search(line)


def _is_name(text: str) -> bool:
    """Whether a text is two to four words written as a name is, "Edita S." among them."""
    words = text.strip(" ,-–/").split()
    return (
        2 <= len(words) <= _MOST_NAME_WORDS
        and all(_is_name_word(word) or word in _BETWEEN_NAMES for word in words)
        and (not _SENTENCE_END.search(text) or len(words[-1]) == 2)
    )


def _signed(start: int, line: str, kind: PersonalKind) -> Iterator[Personal]:
    """Yield what a line below a closing holds, if it is no more than a few words."""
    inner = line.strip(" \t,.!-–/|*_")
    words = inner.split()
    if not words or len(words) > _LAST_LINE_WORDS + 3 or _is_thanks(inner):
        return
    first = start + line.index(inner)
    yield Personal(first, first + len(inner), kind)


_PIECE = re.compile(r"(?:^|(?<=[.!?,;:)…])\s+|\s[-–/]\s*|/(?=\w+$))")


def _unannounced(start: int, line: str) -> Iterator[Personal]:
    """Yield a name that the last line is, or ends with behind a sentence."""
    line = line.rstrip()
    for piece in reversed(list(_PIECE.finditer(line))):
        tail = line[piece.end() :].strip(" !-–/")
        words = tail.split()
        if not words or (len(words) == 1 and len(tail) == 2 and tail.endswith(".")):
            continue  # an initial: the name begins before it
        is_one = len(words) == 1 and tail.strip(".").isalpha()
        if is_one and (tail[:1].isupper() or piece.end() > 0) and not tail.endswith("."):
            is_name = fold(tail) not in _words()["common"]
        else:
            is_name = _is_name(tail) or bool(_INITIALS.fullmatch(tail))
        if is_name and not _is_thanks(tail):
            first = start + piece.end() + line[piece.end() :].index(tail)
            yield Personal(first, first + len(tail), "name")
        return


_BETWEEN_NAMES = frozenset(
    {
        "og",
        "and",
        "i",
        "ir",
        "und",
        "si",
        "și",
        "oraz",
        "&",
        "+",
        "von",
        "van",
        "de",
        "zis",
        "y",
        "u",
        "et",
        "a",
    }
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.\s?){1,3}|[^\W\d_]{3,} [^\W\d_]\.")


def _is_thanks(text: str) -> bool:
    return fold(text).strip(" .!,") in _words()["thanks"]


def _again(text: str, known: Iterable[str]) -> Iterator[Personal]:
    """Yield the words that are a known name, or one with an ending."""
    stems = {word.strip(".") for word in known if len(word.strip(".")) >= _LEAST_LETTERS}
    for match in _WORD.finditer(text):
        word = fold(match[0]).strip(".")
        if not match[0][:1].isupper() or word in _words()["common"]:
            continue
        if word in stems or any(
            len(stem) > _LEAST_LETTERS
            and word.startswith(stem[: max(_LEAST_LETTERS, len(stem) - 2)])
            and abs(len(word) - len(stem)) <= _ENDING_LETTERS
            and len(word) >= len(stem)
            for stem in stems
        ):
            yield Personal(match.start(), match.end() - match[0].endswith("."), "name")


@cache
def _words() -> dict[str, frozenset[str]]:
    """Return the words of the file: `thanks`, and `common`, what is never a name."""
    file: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    thanks = {fold(one) for code in LANGUAGES for one in file[code]["thanks"]}
    closings = {fold(one) for code in LANGUAGES for one in file[code]["closings"]}
    greetings = {fold(one) for code in LANGUAGES for one in file[code]["greetings"]}
    titles = {fold(one).strip(".") for code in LANGUAGES for one in file[code]["titles"]}
    common = {word for one in thanks | greetings | titles for word in one.split()}
    common |= {fold(one) for one in file["nobody"]} | closings
    return {"thanks": frozenset(thanks | closings), "common": frozenset(common)}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return what finds the words before a name in a folded text."""
    file: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))

    def any_of(name: str) -> str:
        words = {fold(one) for code in LANGUAGES for one in file[code][name]}
        return "|".join(re.escape(one) for one in sorted(words, key=lambda one: (-len(one), one)))

    return {
        "greetings": re.compile(rf"(?:^|(?<=\n))[ \t]*(?:{any_of('greetings')})(?= )"),
        "introductions": re.compile(rf"(?<!\w)(?:{any_of('introductions')})(?=[ :])"),
        "mentions": re.compile(rf"(?<!\w)(?:{any_of('mentions')})(?=[ :])"),
        "relations": re.compile(rf"(?<!\w)(?:{any_of('relations')})(?= )"),
        "programs": re.compile(rf"(?:{any_of('programs')})\b"),
        "titles": re.compile(rf"(?<!\w)(?:{any_of('titles')})(?= )"),
        "closings": re.compile(rf"(?:^|(?<=[\s.!?,;(]))(?:{any_of('closings')})(?=[\s,.!/-]|$)"),
    }

"""What is typed into the form of a rule, what is wrong with it, and whether it was tried as it is."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, fields, replace

from starlette.datastructures import FormData

from language.masking import mask
from language.normalisation import fold
from triage.deciding.admin_rules.phases import PHASES, TARGETS
from triage.deciding.admin_rules.rule import AdminRule
from triage.deciding.admin_rules.rule_book import RuleDraft
from triage.deciding.admin_rules.traits import FIELDS, Field, says_something
from triage.models import MailRule
from web.translations import Translatable, later

NAME_CHARACTERS = 80
NOTE_CHARACTERS = 500
VALUE_CHARACTERS = 200
MOST_VALUES = 50
MOST_POSITION = 9_999

_FIRST_POSITION = 100
_DIGEST = "digest"


@dataclass(frozen=True)
class RuleForm:
    """What was typed, kept as it is so that it can be shown again; the conditions one value a line."""

    name: str = ""
    senders: str = ""
    recipients: str = ""
    subjects: str = ""
    attachments: str = ""
    phase: str = "before"
    target: str = ""
    position: str = str(_FIRST_POSITION)
    active: str = "yes"
    note: str = ""
    revision: str = "0"

    def values(self, name: Field) -> tuple[str, ...]:
        """The values of a condition, each once."""
        typed: dict[Field, str] = {
            "senders": self.senders,
            "recipients": self.recipients,
            "subjects": self.subjects,
            "attachments": self.attachments,
        }
        lines = (" ".join(line.split()) for line in typed[name].splitlines())
        return tuple(dict.fromkeys(filter(None, lines)))

    def problems(self) -> dict[str, Translatable]:
        """Return what is wrong, by the names of the fields; empty where nothing is."""
        found: dict[str, Translatable | None] = {
            "name": _problem_of_name(self.name.strip()),
            **{name: _problem_of_values(name, self.values(name)) for name in FIELDS},
            "phase": None if self.phase in PHASES else later("Choose one of these."),
            "target": None if self.target in TARGETS else later("Choose where the mail goes."),
            "position": None
            if _position(self.position)
            else later("Write a whole number from 1 to %(most)s.", most=MOST_POSITION),
            "note": _problem_of_text(self.note, NOTE_CHARACTERS),
        }
        if not any(self.values(name) for name in FIELDS):
            found["senders"] = later("Write at least one condition: this one or one of the next.")
        return {name: problem for name, problem in found.items() if problem is not None}

    def draft(self, rule_id: int | None) -> RuleDraft:
        """Return the rule that it describes; only of a form without problems.

        Args:
            rule_id: Of the rule that is changed; None for a new one.
        """
        rule = AdminRule(
            rule_id,
            " ".join(self.name.split()),
            next(phase for phase in PHASES if phase == self.phase),
            next(target for target in TARGETS if target == self.target),
            {name: values for name in FIELDS if (values := self.values(name))},
        )
        note = self.note.strip()
        return RuleDraft(rule, _position(self.position) or 0, bool(self.active), note)

    def digest(self, key: str, user_id: int, rule_id: int | None) -> str:
        """Return a keyed digest of what is typed, which shows that this very rule was tried.

        Args:
            key: Of the sessions.
            user_id: Who tried it.
            rule_id: Which rule.
        """
        said = json.dumps(["rule", user_id, rule_id, asdict(self)], ensure_ascii=True)
        return hmac.new(key.encode(), said.encode(), hashlib.sha256).hexdigest()


def form_of(row: MailRule) -> RuleForm:
    """Return the form in which a rule stands as it is kept."""
    return RuleForm(
        name=row.name,
        senders="\n".join(row.senders),
        recipients="\n".join(row.recipients),
        subjects="\n".join(row.subjects),
        attachments="\n".join(row.attachments),
        phase=row.phase,
        target=row.target,
        position=str(row.position),
        active="yes" if row.active else "",
        note=row.note,
        revision=str(row.revision),
    )


def new_form(positions: list[int]) -> RuleForm:
    """Return an empty form; the rule comes after those that there are.

    Args:
        positions: Of the rules that there are.
    """
    return RuleForm(
        position=str(min(max(positions) + 10, MOST_POSITION) if positions else _FIRST_POSITION)
    )


def sent_form(sent: FormData) -> RuleForm:
    """Return what was sent, with the line ends that are kept."""
    empty = RuleForm(active="")
    typed = {
        one.name: value.replace("\r\n", "\n").replace("\r", "\n")
        for one in fields(RuleForm)
        if isinstance(value := sent.get(one.name), str)
    }
    return replace(empty, **typed)


def was_tried(sent: FormData, expected: str) -> bool:
    """Return whether a form was sent in the state in which it was tried.

    Args:
        sent: The form.
        expected: Its digest as it is now.
    """
    given = sent.get(_DIGEST)
    return isinstance(given, str) and hmac.compare_digest(given.encode(), expected.encode())


def revision_in(form: RuleForm) -> int:
    """Return the revision that an admin had before them; 0, which no kept rule has, for nonsense."""
    return int(form.revision) if _is_number(form.revision) else 0


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _position(text: str) -> int | None:
    number = int(text.strip()) if _is_number(text.strip()) else 0
    return number if 1 <= number <= MOST_POSITION else None


def _problem_of_name(name: str) -> Translatable | None:
    if not fold(name):
        return later("Write a name: caseworkers read it as the reason.")
    return _problem_of_text(name, NAME_CHARACTERS)


def _problem_of_text(text: str, most: int) -> Translatable | None:
    if len(text) > most:
        return later("Write at most %(most)s characters.", most=most)
    if mask(text) != text:
        return later("There must be no personal number (CPR) here.")
    if not all(character.isprintable() or character == "\n" for character in text):
        return later("There are characters in it that cannot be read.")
    return None


def _problem_of_values(name: Field, values: tuple[str, ...]) -> Translatable | None:
    if len(values) > MOST_VALUES:
        return later("Write at most %(most)s lines; make two rules of it.", most=MOST_VALUES)
    for value in values:
        problem = _problem_of_text(value, VALUE_CHARACTERS)
        if problem is not None:
            return problem
        if not says_something(name, value):
            return later("“%(value)s” says nothing: write letters or digits.", value=value)
        if name in {"senders", "recipients"} and " " in value:
            return later("“%(value)s” is no address: write one a line.", value=value)
    return None

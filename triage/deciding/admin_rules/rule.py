"""What a rule of an admin says, and which of several applies to a mail. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from triage.deciding.admin_rules.phases import Phase, Target
from triage.deciding.admin_rules.traits import FIELDS, Field, Traits, pattern
from triage.deciding.admin_rules.wildcards import Wildcard
from understanding.queues import is_queue


@dataclass(frozen=True)
class AdminRule:
    """A rule that an admin wrote.

    Attributes:
        id: Of its row; None for one that is not kept yet.
        name: What caseworkers read as the reason.
        conditions: All of them must hold; of the values of one, one is enough.
        phase: When it is asked.
        target: Where it puts a mail.
    """

    id: int | None
    name: str
    phase: Phase
    target: Target
    conditions: Mapping[Field, tuple[str, ...]] = field(default_factory=dict)

    @property
    def keeps_a_question(self) -> bool:
        """Whether it puts a mail into a queue: what comes from the form is nothing else."""
        return is_queue(self.target)

    @cached_property
    def _patterns(self) -> tuple[tuple[Field, tuple[tuple[Wildcard, str], ...]], ...]:
        return tuple(
            (name, tuple((pattern(name, value), value) for value in values))
            for name in FIELDS
            if (values := self.conditions.get(name))
        )

    def match(self, traits: Traits) -> tuple[str, ...] | None:
        """Return what a mail matched: a value of each condition; None if one does not hold.

        A rule without conditions matches nothing.
        """
        matched: list[str] = []
        for name, values in self._patterns:
            found = _first_value(values, traits[name])
            if found is None:
                return None
            matched.append(found)
        return tuple(matched) or None


def first(rules: Iterable[AdminRule], phase: Phase, traits: Traits) -> AdminRule | None:
    """Return the first rule of a phase that a mail matches, in the order in which they are given."""
    for rule in rules:
        if rule.phase == phase and rule.match(traits) is not None:
            return rule
    return None


def _first_value(values: tuple[tuple[Wildcard, str], ...], texts: tuple[str, ...]) -> str | None:
    for wildcard, value in values:
        for text in texts:
            if wildcard.matches(text):
                return value
    return None

"""What worker processes of tests begin with: the words that decide are read, so that no claim ends."""

from __future__ import annotations

from language.languages import LANGUAGES
from tests.triage.composition import stand_in
from triage.parsing.message import ParsedMail

for _language in LANGUAGES:
    stand_in(ParsedMail(subject="tax", text_new=f"A question ({_language})."))

"""Where the form is by which a question is put to a person."""

from __future__ import annotations

from language.languages import Language

PATH = "ask-a-person"
"""What stands after the language in the address of the form."""


def form_path(language: Language, conversation_id: str | None = None) -> str:
    """Return where the form is: that of a conversation knows what was asked there."""
    if conversation_id is None:
        return f"/{language}/{PATH}"
    return f"/{language}/conversations/{conversation_id}/{PATH}"

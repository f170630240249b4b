"""Every text that is shown has a translation in each language of its readers."""

from __future__ import annotations

import re

import pytest

from language.languages import LANGUAGES, Language
from web.catalogues import updated, write
from web.translations import (
    CATALOGUES,
    CatalogueName,
    catalogue_path,
    languages_of,
    read_catalogue,
    texts_in_code,
    translations,
)

EACH = [(language, name) for name in CATALOGUES for language in languages_of(name)]


def test_the_public_reads_six_languages_and_staff_two() -> None:
    assert [pair for pair in EACH if pair[1] == "messages"] == [
        (language, "messages") for language in LANGUAGES if language != "en"
    ]
    assert [pair for pair in EACH if pair[1] == "staff"] == [("da", "staff")]


@pytest.mark.parametrize(("language", "name"), EACH)
def test_a_catalogue_has_exactly_the_texts_of_the_code(
    language: Language, name: CatalogueName
) -> None:
    catalogue = read_catalogue(language, name)
    wanted = {message.id for message in texts_in_code(name) if message.id}
    assert wanted
    assert {message.id for message in catalogue if message.id} == wanted


@pytest.mark.parametrize(("language", "name"), EACH)
def test_every_text_is_translated_with_its_placeholders(
    language: Language, name: CatalogueName
) -> None:
    for message in read_catalogue(language, name):
        if not message.id:
            continue
        singular = str(message.id[0] if isinstance(message.id, tuple) else message.id)
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        for form in map(str, forms):
            assert form, f"{language}: {singular}"
            assert placeholders(form) == placeholders(singular), form
            assert form.strip() == form
        assert not message.fuzzy


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


@pytest.mark.parametrize(("language", "name"), EACH)
def test_the_files_are_as_the_tool_writes_them(language: Language, name: CatalogueName) -> None:
    path = catalogue_path(language, name)
    assert path.read_bytes() == write(updated(language, name, texts_in_code(name)))


def test_texts_are_found_and_numbers_take_their_form() -> None:
    assert translations("en").gettext("Send") == "Send"
    assert translations("pl").gettext("Send") == "Wyślij"
    assert translations("da").gettext("Sign out") == "Log ud"
    counted = [
        translations("pl").ngettext("%(num)s character at most", "%(num)s characters at most", n)
        for n in (1, 2, 5, 22)
    ]
    assert counted == [
        "Najwyżej %(num)s znak",
        "Najwyżej %(num)s znaki",
        "Najwyżej %(num)s znaków",
        "Najwyżej %(num)s znaki",
    ]

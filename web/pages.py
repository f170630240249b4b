"""Templates: found in the rooms' folders, filled in the reader's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from language.languages import LANGUAGES, NAMES, Language
from web import dates, markdown
from web.errors import DuplicateTemplateError
from web.static_files import StaticFiles
from web.translations import translations


class Pages:
    """All templates, once for each language.

    A template finds `_`, `ngettext`, `language`, `languages` (code and own name), `static(name)`,
    and the filters `day`, `iso_day`, `moment`, `clock`, `age`, `percent`, `bytes` and `markdown`.

    Args:
        folders: Where templates lie; a name is there once in all of them.
        static_files: For the addresses of style sheets, scripts and icons.

    Raises:
        DuplicateTemplateError: Two folders have a template of the same name.
    """

    def __init__(self, folders: Sequence[Path], static_files: StaticFiles) -> None:
        _refuse_duplicates(folders)
        self._environments = {
            language: _environment(folders, language, static_files.url) for language in LANGUAGES
        }

    def html(self, template: str, language: Language, **context: Any) -> str:
        """Return a template filled in a language."""
        return self._environments[language].get_template(template).render(context)

    def response(
        self, template: str, language: Language, *, status: int = 200, **context: Any
    ) -> HTMLResponse:
        """Return a template filled in a language, as a response that says so."""
        return HTMLResponse(
            self.html(template, language, **context),
            status,
            headers={"Content-Language": language},
        )


def _refuse_duplicates(folders: Sequence[Path]) -> None:
    """Refuse a template that would hide another room's."""
    names = Counter(path.name for folder in folders for path in folder.iterdir())
    twice = sorted(name for name, count in names.items() if count > 1)
    if twice:
        raise DuplicateTemplateError(
            f"Two rooms have a template named {twice[0]}; give one of them another name."
        )


def _environment(
    folders: Sequence[Path], language: Language, static_url: Callable[[str], str]
) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([str(folder) for folder in folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    found = translations(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        found.gettext, found.ngettext, newstyle=True
    )
    environment.globals.update(
        language=language,
        languages=[(code, NAMES[code]) for code in LANGUAGES],
        static=static_url,
    )
    environment.filters.update(
        day=partial(_with_language, dates.day, language),
        moment=partial(_with_language, dates.moment, language),
        clock=partial(_with_language, dates.clock, language),
        iso_day=partial(_with_language, dates.iso_day, language),
        age=partial(_with_language, dates.age, language),
        percent=partial(_with_language, _percent, language),
        bytes=partial(_with_language, _bytes, language),
        markdown=_markdown,
    )
    return environment


def _with_language(form: Callable[[Any, Language], str], language: Language, value: Any) -> str:
    return form(value, language)


def _percent(value: float, language: Language) -> str:
    return format_percent(value, locale=language)


def _bytes(value: int, language: Language) -> str:
    kilobytes = max(1, round(value / 1000))
    if kilobytes < 1000:
        return f"{kilobytes} kB"
    return f"{format_decimal(round(kilobytes / 1000, 1), locale=language)} MB"


def _markdown(text: str) -> Markup:
    return Markup(markdown.to_html(text))  # noqa: S704 (cleaned by nh3)

"""A small content of two topics, as files and in databases of both kinds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from knowledge.catalogue import TOPICS_FILE
from knowledge.content import read_content
from knowledge.facts import FACTS_FILE, Fact, write_facts
from knowledge.importing import carry_out, plan
from language.languages import LANGUAGES
from storage.database import Database
from web.dates import today

ARTICLE = """\
reviewed: 2026-11-23
review_due: 2027-05-23
sources:
- id: skat
  title: Tax card (skat.dk)
  url: https://skat.dk/en-us/individuals/tax-card
  checked: 2026-11-20
- id: law
  title: Kildeskatteloven § 48
  url: https://skm.dk/love/kildeskatteloven-48
  checked: 2026-11-21
related:
- cpr-number
- jobnet-cv
"""

DANISH = """\
---
title: Sådan får du et skattekort
state: written
---
Søg hos [Skattestyrelsen](https://skat.dk/skattekort) inden 3 måneder.

::: only third_country
Du skal først have en tilladelse.
:::

## Det skal du gøre {#steps}

1. Find blanket 04.063.

::: only nordic eu_eea_ch
2. Vedlæg dit id-kort.
:::

3. Send den. Se også [CPR-nummer](topic:cpr-number).

## Hav det her klar {#bring}

- Dit pas
- Din kontrakt

## Hvad sker der så? {#next}

Du får svar den 1. marts 2027.
"""

ENGLISH = """\
---
title: Getting a tax card
state: cross-read
---
Apply to the [Tax Agency](https://skat.dk/en-us/tax-card) within three months.

::: only third_country
You need a permit first.
:::

## What to do {#steps}

1. Find form 04.063.

::: only nordic eu_eea_ch
2. Attach your ID card.
:::

3. Send it. See also [CPR number](topic:cpr-number).

## What to have ready {#bring}

- Your passport
- Your contract

## What happens next {#next}

You get an answer on 1 March 2027.
"""

SIMPLE_ARTICLE = """\
reviewed: 2026-11-23
review_due: 2027-05-23
sources:
- id: cpr
  title: CPR
  url: https://cpr.dk/
  checked: 2026-11-23
"""

SIMPLE = "---\ntitle: CPR-nummer\nstate: written\n---\nMød op i dit ICS-center.\n"

CENTRES = """\
centres:
  kobenhavn:
    records:
    - name: ICS East
      host_municipality: København
      address: Nyropsgade 1, 1602 København V
      phone: +45 33 66 10 00
      email: cph@kk.dk
      web: https://ihcph.kk.dk/
      opening_hours_page: https://lifeindenmark.borger.dk/ics
      hours:
        confirmed: false
        source: https://lifeindenmark.borger.dk/ics
        as_of: unknown
        opening: {mon: 9-15, tue: closed}
      source: https://lifeindenmark.borger.dk/ics
      as_of: unknown
      checked: 2026-11-23
      confidence: high
  odense:
    records:
    - name: ICS Odense
      host_municipality: Odense
      opening_hours_page: https://lifeindenmark.borger.dk/ics
      source: https://lifeindenmark.borger.dk/ics
      as_of: unknown
      checked: 2026-11-23
      confidence: high
municipalities:
- name: København
  code: '0101'
  records:
  - {valid_to: 2026-12-31, region: Hovedstaden, centre: kobenhavn, basis: source, source: https://lifeindenmark.borger.dk/ics, checked: 2026-11-23}
  - {valid_from: 2027-01-01, region: Østdanmark, centre: kobenhavn, basis: source, source: https://lifeindenmark.borger.dk/ics, checked: 2026-11-23}
- name: Herlev
  code: '0163'
  records:
  - {region: Hovedstaden, centre: kobenhavn, basis: region-default, checked: 2026-11-23}
- name: Odense
  code: '0461'
  records:
  - {region: Syddanmark, centre: odense, basis: source, source: https://lifeindenmark.borger.dk/ics, checked: 2026-11-23}
"""


@pytest.fixture
def content_directory(tmp_path: Path) -> Path:
    """Files: tax-card in Danish and English, with variants; cpr-number in Danish; two centres."""
    return write_content(tmp_path / "content")


def write_content(directory: Path) -> Path:
    """Write the small content into a directory, with all the topics of the project."""
    for name, content in {
        "articles/tax-card/article.yml": ARTICLE,
        "articles/tax-card/da.md": DANISH,
        "articles/tax-card/en.md": ENGLISH,
        "articles/cpr-number/article.yml": SIMPLE_ARTICLE,
        "articles/cpr-number/da.md": SIMPLE,
        "centres.yml": CENTRES,
    }.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    shutil.copy(TOPICS_FILE, directory)
    return directory


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction on an empty database, rolled back at the end."""
    with Session(database.engine) as session:
        yield session


@pytest.fixture
def filled(session: Session, content_directory: Path) -> Session:
    """A transaction in which the small content has been imported."""
    fill(session, content_directory)
    return session


def fill(session: Session, directory: Path) -> None:
    """Import a content."""
    carry_out(session, plan(session, read_content(directory)), "import")


DAY_READ = today() - timedelta(days=20)
"""A day on which an official page held the values that readers are shown."""

SOURCE = {"title": "Fees (nyidanmark.dk)", "url": "https://nyidanmark.dk/fees"}

# Named in a text and shown, named and waiting, named nowhere; one of each kind.
FACTS: dict[str, dict[str, object]] = {
    "fee": {"kind": "amount", "value": 6055, "year": today().year, "as_of": DAY_READ},
    "hotline": {"kind": "telephone", "value": "+45 72 22 27 80"},
    "law": {"kind": "percent", "value": 7.5, "stable": True},
    "limit": {"kind": "number", "value": 3},
    "name": {"kind": "text", "value": dict.fromkeys(LANGUAGES, "ICS East"), "as_of": DAY_READ},
    "opening": {"kind": "date", "value": "2026-05-01"},
    "wait": {"kind": "duration", "value": "2 weeks", "note": "Counted from the visit."},
}

WITH_FACTS = """\
---
title: CPR-nummer
state: written
---
Det koster [beløbet på siden](fact:fee). Ring til [os](fact:hotline).

## Frister {#deadlines}

Du venter [så længe](fact:wait).
"""


def write_facts_content(directory: Path) -> Path:
    """Write the small content with facts, three of which its article on the CPR number names."""
    write_content(directory)
    shared = {"source": SOURCE, "checked": DAY_READ}
    facts = {name: Fact.model_validate(data | shared) for name, data in FACTS.items()}
    (directory / FACTS_FILE).write_text(write_facts(facts), encoding="utf-8")
    path = directory / "articles" / "cpr-number" / "da.md"
    path.write_text(WITH_FACTS, encoding="utf-8")
    return directory


SITUATIONS = """\
---
title: Staying in Denmark
state: written
---
You register [here](topic:tax-card).

::: only third_country over_6_months
You need a permit for the whole stay.
:::

::: only nordic eu_eea_ch up_to_3_months
You need no permit for a short stay.
:::

## What to do {{#steps}}

1. Go to the centre.
{more}"""

MORE_SITUATIONS = """
::: only employee danish_address
2. Bring your contract.
:::

::: only jobseeker other_occupation foreign_address
2. Bring proof of your means.
:::
"""


def write_situations_content(directory: Path) -> Path:
    """Write the small content with articles for situations: eu-residence has two, mitid four."""
    write_content(directory)
    for topic, more in {"eu-residence": "", "mitid": MORE_SITUATIONS}.items():
        folder = directory / "articles" / topic
        folder.mkdir()
        related = f"{SIMPLE_ARTICLE}related:\n- tax-card\n"
        (folder / "article.yml").write_text(related, encoding="utf-8")
        for language in ("da", "en"):
            path = folder / f"{language}.md"
            path.write_text(SITUATIONS.format(more=more), encoding="utf-8")
    return directory


BY_CENTRE = """\
---
title: {title}
state: written
---
You get [a number](topic:tax-card) at your centre.

## What to do {{#steps}}

::: only centre:odense
1. Book a time in Odense.
:::

::: only other_centre
1. Come when it suits you.
:::

2. Show your passport.
"""


def write_content_by_centre(directory: Path) -> Path:
    """Write the small content, with a CPR article whose first step differs in Odense."""
    write_content(directory)
    for language, title in {"da": "CPR-nummer", "en": "CPR number", "pl": "Numer CPR"}.items():
        path = directory / "articles" / "cpr-number" / f"{language}.md"
        path.write_text(BY_CENTRE.format(title=title), encoding="utf-8")
    return directory

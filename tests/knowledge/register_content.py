"""The small content with confirmed hours, another centre from March 2027 on, and one that closes."""

from __future__ import annotations

from pathlib import Path

from tests.knowledge.conftest import CENTRES, write_content

LAST_DAY = "2027-02-28"
NEW_DAY = "2027-03-01"

_PAGE = "https://lifeindenmark.borger.dk/ics"
_REST = f"""\
      opening_hours_page: {_PAGE}
      source: {_PAGE}
      as_of: unknown
      checked: 2026-11-23
      confidence: high
"""
_FUNEN = f"""\
    - valid_from: {NEW_DAY}
      name: ICS <Funen> & "Isles"
      host_municipality: Odense
      phone: +45 11 11 11 11
      phone_confirmed: true
      appointment: required
      jobseekers: {{unit: Jobs, phone: +45 22 22 22 22, email: jobs@odense.example}}
      hours:
        confirmed: true
        source: {_PAGE}
        as_of: '2027-03-01'
        opening: {{fri: closed, mon: 9.30-12}}
        telephone: {{thu: 10-14.15}}
{_REST}"""
_CLOSING = f"""\
  herlev:
    records:
    - valid_to: {LAST_DAY}
      name: ICS Herlev
      host_municipality: Herlev
{_REST}"""
_HERLEV = (
    "  - {region: Hovedstaden, centre: kobenhavn, basis: region-default, checked: 2026-11-23}\n"
)
_HERLEV_LATER = f"""\
  - {{valid_to: {LAST_DAY}, region: Hovedstaden, centre: herlev, basis: region-default, checked: 2026-11-23}}
  - {{valid_from: {NEW_DAY}, region: Østdanmark, centre: kobenhavn, basis: region-default, checked: 2026-11-23}}
"""


def write_register_content(directory: Path) -> Path:
    """Write the content into a directory."""
    write_content(directory)
    text = CENTRES.replace(
        "    - name: ICS Odense\n", f"    - valid_to: {LAST_DAY}\n      name: ICS Odense\n"
    ).replace("municipalities:\n", f"{_FUNEN}{_CLOSING}municipalities:\n")
    assert _HERLEV in text
    text = text.replace(_HERLEV, _HERLEV_LATER)
    (directory / "centres.yml").write_text(text, encoding="utf-8")
    return directory

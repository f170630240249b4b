"""The pages of centres and municipalities over HTTP, on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from knowledge.centre_files import read_centres
from knowledge.centres import centre_for, centres
from knowledge.content import read_content
from knowledge.exporting import export_content
from knowledge.importing import plan
from knowledge.models import Centre, Municipality
from storage.database import Database
from tests.knowledge.admin.conftest import Client, audited
from tests.knowledge.admin.test_articles import fields_of
from tests.knowledge.admin.test_texts import shown
from web.dates import today

PAGE = "/admin/centres/kobenhavn"
HERLEV = "/admin/centres/municipalities/0163"


def test_contact_data_are_saved_kept_by_an_import_and_exported(
    alex: Client, database: Database, content_directory: Path, tmp_path: Path
) -> None:
    assert "+45 33 66 10 00 (not confirmed)" in shown(alex.get("/admin/centres/"))
    changed = {
        "phone": "+45 33 66 10 01",
        "phone_confirmed": "true",
        "hours.opening.wed": "9.30-17",
        "jobseekers.unit": "Jobs",
    }
    assert alex.post(PAGE, fields_of(alex, PAGE) | changed).status_code == 303
    with database.transaction() as session:
        centre = session.get_one(Centre, "kobenhavn")
        row = centre.records[0]
        assert (row.phone, row.phone_confirmed, centre.revision) == ("+45 33 66 10 01", True, 2)
        assert row.hours is not None
        assert row.hours["opening"] == {"mon": "9-15", "tue": "closed", "wed": "9.30-17"}
        assert not row.hours_confirmed
        steps = plan(session, read_content(content_directory))
        assert [s.action for s in steps if s.item == "kobenhavn"] == ["keep"]
        export_content(session, tmp_path / "out")
    exported = read_centres(tmp_path / "out" / "centres.yml").centres["kobenhavn"].records[0]
    assert exported.jobseekers is not None
    assert exported.jobseekers.unit == "Jobs"
    assert audited(database) == [("centre.saved", "centre:kobenhavn")]


def test_an_unchanged_form_changes_no_data(
    alex: Client, database: Database, content_directory: Path
) -> None:
    for path in (PAGE, "/admin/centres/odense", HERLEV):
        assert alex.post(path, fields_of(alex, path)).status_code == 303
    with database.transaction() as session:
        steps = plan(session, read_content(content_directory))
        assert {s.action for s in steps if s.group == "centres.yml"} == {"same"}


def test_wrong_contact_data_come_back_with_what_was_typed(alex: Client) -> None:
    wrong = {
        "phone": "12",
        "email": "x",
        "hours.opening.mon": "early",
        "checked": "soon",
        "name": "",
    }
    refused = alex.post(PAGE, fields_of(alex, PAGE) | wrong)
    assert refused.status_code == 422
    said = shown(refused)
    for message in (
        "with its country code",
        "Write a mail address",
        "Write the time as",
        "Write a date",
        "Fill in",
    ):
        assert message in said
    for typed in ("12", "x", "early", "soon"):
        assert f'value="{typed}"' in refused.text


def test_the_second_to_save_a_centre_sees_what_is_saved(alex: Client, anna: Client) -> None:
    fields = fields_of(alex, PAGE)
    assert anna.post(PAGE, fields | {"address": "A 1"}).status_code == 303
    refused = alex.post(PAGE, fields | {"address": "B 2"})
    assert refused.status_code == 409
    assert 'value="B 2"' in refused.text
    assert "Saved now: A 1" in shown(refused)


def test_a_municipality_gets_another_centre(alex: Client, database: Database) -> None:
    assert "1 municipality" in shown(alex.get("/admin/centres/municipalities/?text=herl"))
    assert "2 municipalities" in shown(alex.get("/admin/centres/municipalities/?centre=kobenhavn"))
    refused = alex.post(HERLEV, fields_of(alex, HERLEV) | {"basis": "source"})
    assert "basis `source` needs a source" in shown(refused)
    change = {"centre": "odense", "basis": "source", "source": "https://lifeindenmark.borger.dk/x"}
    assert alex.post(HERLEV, fields_of(alex, HERLEV) | change).status_code == 303
    with database.transaction() as session:
        row = session.get_one(Municipality, "0163")
        assert (row.records[0].centre_slug, row.records[0].basis) == ("odense", "source")
        assert row.revision == 2
    unknown = alex.post(HERLEV, fields_of(alex, HERLEV) | {"centre": "nowhere"})
    assert unknown.status_code == 422
    stale = alex.post(HERLEV, fields_of(alex, HERLEV) | {"revision": "1"})
    assert stale.status_code == 409
    assert audited(database) == [("municipality.saved", "municipality:0163")]


def test_unknown_centres_and_municipalities_do_not_exist(alex: Client) -> None:
    for path in (
        "/admin/centres/x",
        "/admin/centres/municipalities/9999",
        "/admin/centres/municipalities/x",
    ):
        assert alex.get(path).status_code == 404


AHEAD = f"{PAGE}/ahead"
TOMORROW = (today() + timedelta(days=1)).isoformat()
IN_A_YEAR = (today() + timedelta(days=365)).isoformat()


def test_a_change_entered_ahead_takes_effect_on_its_day(
    alex: Client, database: Database, content_directory: Path, tmp_path: Path
) -> None:
    change = {"valid_from": IN_A_YEAR, "address": "New Street 1"}
    done = alex.post(AHEAD, fields_of(alex, AHEAD) | change)
    assert done.status_code == 303
    page = shown(alex.get(done.headers["location"]))
    assert "It takes effect by itself on" in page
    assert "New Street 1" in alex.get(f"{PAGE}?record={IN_A_YEAR}").text
    assert "Nyropsgade 1" in alex.get(PAGE).text
    assert "Changes ahead" in shown(alex.get("/admin/centres/"))
    with database.transaction() as session:
        addresses = [
            [one.address for one in centres(session, day) if one.slug == "kobenhavn"]
            for day in (today(), today() + timedelta(days=364), today() + timedelta(days=365))
        ]
        export_content(session, tmp_path / "out")
        steps = plan(session, read_content(content_directory))
        assert [s.action for s in steps if s.item == "kobenhavn"] == ["keep"]
    old = "Nyropsgade 1, 1602 København V"
    assert addresses == [[old], [old], ["New Street 1"]]
    exported = read_centres(tmp_path / "out" / "centres.yml").centres["kobenhavn"].records
    assert [one.address for one in exported] == [old, "New Street 1"]
    assert audited(database) == [("centre.change_entered", "centre:kobenhavn")]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("", "Choose a day after today"),
        (today().isoformat(), "Choose a day after today"),
        ("soon", "Write a date that exists"),
        (IN_A_YEAR, "A change is entered for that day already"),
    ],
)
def test_a_change_ahead_on_a_wrong_day_comes_back_as_typed(
    alex: Client, day: str, said: str
) -> None:
    alex.post(AHEAD, fields_of(alex, AHEAD) | {"valid_from": IN_A_YEAR})
    typed = {"valid_from": day, "address": "New Street 2"}
    refused = alex.post(AHEAD, fields_of(alex, AHEAD) | typed)
    assert refused.status_code == 422
    assert said in shown(refused)
    assert 'value="New Street 2"' in refused.text
    assert f'value="{day}"' in refused.text


def test_a_change_ahead_is_corrected_and_withdrawn(alex: Client, database: Database) -> None:
    alex.post(AHEAD, fields_of(alex, AHEAD) | {"valid_from": IN_A_YEAR, "address": "A 1"})
    page = f"{PAGE}?record={IN_A_YEAR}"
    assert alex.post(PAGE, fields_of(alex, page) | {"address": "A 2"}).status_code == 303
    with database.transaction() as session:
        records = session.get_one(Centre, "kobenhavn").records
        assert [one.address for one in records] == ["Nyropsgade 1, 1602 København V", "A 2"]
    withdrawal = {"valid_from": IN_A_YEAR, "revision": "3"}
    stale = alex.post(f"{PAGE}/withdraw", withdrawal | {"revision": "2"})
    assert "Nothing was withdrawn" in shown(alex.get(stale.headers["location"]))
    assert alex.post(f"{PAGE}/withdraw", withdrawal).status_code == 303
    with database.transaction() as session:
        (record,) = session.get_one(Centre, "kobenhavn").records
        assert (record.valid_from, record.valid_to) == (None, None)
    again = alex.post(f"{PAGE}/withdraw", withdrawal | {"revision": "4"})
    assert "Nothing was withdrawn" in shown(alex.get(again.headers["location"]))
    assert [action for action, _ in audited(database)] == [
        "centre.change_entered", "centre.saved", "centre.withdrawn",
    ]  # fmt: skip


def test_of_two_changes_ahead_the_second_one_sees_what_is_saved(alex: Client, anna: Client) -> None:
    fields = fields_of(alex, AHEAD)
    first = {"valid_from": IN_A_YEAR, "address": "A 1"}
    assert anna.post(AHEAD, fields | first).status_code == 303
    refused = alex.post(AHEAD, fields | {"valid_from": IN_A_YEAR, "address": "B 2"})
    assert refused.status_code == 409
    assert 'value="B 2"' in refused.text
    assert "Saved now: A 1" in shown(refused)


def test_a_centre_closes_when_it_serves_no_municipality_any_more(
    alex: Client, database: Database
) -> None:
    page = "/admin/centres/odense"
    closing = fields_of(alex, page) | {"valid_to": IN_A_YEAR}
    refused = alex.post(page, closing)
    assert refused.status_code == 422
    assert "On other days it is still to serve Odense" in shown(refused)
    odense = "/admin/centres/municipalities/0461"
    moved = {"valid_from": TOMORROW, "centre": "kobenhavn"}
    assert alex.post(f"{odense}/ahead", fields_of(alex, f"{odense}/ahead") | moved).is_redirect
    assert alex.post(page, closing).status_code == 303
    assert "Centres that close" in shown(alex.get("/admin/centres/"))
    back = fields_of(alex, f"{odense}?record={TOMORROW}") | {"centre": "odense"}
    assert "is not there on all days" in shown(alex.post(odense, back))
    late = {"valid_from": (today() + timedelta(days=900)).isoformat()}
    ahead = f"{page}/ahead"
    assert "Nothing holds on that day" in shown(alex.post(ahead, fields_of(alex, ahead) | late))
    early = fields_of(alex, page) | {"valid_from": "", "valid_to": "1999-01-01"}
    assert "On other days" in shown(alex.post(page, early))
    with database.transaction() as session:
        after = today() + timedelta(days=366)
        assert [one.slug for one in centres(session, after)] == ["kobenhavn"]
        served = centre_for(session, "Odense", after)
        assert served is not None
        assert served.slug == "kobenhavn"


def test_a_region_that_changes_is_seen_ahead(alex: Client) -> None:
    table = shown(alex.get("/admin/centres/municipalities/"))
    assert "From 1 January 2027: Østdanmark" in table
    page = alex.get("/admin/centres/municipalities/0101?record=2027-01-01")
    assert 'value="Østdanmark"' in page.text
    assert alex.get("/admin/centres/municipalities/0101?record=2027-01-02").status_code == 404

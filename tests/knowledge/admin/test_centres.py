"""The pages of centres and municipalities over HTTP, on both databases."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from knowledge.centre_files import read_centres
from knowledge.content import read_content
from knowledge.exporting import export_content
from knowledge.importing import plan
from knowledge.models import Centre, Municipality
from storage.database import Database
from tests.knowledge.admin.conftest import Client, audited
from tests.knowledge.admin.test_articles import fields_of
from tests.knowledge.admin.test_texts import shown

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
        row = session.get_one(Centre, "kobenhavn")
        assert (row.phone, row.phone_confirmed, row.revision) == ("+45 33 66 10 01", True, 2)
        assert row.hours is not None
        assert row.hours["opening"] == {"mon": "9-15", "tue": "closed", "wed": "9.30-17"}
        assert not row.hours_confirmed
        steps = plan(session, read_content(content_directory))
        assert [s.action for s in steps if s.item == "kobenhavn"] == ["keep"]
        export_content(session, tmp_path / "out")
    exported = read_centres(tmp_path / "out" / "centres.yml").centres["kobenhavn"]
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
        row = session.scalars(select(Municipality).where(Municipality.code == "0163")).one()
        assert (row.centre_slug, row.basis, row.revision) == ("odense", "source", 2)
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

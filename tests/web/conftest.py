"""Fixtures for the tests of pages."""

from tests.web.browser import browser
from tests.web.fixtures import site_url, sqlite_tables, tables

__all__ = ["browser", "site_url", "sqlite_tables", "tables"]

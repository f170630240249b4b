"""Fixtures for the tests of pages."""

from tests.web.fixtures import site_url, sqlite_tables, tables

__all__ = ["site_url", "sqlite_tables", "tables"]

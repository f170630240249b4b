"""Tests of the pages for users and the audit log."""

"""Tests of the admins' pages of mail."""

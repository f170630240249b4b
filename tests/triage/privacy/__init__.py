"""Tests of triage/privacy/."""

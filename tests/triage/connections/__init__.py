"""Tests of triage/connections/."""

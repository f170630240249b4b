"""Tests of triage/cases/."""

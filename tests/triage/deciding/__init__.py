"""Tests of triage/deciding/."""

"""Tests of triage/letters/."""

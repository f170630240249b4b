"""Tests of triage/parsing/."""

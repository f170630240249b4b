"""Tests of triage/folders/."""

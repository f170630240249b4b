"""Tests of triage/queues/."""

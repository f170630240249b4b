"""Checks a mailbox's settings against the real servers, step by step, and says what to fix."""

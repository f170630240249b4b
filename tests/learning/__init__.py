"""Tests of what the bot learns from."""

"""Tests of bot/components."""

"""Tests of the public pages of the knowledge."""

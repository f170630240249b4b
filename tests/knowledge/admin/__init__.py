"""Tests of the pages on which admins keep the knowledge."""

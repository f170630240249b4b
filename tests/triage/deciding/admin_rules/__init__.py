"""Tests of the rules that admins write."""

"""Tests of the guides' rules, by tables of cases."""

"""Tests against mail servers that others wrote."""

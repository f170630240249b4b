"""Tests of the chat on the pages of others."""

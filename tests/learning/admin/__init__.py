"""Tests of the pages of messages, questions and trainings."""

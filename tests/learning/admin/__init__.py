"""Tests of the pages of the trainings."""

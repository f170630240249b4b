"""Rasa graph components: thin adapters over understanding and language."""

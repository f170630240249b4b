"""Conversations with a real Rasa and a real action server."""

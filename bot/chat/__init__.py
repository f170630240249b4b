"""The public page and the chat API in front of Rasa."""

"""The action server: what the bot answers, read from the knowledge database."""

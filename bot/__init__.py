"""The bot: Rasa components, the action server, and the chat page and API in front of them."""

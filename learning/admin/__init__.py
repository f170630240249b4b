"""The admins' pages of training messages, and of the questions that become some."""

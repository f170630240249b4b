"""The pages on which admins train the bot, compare models, and choose one."""

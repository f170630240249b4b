"""The admins' pages of training messages, questions that become some, trainings and models."""

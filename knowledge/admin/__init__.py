"""The pages on which admins keep the knowledge."""

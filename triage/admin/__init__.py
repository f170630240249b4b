"""The admins' pages of mail: how long cases are kept, and what was erased."""

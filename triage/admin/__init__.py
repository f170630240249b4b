"""The admins' pages of mail: the rules, how long cases are kept, and what was erased."""

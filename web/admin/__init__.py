"""The pages for the users of the staff pages, and for the audit log."""

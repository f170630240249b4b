"""The rules that admins write: what they say, how they are kept, and how they are tried on past mail."""

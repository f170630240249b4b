"""How long cases are kept, how they are erased, and how that is proved."""

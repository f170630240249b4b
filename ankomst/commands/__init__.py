"""The commands of `ankomst`, a file for each group."""

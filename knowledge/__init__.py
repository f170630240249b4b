"""The articles, their translations, variants and sources; the centres and municipalities."""

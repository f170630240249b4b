"""The six languages: identification, normalisation, entities, masking. No I/O, no database."""

"""What is written to people: acknowledgements, receipts and answers."""

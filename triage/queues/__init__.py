"""What is set of each queue, at all centres or at one, and what follows from it."""

"""What caseworkers do with a mail: cases, corrections, replies, questions from the form."""

"""Where mails lie in the mailbox, how they are moved, and what people do there."""

"""The doors to the servers: IMAP, SMTP, and tokens in place of passwords."""

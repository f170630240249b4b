"""Where a mail belongs, and why."""

"""The front door: command line, application and processes."""

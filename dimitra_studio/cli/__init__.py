"""The studio's capabilities on the command line."""

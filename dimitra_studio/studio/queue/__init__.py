"""The list of jobs: what runs, what waits, what has ended."""

"""What every layer shares: data types, errors, and how files are looked at and written. Needs numpy alone."""

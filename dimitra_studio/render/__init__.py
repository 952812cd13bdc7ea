"""Motion and portrait become pixels."""

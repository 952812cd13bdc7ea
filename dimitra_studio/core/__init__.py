"""Data types shared by every layer; numpy only, no I/O."""

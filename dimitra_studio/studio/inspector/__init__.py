"""How the next take is made."""

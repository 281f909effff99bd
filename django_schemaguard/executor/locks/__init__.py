"""How each vendor keeps two runs apart."""

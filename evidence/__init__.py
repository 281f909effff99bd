"""Evidence from outside: schemas of others, and what validating them finds."""

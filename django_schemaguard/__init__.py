"""Compare the schema of a live database with what the applied migrations promise."""

__version__ = "0.1.0"

"""What a validation costs beside what others take for less; see `run`."""

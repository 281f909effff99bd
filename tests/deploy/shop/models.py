"""None: the tests write migrations, not models."""
